//! What search engines ask for: which pages there are, and in which languages.

use std::fmt::Write;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use protocol::{Language, page_address};

const ROBOTS: &str = "/robots.txt";
const SITEMAP: &str = "/sitemap.xml";

/// Whether one of them stands at this path.
pub(super) fn exists(path: &str) -> bool {
    [ROBOTS, SITEMAP].contains(&path)
}

/// Answers one of them.
pub(super) fn answer(origin: &str, path: &str) -> Option<Response> {
    let (kind, content) = match path {
        ROBOTS => ("text/plain; charset=utf-8", robots(origin)),
        SITEMAP => ("application/xml", sitemap(origin)),
        _ => return None,
    };
    let lines = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Some((lines, content).into_response())
}

/// Says under which address the page is to be listed, and where it stands in each language
/// (RFC 8288): in the header, since the HTML does not know the portal's origin.
pub(super) fn link(headers: &mut HeaderMap, origin: &str, path: &str, chosen: Option<Language>) {
    if !page_address::is_public(path) {
        return;
    }
    let own = chosen.map_or_else(
        || format!("{origin}{path}"),
        |language| address(origin, path, language),
    );
    let mut links = format!("<{own}>; rel=\"canonical\"");
    for language in Language::ALL {
        let (address, code) = (address(origin, path, language), language.code());
        let _ = write!(
            links,
            ", <{address}>; rel=\"alternate\"; hreflang=\"{code}\""
        );
    }
    let _ = write!(
        links,
        ", <{origin}{path}>; rel=\"alternate\"; hreflang=\"x-default\""
    );
    if let Ok(links) = HeaderValue::try_from(links) {
        headers.insert(header::LINK, links);
    }
}

fn address(origin: &str, path: &str, language: Language) -> String {
    format!("{origin}{path}?lang={}", language.code())
}

/// RFC 9309.
fn robots(origin: &str) -> String {
    format!("User-agent: *\nDisallow: /api/\nSitemap: {origin}{SITEMAP}\n")
}

/// sitemaps.org, protocol 0.9: every public page in every language.
fn sitemap(origin: &str) -> String {
    let mut map = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let public = page_address::FIXED
        .into_iter()
        .filter(|path| page_address::is_public(path));
    for path in public {
        for language in Language::ALL {
            let address = address(origin, path, language);
            let _ = writeln!(map, "  <url><loc>{address}</loc></url>");
        }
    }
    map.push_str("</urlset>\n");
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://portal.example";

    #[test]
    fn a_page_names_itself_and_its_other_languages() {
        let mut headers = HeaderMap::new();
        link(&mut headers, ORIGIN, "/faq", Some(Language::De));
        assert_eq!(
            headers["link"],
            "<https://portal.example/faq?lang=de>; rel=\"canonical\", \
             <https://portal.example/faq?lang=it>; rel=\"alternate\"; hreflang=\"it\", \
             <https://portal.example/faq?lang=de>; rel=\"alternate\"; hreflang=\"de\", \
             <https://portal.example/faq?lang=en>; rel=\"alternate\"; hreflang=\"en\", \
             <https://portal.example/faq>; rel=\"alternate\"; hreflang=\"x-default\""
        );
    }

    #[test]
    fn what_needs_a_session_is_not_offered_to_search_engines() {
        let mut headers = HeaderMap::new();
        link(&mut headers, ORIGIN, "/servizi/cms", None);
        assert!(headers.is_empty());
        let map = sitemap(ORIGIN);
        assert!(
            map.contains("<loc>https://portal.example/area-riservata/smart-card?lang=en</loc>")
        );
        assert!(!map.contains("/servizi"), "{map}");
        assert!(robots(ORIGIN).contains("Sitemap: https://portal.example/sitemap.xml"));
    }
}
