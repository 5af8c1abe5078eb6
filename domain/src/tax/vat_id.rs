//! Numbers for value added tax: whether one has the form of its country. No tax office is asked; an administrator who
//! asked one says so.

/// What is known of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VatId {
    /// Without spaces, dots and dashes, in capitals, with its prefix.
    pub number: String,
    /// Whether it has the form of a country that we know.
    pub format_ok: bool,
}

/// Forms by prefix: `9` stands for a figure, `A` for a letter, `X` for either.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["9999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CHE", &["999999999", "999999999MWST", "999999999TVA", "999999999IVA"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["X9999999X"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("GB", &["999999999", "999999999999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9999999A", "9999999AA", "9X99999A"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("NO", &["999999999", "999999999MVA"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999"]),
];

/// A number as its country writes it. A number without a prefix gets that of the country; Greece's is `EL`.
#[must_use]
pub fn vat_id(text: &str, country: Option<&str>) -> VatId {
    let plain: String =
        text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{A0}')).flat_map(char::to_uppercase).collect();
    let plain = plain.strip_prefix("GR").map_or(plain.clone(), |rest| format!("EL{rest}"));
    let number = if plain.starts_with(|c: char| c.is_ascii_alphabetic()) && has_form(&plain) {
        plain
    } else {
        let prefix = match country {
            Some("GR") => "EL",
            Some("CH") => "CHE",
            Some(country) => country,
            None => "",
        };
        let with = format!("{prefix}{plain}");
        if has_form(&with) { with } else { plain }
    };
    VatId { format_ok: has_form(&number), number }
}

fn has_form(number: &str) -> bool {
    let known = FORMS.iter().find_map(|(prefix, forms)| number.strip_prefix(prefix).map(|rest| (rest, *forms)));
    known.is_some_and(|(rest, forms)| forms.iter().any(|form| fits(rest, form)))
}

fn fits(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            other => byte == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_country() {
        for (typed, country, number) in [
            ("DE 136 695 976", None, "DE136695976"),
            ("136695976", Some("DE"), "DE136695976"),
            ("GR094259216", Some("GR"), "EL094259216"),
            ("094259216", Some("GR"), "EL094259216"),
            ("CHE-123.456.789 MWST", Some("CH"), "CHE123456789MWST"),
            ("atu13585627", None, "ATU13585627"),
            ("NL004495445B01", Some("NL"), "NL004495445B01"),
        ] {
            assert_eq!(vat_id(typed, country), VatId { number: number.to_owned(), format_ok: true }, "{typed}");
        }
        for wrong in ["", "DE12345678", "DE1366959766", "12-3456789", "US123456789", "DE13669597A", "=cmd()"] {
            assert!(!vat_id(wrong, None).format_ok, "{wrong}");
        }
    }
}
