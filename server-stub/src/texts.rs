//! What the server says to people, in the three languages: `texts/*.toml`.

use std::{collections::HashMap, sync::LazyLock};

use protocol::{Language, ProblemCode, problem::Category, service::Profile};
use serde::Deserialize;

use crate::problem::FieldFault;

/// The texts of one language.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Texts {
    contact: Contacts,
    problem: HashMap<ProblemCode, ProblemText>,
    field: HashMap<FieldFault, String>,
    /// The credentials document.
    pub document: DocumentText,
    /// Where the pages are missing.
    pub pages: PagesText,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Contacts {
    certificate: String,
    security_systems: String,
    operator: String,
}

/// What a refusal says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemText {
    /// What happened.
    pub title: String,
    /// What to do.
    pub detail: String,
}

/// What the credentials document says around the credentials.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs)] // each is one sentence of the sheet
pub struct DocumentText {
    pub title: String,
    pub holder: String,
    pub profile: String,
    pub regione: String,
    pub asl: String,
    pub date: String,
    pub credentials: String,
    pub introduction: String,
    pub what_to_do: String,
    pub first_login: String,
    pub void: String,
    pub keep: String,
    pub lost: String,
    pub contact: String,
    pub profiles: HashMap<Profile, String>,
}

/// What is said where a page cannot be shown.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PagesText {
    pub not_built: String,
    pub not_found: String,
}

static ALL: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        let file = match language {
            Language::It => include_str!("../texts/it.toml"),
            Language::De => include_str!("../texts/de.toml"),
            Language::En => include_str!("../texts/en.toml"),
        };
        // Part of the program, read by a test: cannot fail where the program was tested.
        toml::from_str(file).expect("the texts are well-formed")
    })
});

static UNNAMED: ProblemText = ProblemText {
    title: String::new(),
    detail: String::new(),
};
static UNSAID: String = String::new();

impl Texts {
    /// The texts of a language.
    pub fn of(language: Language) -> &'static Texts {
        let place = Language::ALL.iter().position(|other| *other == language);
        &ALL[place.unwrap_or(0)]
    }

    /// What a refusal says.
    pub fn problem(&self, code: ProblemCode) -> &ProblemText {
        self.problem.get(&code).unwrap_or(&UNNAMED)
    }

    /// What is wrong with a form's field, and how to mend it.
    pub fn field(&self, fault: FieldFault) -> &String {
        self.field.get(&fault).unwrap_or(&UNSAID)
    }

    /// A profile, as the credentials document calls it.
    pub fn profile(&self, profile: Profile) -> &String {
        self.document.profiles.get(&profile).unwrap_or(&UNSAID)
    }

    /// Whom to turn to.
    pub fn contact(&self, category: Category) -> Option<&str> {
        match category {
            Category::Certificate => Some(&self.contact.certificate),
            Category::SecuritySystems => Some(&self.contact.security_systems),
            Category::Operator => Some(&self.contact.operator),
            Category::Request => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_happened_and_what_to_do_in_every_language() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            for code in ProblemCode::ALL {
                let text = texts.problem(*code);
                assert!(text.title.len() > 10, "{language:?} {code:?}");
                assert!(text.detail.len() > 20, "{language:?} {code:?}");
                assert!(text.detail.ends_with('.'), "{language:?} {code:?}");
            }
            assert_eq!(texts.problem.len(), ProblemCode::ALL.len());
            assert_eq!(texts.document.profiles.len(), Profile::ALL.len());
        }
    }

    #[test]
    fn every_field_says_what_is_wrong_and_how_to_mend_it_in_every_language() {
        for fault in FieldFault::ALL {
            let [it, de, en] = Language::ALL.map(|language| Texts::of(language).field(fault));
            for text in [it, de, en] {
                assert!(text.len() > 40 && text.ends_with('.'), "{fault:?}: {text}");
            }
            assert!(it != de && de != en && en != it, "{fault:?}");
        }
    }

    #[test]
    fn the_languages_differ() {
        for code in ProblemCode::ALL {
            let [it, de, en] =
                Language::ALL.map(|language| &Texts::of(language).problem(*code).title);
            assert!(it != de && de != en && en != it, "{code:?}");
        }
    }

    #[test]
    fn the_freephone_number_stands_where_the_manual_wants_it() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            for category in [Category::SecuritySystems, Category::Operator] {
                assert!(texts.contact(category).unwrap().contains("800-030-070"));
            }
            assert_eq!(texts.contact(Category::Request), None);
        }
    }
}
