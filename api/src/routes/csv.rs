//! Cells of CSV (RFC 4180) that no spreadsheet takes for a formula.

use domain::Money;

/// Characters with which a spreadsheet begins a formula, also in their full width.
const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A text in quotes. Spreadsheets take a cell that begins with one of these for a formula, also in quotes: an
/// apostrophe before it makes it text. What no cell may hold is left out.
pub(super) fn text(text: &str) -> String {
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{FEFF}');
    let formula = begins.starts_with(BEGINS) || text.starts_with(['\t', '\r', '\n', '\0']);
    let plain: String = text.chars().filter(|&c| c != '\0').collect();
    format!("\"{}{}\"", if formula { "'" } else { "" }, plain.replace('"', "\"\""))
}

/// An amount with its six decimals: a number, whatever its sign.
pub(super) fn amount(micros: i64) -> String {
    Money::usd(micros).amount()
}

/// An instant to the second.
pub(super) fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        for evil in
            ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n@x", "＝1", "＋1", "－1", "＠x", "\u{FEFF}=1"]
        {
            assert_eq!(text(evil), format!("\"'{evil}\""));
        }
        assert_eq!(text("\0=cmd()"), "\"'=cmd()\"");
        assert_eq!(text("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(text("Credit: =1+1"), "\"Credit: =1+1\"");
        assert_eq!(amount(-8_219), "-0.008219", "a number stays one");
    }
}
