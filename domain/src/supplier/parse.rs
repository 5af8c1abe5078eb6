//! Reading a supplier's document. Amounts are read as text, never through a float.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use entity::supplier_invoice::SupplierForm;
use entity::{Currency, Money};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::digitalocean::digitalocean;
use crate::error::{Error, Result};

/// The most lines of one document.
pub const MAX_LINES: usize = 200_000;
/// The first line of our own form.
const HEAD: &str = "machine_id,from,to,amount";
/// The most characters of a machine's id, and of a label.
pub(super) const MAX_REF: usize = 100;
const MAX_LABEL: usize = 500;

/// A line of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The supplier's id of the machine; none for what is about no machine.
    pub machine: Option<String>,
    /// The supplier's words.
    pub label: String,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// In micro-units; negative for what is given back.
    pub micros: i64,
}

/// The lines of a document.
///
/// # Errors
/// A field error that names the first line that can't be read.
pub fn parse(form: SupplierForm, content: &str) -> Result<Vec<Line>> {
    let lines = match form {
        SupplierForm::Csv => csv(content)?,
        SupplierForm::Linode => linode(content)?,
        SupplierForm::Digitalocean => digitalocean(content)?,
    };
    if lines.is_empty() {
        return Err(unreadable("the document has no lines"));
    }
    if lines.len() > MAX_LINES {
        return Err(unreadable(&format!("a document has at most {MAX_LINES} lines; import it in parts")));
    }
    Ok(lines)
}

pub(super) fn unreadable(words: &str) -> Error {
    Error::field("/content", words)
}

fn csv(content: &str) -> Result<Vec<Line>> {
    let mut lines = content.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let head = lines.next().map(|(_, line)| line.replace(['"', ' '], "").to_lowercase());
    if head.as_deref() != Some(HEAD) {
        return Err(unreadable(&format!("the first line must be {HEAD}")));
    }
    let lines = lines.filter(|(_, line)| !line.is_empty());
    lines.map(|(no, line)| csv_line(line).map_err(|why| unreadable(&format!("line {}: {why}", no + 1)))).collect()
}

/// No field of ours holds a comma, so quotes are only taken off.
fn csv_line(line: &str) -> std::result::Result<Line, String> {
    let fields: Vec<&str> = line.split(',').map(|field| field.trim().trim_matches('"')).collect();
    let [machine, from, to, amount] = fields[..] else {
        return Err(format!("it has {} fields, not the four of {HEAD}", fields.len()));
    };
    let machine = Some(machine.to_owned()).filter(|machine| !machine.is_empty());
    made(machine, &machine_words(line), (from, to), amount)
}

fn machine_words(line: &str) -> String {
    line.chars().take(MAX_LABEL).collect()
}

/// A line from its parts, with times as [`moment`] reads them.
fn made(
    machine: Option<String>,
    label: &str,
    (from, to): (&str, &str),
    amount: &str,
) -> std::result::Result<Line, String> {
    lasting(machine, label, (moment(from)?, moment(to)?), amount)
}

/// A line from its parts. Nothing of an amount is rounded.
pub(super) fn lasting(
    machine: Option<String>,
    label: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    amount: &str,
) -> std::result::Result<Line, String> {
    if machine.as_ref().is_some_and(|machine| machine.chars().count() > MAX_REF) {
        return Err(format!("a machine's id has at most {MAX_REF} characters"));
    }
    if to <= from {
        return Err("it ends before it begins".to_owned());
    }
    let (sign, digits) = amount.strip_prefix('-').map_or((1, amount), |digits| (-1, digits));
    let money = Money::parse(digits, Currency::USD).map_err(|_| format!("{amount:?} is no amount such as 5.25"))?;
    let label = label.chars().filter(|c| !c.is_control()).take(MAX_LABEL).collect();
    Ok(Line { machine, label, from, to, micros: sign * money.micros })
}

/// RFC 3339, the same without a zone (UTC), or a day.
pub(super) fn moment(text: &str) -> std::result::Result<DateTime<Utc>, String> {
    let with_zone = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    let plain = || text.parse::<NaiveDateTime>().ok().map(|at| at.and_utc());
    let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    with_zone.or_else(plain).or_else(day).ok_or_else(|| format!("{text:?} is no time such as 2026-11-01T00:00:00Z"))
}

#[derive(Deserialize)]
struct LinodePage {
    data: Vec<LinodeItem>,
}

#[derive(Deserialize)]
struct LinodeItem {
    #[serde(default)]
    label: String,
    amount: Box<RawValue>,
    from: Option<String>,
    to: Option<String>,
}

/// One answer with items, or several pages of them as a list.
pub(super) fn pages<T: DeserializeOwned>(content: &str) -> Result<Vec<T>> {
    let broken = |error: serde_json::Error| unreadable(&format!("it is no list of an invoice’s items: {error}"));
    if content.trim_start().starts_with('[') {
        serde_json::from_str(content).map_err(broken)
    } else {
        Ok(vec![serde_json::from_str(content).map_err(broken)?])
    }
}

/// One answer of `GET /account/invoices/{id}/items`, or several of its pages as a list.
fn linode(content: &str) -> Result<Vec<Line>> {
    let pages: Vec<LinodePage> = pages(content)?;
    let items = pages.into_iter().flat_map(|page| page.data).enumerate();
    items.map(|(no, item)| linode_line(&item).map_err(|why| unreadable(&format!("item {}: {why}", no + 1)))).collect()
}

fn linode_line(item: &LinodeItem) -> std::result::Result<Line, String> {
    let (Some(from), Some(to)) = (&item.from, &item.to) else {
        return Err("it says of no time that it is about".to_owned());
    };
    let amount = item.amount.get().trim_matches('"');
    made(machine_of(&item.label), &item.label, (from, to), amount)
}

/// The machine's number, which stands last in parentheses: `Nanode 1GB - sp-… (12345678)`.
fn machine_of(label: &str) -> Option<String> {
    let (_, number) = label.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    (!number.is_empty() && number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn our_own_form_is_read_to_the_micro_unit() {
        let text = "\u{feff}machine_id,from,to,amount\r\n123,2026-11-01,2026-12-01,5.000001\r\n\r\n\
                    ,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,-0.5\r\n";
        let lines = parse(SupplierForm::Csv, text).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].machine.as_deref(), lines[0].micros), (Some("123"), 5_000_001));
        assert_eq!((lines[0].from, lines[0].to), (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")));
        assert_eq!((lines[1].machine.as_deref(), lines[1].micros), (None, -500_000));
    }

    #[test]
    fn what_can_not_be_read_names_its_line() {
        for (line, words) in [
            ("1,2026-11-01,2026-12-01", "line 3: it has 3 fields"),
            ("1,2026-11-01,2026-12-01,5e3", "line 3: \"5e3\" is no amount"),
            ("1,2026-11-01,2026-12-01,1.0000001", "line 3: \"1.0000001\" is no amount"),
            ("1,2026-11-31,2026-12-01,5", "line 3: \"2026-11-31\" is no time"),
            ("1,2026-12-01,2026-12-01,5", "line 3: it ends before it begins"),
        ] {
            let text = format!("{HEAD}\n1,2026-11-01,2026-12-01,5\n{line}\n");
            let error = parse(SupplierForm::Csv, &text).unwrap_err();
            assert!(error.fields[0].detail.starts_with(words), "{line}: {}", error.fields[0].detail);
        }
        for text in ["", "machine,amount\n1,2", HEAD] {
            assert!(parse(SupplierForm::Csv, text).is_err(), "{text:?}");
        }
        for text in ["", "{}", "[]", "{\"data\":[]}", "{\"data\":[{\"label\":\"x\",\"amount\":1}]}"] {
            assert!(parse(SupplierForm::Linode, text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn linodes_items_name_the_machine_in_their_label() {
        let item = |label: &str, amount: &str| {
            format!(
                "{{\"label\":\"{label}\",\"type\":\"hourly\",\"unit_price\":\"0.0075\",\"quantity\":720,\
                 \"amount\":{amount},\"tax\":0,\"total\":{amount},\"region\":\"us-east\",\
                 \"from\":\"2026-11-01T00:00:00\",\
                 \"to\":\"2026-12-01T00:00:00\"}}"
            )
        };
        let page =
            |items: &[String]| format!("{{\"data\":[{}],\"page\":1,\"pages\":1,\"results\":2}}", items.join(","));
        let one = page(&[item("Nanode 1GB - sp-abc (12345678)", "5.03"), item("Transfer overage", "-1.1")]);
        let lines = parse(SupplierForm::Linode, &one).unwrap();
        assert_eq!((lines[0].machine.as_deref(), lines[0].micros), (Some("12345678"), 5_030_000));
        assert_eq!((lines[1].machine.as_deref(), lines[1].micros), (None, -1_100_000));
        assert_eq!(lines[0].to, at("2026-12-01T00:00:00Z"));
        let two = format!("[{one},{}]", page(&[item("x (a1)", "1")]));
        let lines = parse(SupplierForm::Linode, &two).unwrap();
        assert_eq!((lines.len(), lines[2].machine.as_deref()), (3, None));
    }
}
