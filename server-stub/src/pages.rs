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

const INDEX: &str = "/index.html";

/// A file of the pages.
struct File {
    /// Its address.
    path: &'static str,
    plain: &'static [u8],
    /// The same compressed (RFC 7932).
    brotli: Option<&'static [u8]>,
}

static EMBEDDED: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Whether something stands at this path.
pub fn exists(path: &str) -> bool {
    page_address::exists(path) || find(EMBEDDED, path).is_some()
}

/// Answers a page or a file of the pages.
pub fn answer(uri: &Uri, headers: &HeaderMap) -> Response {
    answer_from(EMBEDDED, uri, headers)
}

fn answer_from(files: &'static [File], uri: &Uri, headers: &HeaderMap) -> Response {
    match find(files, uri.path()) {
        Some(file) if file.path != INDEX => send(file, headers),
        _ => index(files, uri, headers),
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

fn find(files: &'static [File], path: &str) -> Option<&'static File> {
    files.iter().find(|file| file.path == path)
}

/// `index.html`, its `lang` as the reader's, so that a screen reader begins aright.
fn index(files: &'static [File], uri: &Uri, headers: &HeaderMap) -> Response {
    let language = chosen_language(uri)
        .unwrap_or_else(|| Language::from_accept_language(text(headers, header::ACCEPT_LANGUAGE)));
    let known = page_address::exists(uri.path());
    let Some(file) = find(files, INDEX) else {
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
        for path in [
            "/assets/main-0123456789abcdef.css",
            "/assets/fonts/x-v10.woff2",
        ] {
            assert!(caching(path).contains("immutable"), "{path}");
        }
        for path in ["/assets/icon.svg", "/index.html", "/assets/semi-bold.css"] {
            assert_eq!(caching(path), "no-cache");
        }
    }

    static BUILT: &[File] = &[
        File {
            path: INDEX,
            plain: b"<!doctype html>\n<html lang=\"it\"><title>Sistema TS</title>",
            brotli: Some(b"compressed"),
        },
        File {
            path: "/assets/start-0123456789abcdef.js",
            plain: b"plain",
            brotli: Some(b"compressed"),
        },
    ];

    fn get(files: &'static [File], uri: &str, lines: &[(header::HeaderName, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        answer_from(files, &uri.parse().unwrap(), &headers)
    }

    async fn body(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await;
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_address_of_the_portal_is_the_one_page() {
        for uri in ["/", "/servizi/cms", "/area-riservata/smart-card?x=1"] {
            let response = get(BUILT, uri, &[]);
            assert_eq!(response.status(), StatusCode::OK, "{uri}");
            assert_eq!(response.headers()["cache-control"], "no-cache");
            assert_eq!(
                response.headers()["content-type"],
                "text/html; charset=utf-8"
            );
            assert!(body(response).await.contains("Sistema TS"));
        }
        for uri in ["/servizi/x", "/index.html/x", "/assets/none.js", "/metrics"] {
            let response = get(BUILT, uri, &[]);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{uri}");
            assert!(body(response).await.contains("Sistema TS"));
        }
    }

    #[tokio::test]
    async fn the_page_begins_in_the_readers_language() {
        for (uri, accepted, language) in [
            ("/", "", "it"),
            ("/", "de-IT,de;q=0.9,it;q=0.5", "de"),
            ("/?lang=en", "de", "en"),
            ("/?lang=it", "de", "it"),
        ] {
            let response = get(BUILT, uri, &[(header::ACCEPT_LANGUAGE, accepted)]);
            assert_eq!(response.headers()["content-language"], language);
            let tag = format!("<html lang=\"{language}\">");
            assert!(body(response).await.contains(&tag), "{uri} {accepted}");
        }
    }

    #[tokio::test]
    async fn what_is_compressed_is_sent_to_who_takes_it() {
        let path = "/assets/start-0123456789abcdef.js";
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
