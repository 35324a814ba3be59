//! What a developer sees that no visitor of the portal ever does.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use protocol::Language;

use crate::{
    cards::{Cards, PASSWORD},
    news::News,
};

/// Nothing is kept by the browser: every file changes under its name.
pub const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// Shown until the first build is done.
pub const BEING_BUILT: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<title>Being built</title>\n</head>\n<body>\n",
    "<p>The pages are being built; this page shows them as soon as they are.</p>\n</body>\n</html>\n",
);

/// Shown while the server is restarted, or when it does not start.
pub const NO_SERVER: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<title>No server</title>\n</head>\n<body>\n",
    "<p>The server does not answer: it is being started, or the terminal says why not.</p>\n",
    "</body>\n</html>\n",
);

/// Reloads a page that is not of the newest build.
pub async fn script() -> Response {
    file("/dev/reload.js", include_bytes!("pages/reload.js").to_vec())
}

/// How a fault looks.
pub async fn style() -> Response {
    file("/dev/dev.css", include_bytes!("pages/dev.css").to_vec())
}

/// A file as an answer.
pub fn file(path: &str, content: Vec<u8>) -> Response {
    let kind = match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
    let kind = HeaderValue::from_static(kind);
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, NOT_KEPT),
        ],
        content,
    )
        .into_response()
}

/// The page with the script that reloads it.
pub fn reloading(page: &str, news: &News) -> String {
    let script = format!(
        "<script defer src=\"/dev/reload.js\" data-build=\"{}\" data-style=\"{}\"></script>\n</head>",
        news.build, news.style
    );
    page.replacen("</head>", &script, 1)
}

/// The language a page says it is in.
pub fn language_of(page: &str) -> &str {
    let tag = page.split_once("<html lang=\"").map(|(_, rest)| rest);
    let language = tag.and_then(|rest| rest.split('"').next());
    language.unwrap_or(Language::default().code())
}

/// The page, in that language.
pub fn in_language(page: &str, language: &str) -> String {
    let tag = format!("<html lang=\"{}\"", language_of(page));
    page.replacen(&tag, &format!("<html lang=\"{language}\""), 1)
}

/// The page of all components.
pub fn gallery(language: Language) -> String {
    in_language(include_str!("pages/gallery.html"), language.code())
}

/// Everybody who may log in, and how.
pub fn who_may_log_in(cards: &Cards, refusal: Option<&str>) -> String {
    let rows: String = cards
        .operators
        .iter()
        .map(|operator| {
            let person = operator.person;
            let password = match operator.has_password() {
                true => format!("<code>{PASSWORD}</code>"),
                false => "–".to_owned(),
            };
            format!(
                "<tr><td>{} {}{}</td><td>{}</td><td><code>{cf}</code></td><td>{password}</td>\
                 <td><form method=\"post\" action=\"/dev/enter?codice_fiscale={cf}\">\
                 <button>Log in with the card</button></form></td></tr>\n",
                person.nome,
                person.cognome,
                if operator.active { "" } else { " (disabled)" },
                person.profile.name(),
                cf = person.codice_fiscale,
            )
        })
        .collect();
    let refusal = refusal.map(|words| format!("<p role=\"alert\">{}</p>\n", escaped(words)));
    include_str!("pages/who.html")
        .replace("{{refusal}}", &refusal.unwrap_or_default())
        .replace("{{rows}}", &rows)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_given_the_servers_language_and_the_script_once() {
        let page = "<!doctype html>\n<html lang=\"it\">\n<head>\n</head>\n</html>";
        assert_eq!(language_of("<html lang=\"de\" class=\"x\">"), "de");
        assert_eq!(language_of("nothing"), "it");
        assert!(in_language(page, "en").contains("<html lang=\"en\">"));
        let news = News {
            build: 7,
            style: 3,
            fault: None,
        };
        let page = reloading(page, &news);
        assert_eq!(page.matches("data-build=\"7\" data-style=\"3\"").count(), 1);
    }
}
