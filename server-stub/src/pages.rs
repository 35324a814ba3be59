//! The portal's pages, embedded at build time (`build/pages.rs`), in the reader's language.
//!
//! Every page is HTML of its own in each language; at an unknown address stands the page that
//! says so, with 404. The files they name are under `/assets/`.

mod discovery;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use protocol::{
    Language,
    page_address::{self, LANGUAGE_COOKIE},
};

use crate::texts::Texts;

/// What stands where no page is, among the embedded files.
const NOWHERE: &str = "/404";

/// A file of the pages.
struct File {
    /// Its address, for what is under `/assets/`; else its place among the pages.
    path: &'static str,
    plain: &'static [u8],
    /// The same compressed (RFC 7932).
    brotli: Option<&'static [u8]>,
    /// Changes with its content (RFC 9110 §8.8.3).
    tag: &'static str,
}

static EMBEDDED: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Whether something stands at this path.
pub fn exists(path: &str) -> bool {
    page_address::exists(path) || discovery::exists(path) || asset(EMBEDDED, path).is_some()
}

/// Answers a page or a file of the pages; `origin` is the portal's own.
pub fn answer(origin: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    answer_from(EMBEDDED, origin, uri, headers)
}

fn answer_from(files: &'static [File], origin: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    if let Some(file) = asset(files, uri.path()) {
        return send(file, headers);
    }
    discovery::answer(origin, uri.path()).unwrap_or_else(|| page(files, origin, uri, headers))
}

/// The language a link asks for (`?lang=`), if it is one of ours.
pub fn chosen_language(uri: &Uri) -> Option<Language> {
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(with_code)
}

/// The language of a page: the link's, the person's, the browser's, Italian (contract §7).
fn language_of(uri: &Uri, headers: &HeaderMap) -> Language {
    chosen_language(uri)
        .or_else(|| remembered_language(headers))
        .unwrap_or_else(|| Language::from_accept_language(text(headers, header::ACCEPT_LANGUAGE)))
}

fn remembered_language(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == LANGUAGE_COOKIE)
        .and_then(|(_, code)| with_code(code))
}

fn with_code(code: &str) -> Option<Language> {
    Language::ALL
        .into_iter()
        .find(|language| language.code() == code)
}

fn asset(files: &'static [File], path: &str) -> Option<&'static File> {
    let is_asset = path.starts_with("/assets/");
    is_asset.then(|| find(files, path)).flatten()
}

fn find(files: &'static [File], path: &str) -> Option<&'static File> {
    files.iter().find(|file| file.path == path)
}

/// The page's HTML in the reader's language.
fn page(files: &'static [File], origin: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let language = language_of(uri, headers);
    let known = page_address::exists(uri.path());
    let name = match uri.path() {
        _ if !known => NOWHERE,
        "/" => "/index",
        path => path,
    };
    let Some(file) = find(files, &format!("/pages/{}{name}.html", language.code())) else {
        return not_built(language, known);
    };
    let mut response = if known {
        send(file, headers)
    } else {
        // That it is the same as before does not make it found.
        let mut response = whole(file, headers);
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    };
    let sent = response.headers_mut();
    sent.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.code()),
    );
    sent.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Cookie, Accept-Encoding"),
    );
    if known {
        discovery::link(sent, origin, uri.path(), chosen_language(uri));
    }
    response
}

fn not_built(language: Language, known: bool) -> Response {
    let texts = &Texts::of(language).pages;
    let (status, text) = if known {
        (StatusCode::SERVICE_UNAVAILABLE, texts.not_built)
    } else {
        (StatusCode::NOT_FOUND, texts.not_found)
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>Tessera</title>\n\
         <h1>Tessera</h1>\n<p>{text}</p>\n",
        language.code()
    );
    (
        status,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "Accept-Language, Cookie"),
        ],
        page,
    )
        .into_response()
}

/// The file, or that it is the one the browser has (RFC 9110 §13.1.2).
fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let is_known = text(headers, header::IF_NONE_MATCH)
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == file.tag));
    let mut response = whole(file, headers);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        for about_the_body in [header::CONTENT_TYPE, header::CONTENT_ENCODING] {
            response.headers_mut().remove(about_the_body);
        }
    }
    response
}

fn whole(file: &'static File, headers: &HeaderMap) -> Response {
    let brotli = file.brotli.filter(|_| takes_brotli(headers));
    let mut response = Body::from(brotli.unwrap_or(file.plain)).into_response();
    let sent = response.headers_mut();
    let mut set = |name, value| sent.insert(name, HeaderValue::from_static(value));
    set(header::CACHE_CONTROL, caching(file.path));
    set(header::CONTENT_TYPE, content_type(file.path));
    set(header::ETAG, file.tag);
    if file.brotli.is_some() {
        set(header::VARY, "Accept-Encoding");
    }
    if brotli.is_some() {
        set(header::CONTENT_ENCODING, "br");
    }
    response
}

/// A name that holds its content's hash, or a font's version, never holds anything else.
fn caching(path: &str) -> &'static str {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let hashed = stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    if hashed || path.starts_with("/assets/fonts/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Whether the browser takes brotli (RFC 9110 §12.5.3).
fn takes_brotli(headers: &HeaderMap) -> bool {
    text(headers, header::ACCEPT_ENCODING)
        .unwrap_or_default()
        .split(',')
        .map(|coding| coding.split_once(';').unwrap_or((coding, "")))
        .any(|(coding, weight)| {
            let weight = weight.trim().trim_start_matches("q=");
            coding.trim().eq_ignore_ascii_case("br") && weight.parse() != Ok(0.0_f32)
        })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_languages_can_be_chosen() {
        let chosen = |uri: &str| chosen_language(&uri.parse().unwrap());
        assert_eq!(chosen("/?lang=de"), Some(Language::De));
        assert_eq!(chosen("/cerca?q=x&lang=en"), Some(Language::En));
        assert_eq!(chosen("/?lang=fr"), None);
        assert_eq!(chosen("/?language=de"), None);
        assert_eq!(chosen("/"), None);
    }

    #[test]
    fn brotli_is_sent_to_who_takes_it() {
        let takes = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            takes_brotli(&headers)
        };
        assert!(takes("gzip, deflate, br"));
        assert!(takes("br;q=0.5"));
        assert!(!takes("gzip, br;q=0"));
        assert!(!takes("gzip"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    #[test]
    fn only_hashed_names_are_kept_for_good() {
        for path in [
            "/assets/main-0123456789abcdef.css",
            "/assets/fonts/x-v10.woff2",
        ] {
            assert!(caching(path).contains("immutable"), "{path}");
        }
        for path in [
            "/assets/icon.svg",
            "/pages/it/index.html",
            "/assets/semi-bold.css",
        ] {
            assert_eq!(caching(path), "no-cache");
        }
    }

    const ORIGIN: &str = "http://localhost:8080";

    static BUILT: &[File] = &[
        html("/pages/it/index.html", "Pagina iniziale"),
        html("/pages/de/index.html", "Startseite"),
        html("/pages/en/index.html", "Home"),
        html("/pages/it/servizi/cms.html", "CMS"),
        html("/pages/it/area-riservata/smart-card.html", "Smart card"),
        html("/pages/it/404.html", "Pagina non trovata"),
        html("/pages/de/404.html", "Seite nicht gefunden"),
        File {
            path: "/assets/frontend-0123456789abcdef.js",
            plain: b"plain",
            brotli: Some(b"compressed"),
            tag: "W/\"1\"",
        },
    ];

    const fn html(path: &'static str, plain: &'static str) -> File {
        File {
            path,
            plain: plain.as_bytes(),
            brotli: None,
            tag: "W/\"2\"",
        }
    }

    fn get(files: &'static [File], uri: &str, lines: &[(header::HeaderName, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        answer_from(files, ORIGIN, &uri.parse().unwrap(), &headers)
    }

    async fn body(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await;
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_address_has_its_own_page() {
        for (uri, page) in [
            ("/", "Pagina iniziale"),
            ("/servizi/cms", "CMS"),
            ("/area-riservata/smart-card?x=1", "Smart card"),
        ] {
            let response = get(BUILT, uri, &[]);
            assert_eq!(response.status(), StatusCode::OK, "{uri}");
            assert_eq!(response.headers()["cache-control"], "no-cache");
            assert_eq!(
                response.headers()["content-type"],
                "text/html; charset=utf-8"
            );
            assert_eq!(body(response).await, page);
        }
    }

    #[tokio::test]
    async fn where_no_page_is_a_page_says_so() {
        for uri in [
            "/servizi/x",
            "/index.html",
            "/404",
            "/pages/it/index.html",
            "/assets/none.js",
            "/metrics",
        ] {
            let response = get(BUILT, uri, &[]);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{uri}");
            assert!(!response.headers().contains_key("link"), "{uri}");
            assert_eq!(body(response).await, "Pagina non trovata");
        }
        let response = get(BUILT, "/x", &[(header::ACCEPT_LANGUAGE, "de")]);
        assert_eq!(body(response).await, "Seite nicht gefunden");
    }

    #[tokio::test]
    async fn the_link_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        for (uri, cookie, accepted, language) in [
            ("/", "", "", "it"),
            ("/", "", "de-IT,de;q=0.9,it;q=0.5", "de"),
            ("/", "a=b; tessera-language=en", "de", "en"),
            ("/", "tessera-language=fr", "de", "de"),
            ("/?lang=it", "tessera-language=en", "de", "it"),
            ("/?lang=fr", "tessera-language=en", "de", "en"),
        ] {
            let lines = [
                (header::COOKIE, cookie),
                (header::ACCEPT_LANGUAGE, accepted),
            ];
            let response = get(BUILT, uri, &lines);
            assert_eq!(
                response.headers()["content-language"],
                language,
                "{uri} {cookie} {accepted}"
            );
            assert!(
                response.headers()["vary"]
                    .to_str()
                    .unwrap()
                    .contains("Cookie")
            );
        }
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let response = get(BUILT, "/", &[(header::IF_NONE_MATCH, "W/\"0\", W/\"2\"")]);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()["etag"], "W/\"2\"");
        assert_eq!(body(response).await, "");
        let response = get(BUILT, "/", &[(header::IF_NONE_MATCH, "W/\"1\"")]);
        assert_eq!(response.status(), StatusCode::OK);
        let response = get(BUILT, "/x", &[(header::IF_NONE_MATCH, "W/\"2\"")]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(body(response).await, "Pagina non trovata");
    }

    #[tokio::test]
    async fn what_is_compressed_is_sent_to_who_takes_it() {
        let path = "/assets/frontend-0123456789abcdef.js";
        let response = get(BUILT, path, &[(header::ACCEPT_ENCODING, "gzip, br")]);
        assert_eq!(response.headers()["content-encoding"], "br");
        assert_eq!(response.headers()["vary"], "Accept-Encoding");
        assert_eq!(body(response).await, "compressed");
        let response = get(BUILT, path, &[]);
        assert!(!response.headers().contains_key("content-encoding"));
        assert_eq!(body(response).await, "plain");
    }

    #[tokio::test]
    async fn without_pages_it_is_said_how_to_build_them() {
        let response = get(&[], "/", &[(header::ACCEPT_LANGUAGE, "en")]);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(body(response).await.contains("cargo xtask build"));
        let response = get(&[], "/nothing", &[]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
