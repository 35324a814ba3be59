//! Writes what the build makes of the pages: the words as assets, the pages as HTML.
//!
//!     prerender words FOLDER
//!     prerender pages FOLDER TEMPLATE NAME=VALUE…
//!
//! `words` writes a file a group and language, `texts-it.txt` and so on. `pages` fills in the
//! template, a file a page and language: `it/index.html`, `de/servizi/cms.html`, `en/404.html`.

use std::{env, error::Error, fs, path::Path};

use frontend::{
    i18n::{Group, articles, asset},
    prerendered::{Rendered, addresses, render},
};
use protocol::Language;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["words", folder] => words(Path::new(folder)),
        ["pages", folder, template, fillings @ ..] => {
            let template = fs::read_to_string(template)?;
            let fillings: Vec<(&str, &str)> = fillings
                .iter()
                .map(|filling| filling.split_once('=').ok_or("NAME=VALUE is missing its ="))
                .collect::<Result<_, _>>()?;
            pages(Path::new(folder), &template, &fillings)
        }
        _ => Err("prerender words FOLDER | prerender pages FOLDER TEMPLATE NAME=VALUE…".into()),
    }
}

fn words(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for group in Group::ALL {
        for language in Language::ALL {
            let name = format!("{}-{}.txt", group.name(), language.code());
            fs::write(folder.join(name), asset(group, language))?;
        }
    }
    Ok(())
}

fn pages(folder: &Path, template: &str, fillings: &[(&str, &str)]) -> Result<(), Box<dyn Error>> {
    for language in Language::ALL {
        for address in addresses() {
            let page = fill(template, fillings, &address, language)?;
            let name = match address.as_str() {
                "/" => "index",
                address => &address[1..],
            };
            let file = folder.join(language.code()).join(format!("{name}.html"));
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(file, page)?;
        }
    }
    Ok(())
}

/// The template for one page: `{{name}}` for each filling, and what the page itself says.
fn fill(
    template: &str,
    fillings: &[(&str, &str)],
    address: &str,
    language: Language,
) -> Result<String, Box<dyn Error>> {
    let Rendered {
        title,
        description,
        listed,
        body,
    } = render(address, language);
    let found = |name: &str| {
        let found = fillings.iter().find(|(found, _)| *found == name);
        found
            .map(|(_, value)| *value)
            .ok_or(format!("{name} is missing"))
    };
    let mut preloads = Vec::new();
    let mut places = Vec::new();
    for group in Group::ALL {
        for other in Language::ALL {
            let name = format!("{}-{}", group.name(), other.code());
            let asset = found(&name)?;
            places.push(format!("data-{name}=\"{asset}\""));
            let wanted = group == Group::Short || articles::needs_reading(address);
            if other == language && wanted {
                preloads.push(format!(
                    "<link rel=\"preload\" href=\"{asset}\" as=\"fetch\" crossorigin>"
                ));
            }
        }
    }
    let robots = if listed {
        ""
    } else {
        "<meta name=\"robots\" content=\"noindex\">"
    };
    let mut page = template.to_owned();
    for (name, value) in fillings {
        page = page.replace(&format!("{{{{{name}}}}}"), value);
    }
    for (name, value) in [
        ("language", language.code()),
        ("title", &escaped(&title)),
        ("description", &escaped(description)),
        ("robots", robots),
        ("preloads", &preloads.join("\n    ")),
        ("places", &places.join(" ")),
        // Last: what a page says is no placeholder.
        ("body", &body),
    ] {
        page = page.replace(&format!("{{{{{name}}}}}"), value);
    }
    Ok(page)
}

/// Text for an attribute or a title (HTML §13.1.2).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
