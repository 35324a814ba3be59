//! Profilo Utente: `PUT /api/profile`, answered with the operator as they are then.

use serde::{Deserialize, Serialize};

/// What a person may change of their own data; both may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileChange {
    /// Office telephone: 5 to 30 digits, blanks and `+ / - ( ) .`.
    pub telefono_ufficio: String,
    /// E-mail address, at most 254 bytes; the server judges its form.
    pub email: String,
}

/// Longest e-mail address a mail server passes on (RFC 5321 §4.5.3.1.3, less its brackets).
pub const LONGEST_EMAIL: usize = 254;

/// Whether a text can be a telephone number: 5 to 30 digits, blanks and `+ / - ( ) .`, at
/// least one of them a digit.
pub fn is_telephone(text: &str) -> bool {
    (5..=30).contains(&text.len())
        && text.contains(|letter: char| letter.is_ascii_digit())
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +/-().".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::is_telephone;

    #[test]
    fn a_telephone_number_is_digits_and_what_stands_between_them() {
        for good in ["06123456", "+39 0471 000-000", "(06) 12.34/56", "12345"] {
            assert!(is_telephone(good), "{good}");
        }
        let long = "1".repeat(31);
        for bad in [
            "",
            "1234",
            &long,
            "06 int. 12",
            "+-/()",
            "٠٦١٢٣٤٥٦",
            "06\t1234",
        ] {
            assert!(!is_telephone(bad), "{bad}");
        }
    }
}
