//! What the server says to people, in the three languages.
//!
//! Written in `texts/*.toml`; the build makes them the statics of this file
//! (`build/texts.rs`), so that a text that is missing does not compile.

use protocol::{Language, ProblemCode, problem::Category, service::Profile};

use crate::problem::FieldFault;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The texts of one language.
#[derive(Debug)]
pub struct Texts {
    contact: Contacts,
    problem: fn(ProblemCode) -> ProblemText,
    field: fn(FieldFault) -> &'static str,
    /// The credentials document.
    pub document: DocumentText,
    /// Where the pages are missing.
    pub pages: PagesText,
}

#[derive(Debug)]
struct Contacts {
    certificate: &'static str,
    security_systems: &'static str,
    operator: &'static str,
}

/// What a refusal says.
#[derive(Debug)]
pub struct ProblemText {
    /// What happened.
    pub title: &'static str,
    /// What to do.
    pub detail: &'static str,
}

/// What the credentials document says around the credentials.
#[derive(Debug)]
#[allow(missing_docs)] // each is one sentence of the sheet
pub struct DocumentText {
    pub title: &'static str,
    pub holder: &'static str,
    pub profile: &'static str,
    pub regione: &'static str,
    pub asl: &'static str,
    pub date: &'static str,
    pub credentials: &'static str,
    pub introduction: &'static str,
    pub what_to_do: &'static str,
    pub first_login: &'static str,
    pub void: &'static str,
    pub keep: &'static str,
    pub lost: &'static str,
    pub contact: &'static str,
    profiles: fn(Profile) -> &'static str,
}

/// What is said where a page cannot be shown.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct PagesText {
    pub not_built: &'static str,
    pub not_found: &'static str,
}

impl Texts {
    /// The texts of a language.
    pub fn of(language: Language) -> &'static Texts {
        match language {
            Language::It => &IT,
            Language::De => &DE,
            Language::En => &EN,
        }
    }

    /// What a refusal says.
    pub fn problem(&self, code: ProblemCode) -> ProblemText {
        (self.problem)(code)
    }

    /// What is wrong with a form's field, and how to mend it.
    pub fn field(&self, fault: FieldFault) -> &'static str {
        (self.field)(fault)
    }

    /// A profile, as the credentials document calls it.
    pub fn profile(&self, profile: Profile) -> &'static str {
        (self.document.profiles)(profile)
    }

    /// Whom to turn to.
    pub fn contact(&self, category: Category) -> Option<&'static str> {
        match category {
            Category::Certificate => Some(self.contact.certificate),
            Category::SecuritySystems => Some(self.contact.security_systems),
            Category::Operator => Some(self.contact.operator),
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
                Language::ALL.map(|language| Texts::of(language).problem(*code).title);
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
