//! The portal's pages, embedded at build time (`build.rs`), and their languages.
//!
//! The pages are one program in the browser: every address of the portal answers with
//! `index.html`, an unknown one too, with 404, and the program then says so.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use protocol::{Language, page_address};

use crate::texts::Texts;

/// A file of the pages.
struct File {
    /// Its address.
    path: &'static str,
    plain: &'static [u8],
    /// The same compressed (RFC 7932).
    brotli: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Whether something stands at this path.
pub fn exists(path: &str) -> bool {
    page_address::exists(path) || find(path).is_some()
}

/// Answers a page or a file of the pages.
pub fn answer(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    match find(path) {
        Some(file) if path != "/index.html" => send(file, headers),
        _ => index(uri, headers),
    }
}

/// The language a link asks for (`?lang=`), if it is one of ours.
pub fn chosen_language(uri: &Uri) -> Option<Language> {
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(|code| {
            Language::ALL
                .into_iter()
                .find(|language| language.code() == code)
        })
}

fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// `index.html`, its `lang` as the reader's, so that a screen reader begins aright.
fn index(uri: &Uri, headers: &HeaderMap) -> Response {
    let language = chosen_language(uri)
        .unwrap_or_else(|| Language::from_accept_language(text(headers, header::ACCEPT_LANGUAGE)));
    let known = page_address::exists(uri.path());
    let Some(file) = find("/index.html") else {
        return not_built(language, known);
    };
    let status = if known {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let mut response = if language == Language::It {
        send(file, headers)
    } else {
        let page = String::from_utf8_lossy(file.plain);
        let tag = format!("<html lang=\"{}\"", language.code());
        let page = page.replacen("<html lang=\"it\"", &tag, 1);
        ([(header::CONTENT_TYPE, content_type(file.path))], page).into_response()
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.code()),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Accept-Encoding"),
    );
    response
}

fn not_built(language: Language, known: bool) -> Response {
    let texts = &Texts::of(language).pages;
    let (status, text) = if known {
        (StatusCode::SERVICE_UNAVAILABLE, &texts.not_built)
    } else {
        (StatusCode::NOT_FOUND, &texts.not_found)
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
            (header::VARY, "Accept-Language"),
        ],
        page,
    )
        .into_response()
}

fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let brotli = file.brotli.filter(|_| takes_brotli(headers));
    let mut response = Body::from(brotli.unwrap_or(file.plain)).into_response();
    let sent = response.headers_mut();
    let mut set = |name, value| sent.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, content_type(file.path));
    set(header::CACHE_CONTROL, caching(file.path));
    if file.brotli.is_some() {
        set(header::VARY, "Accept-Encoding");
    }
    if brotli.is_some() {
        set(header::CONTENT_ENCODING, "br");
    }
    response
}

/// Files under `assets/` have their content's hash in their name.
fn caching(path: &str) -> &'static str {
    if path.starts_with("/assets/") {
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
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "pdf" => "application/pdf",
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
        assert!(caching("/assets/app-1a2b.wasm").contains("immutable"));
        assert_eq!(caching("/favicon.svg"), "no-cache");
    }
}
