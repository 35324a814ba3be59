//! The build refuses texts that would not be said in every language.

#[path = "../build/texts.rs"]
mod texts;

use texts::{TextFault, program};

const WHOLE: &str = "[pages]\nnot-built = \"not built\"\nnot-found = \"not found\"\n";

fn of(language: &str, key: &str) -> (String, String) {
    (language.to_owned(), key.to_owned())
}

/// What the build says to these Italian, German and English files.
fn fault(files: [&str; 3]) -> TextFault {
    let [it, de, en] = files;
    program([("it", it), ("de", de), ("en", en)]).expect_err("the build fails")
}

#[test]
fn a_text_that_one_language_lacks_is_named_with_its_file() {
    let without = "[pages]\nnot-built = \"not built\"\n";
    let (language, key) = of("de", "pages.not-found");
    let missing = TextFault::Missing { language, key };
    assert_eq!(fault([WHOLE, without, WHOLE]), missing);
    let said = missing.to_string();
    assert!(
        said.starts_with("texts/de.toml lacks pages.not-found"),
        "{said}"
    );
    // Italian is held against the others too.
    let (language, key) = of("it", "pages.not-found");
    assert_eq!(
        fault([without, WHOLE, WHOLE]),
        TextFault::Missing { language, key }
    );
}

#[test]
fn a_text_that_says_nothing_or_is_none_is_refused() {
    let (language, key) = of("en", "pages.not-found");
    let empty = WHOLE.replace("\"not found\"", "\"  \"");
    assert_eq!(
        fault([WHOLE, WHOLE, &empty]),
        TextFault::Empty { language, key }
    );
    let (language, key) = of("en", "pages.not-found");
    let number = WHOLE.replace("\"not found\"", "404");
    assert_eq!(
        fault([WHOLE, WHOLE, &number]),
        TextFault::NoText { language, key }
    );
    let broken = fault([WHOLE, "[pages", WHOLE]);
    assert!(matches!(broken, TextFault::NoToml { language, .. } if language == "de"));
}

#[test]
fn a_placeholder_is_refused_since_nobody_fills_it_in() {
    let (language, key) = of("it", "pages.not-built");
    let with_one = WHOLE.replace("\"not built\"", "\"build {page}\"");
    assert_eq!(
        fault([&with_one, WHOLE, WHOLE]),
        TextFault::Placeholder { language, key }
    );
}

#[test]
fn tables_become_structs_and_whole_matches() {
    let file = "[problem.certificate-not-cns]\ntitle = \"a \\\"title\\\"\"\ndetail = \"what to do\"\n\
                [document.profiles]\nprofessionista_sanitario = \"health professional\"\n";
    let written = program([("it", file), ("de", file), ("en", file)]).expect("they are whole");
    for part in [
        "static IT: Texts = Texts {",
        "static EN: Texts",
        "problem: |case| match case {\nProblemCode::CertificateNotCns => ProblemText {",
        "title: \"a \\\"title\\\"\",",
        "Profile::ProfessionistaSanitario => \"health professional\",",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
}
