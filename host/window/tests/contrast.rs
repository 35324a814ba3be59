//! The palette keeps the contrasts it promises, light and dark (WCAG 2.2 §1.4.3, §1.4.6, §1.4.11).
// A test and what helps it fail by panicking.
#![allow(clippy::unwrap_used)]

const PALETTE: &str = include_str!("../ui/palette.slint");

/// A colour of the palette: its dark value, or its light one.
fn colour(name: &str, is_dark: bool) -> [f64; 3] {
    let start = format!(" {name}: ");
    let line = PALETTE
        .lines()
        .find(|line| line.contains(&start))
        .unwrap_or_else(|| panic!("{name} is not in the palette"));
    let mut values = line.split('#').skip(1).map(|rest| &rest[..6]);
    let first = values.next().unwrap();
    let value = match is_dark {
        true => first,
        false => values.next().unwrap_or(first),
    };
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| match part <= 0.040_45 {
        true => part / 12.92,
        false => ((part + 0.055) / 1.055).powf(2.4),
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn assert_contrast(front: &str, ground: &str, least: f64) {
    for is_dark in [false, true] {
        let [one, other] = [front, ground].map(|name| luminance(colour(name, is_dark)));
        let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
        assert!(
            contrast >= least,
            "{front} on {ground}, dark {is_dark}: {contrast:.2} is less than {least}"
        );
    }
}

#[test]
fn what_is_read_keeps_seven_to_one() {
    for ground in ["ground", "panel"] {
        assert_contrast("text", ground, 7.0);
    }
    assert_contrast("quiet-text", "ground", 7.0);
    assert_contrast("warning", "ground", 7.0);
    assert_contrast("warning", "warning-ground", 7.0);
}

#[test]
fn details_and_words_in_the_accent_keep_four_and_a_half_to_one() {
    for (front, ground) in [
        ("quiet-text", "panel"),
        ("on-band", "band"),
        ("on-button", "button"),
        ("on-button", "button-hover"),
        ("accent", "ground"),
        ("accent", "panel"),
    ] {
        assert_contrast(front, ground, 4.5);
    }
}

#[test]
fn edges_and_drawings_keep_three_to_one() {
    for front in ["edge", "accent", "good", "warning"] {
        assert_contrast(front, "ground", 3.0);
    }
}
