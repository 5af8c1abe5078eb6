//! An invoice of `DigitalOcean` as its API's document describes it: the items as JSON
//! (`GET /v2/customers/my/invoices/{invoice_uuid}`), or all of it as CSV (`…/csv`).
//!
//! The JSON names a droplet by its id. The CSV has no ids: a droplet is found there by the name that it has from us,
//! where its description has it. No document promises that, so a droplet without such a name is a machine that is not
//! known, under the supplier's own words.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::parse::{Line, MAX_REF, lasting, moment, pages, unreadable};
use crate::error::Result;

/// The product whose items are machines.
const MACHINES: &str = "droplets";
/// The product that is no cost: taxes are in no other supplier's form either.
const TAXES: &str = "taxes";
/// The columns of the CSV that are read; others may come and go.
const COLUMNS: [&str; 5] = ["product", "description", "start", "end", "usd"];
/// How the CSV writes times.
const CSV_TIME: &str = "%Y-%m-%d %H:%M:%S %z";
/// How the name of a machine of ours begins, and how many letters and digits follow.
const NAME: (&str, usize) = ("sp-", 26);

type Read<T> = std::result::Result<T, String>;

#[derive(Deserialize)]
struct Page {
    invoice_items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    product: String,
    resource_id: Option<String>,
    #[serde(default)]
    description: String,
    amount: Box<RawValue>,
    start_time: Option<String>,
    end_time: Option<String>,
}

/// One answer with an invoice's items, several of its pages as a list, or the CSV.
pub(super) fn digitalocean(content: &str) -> Result<Vec<Line>> {
    let content = content.trim_start_matches('\u{feff}');
    if !content.trim_start().starts_with(['{', '[']) {
        return csv(content);
    }
    let pages: Vec<Page> = pages(content)?;
    let items = pages.into_iter().flat_map(|page| page.invoice_items).enumerate();
    let costs = items.filter(|(_, item)| !is(&item.product, TAXES));
    costs.map(|(no, item)| item_line(&item).map_err(|why| unreadable(&format!("item {}: {why}", no + 1)))).collect()
}

fn is(product: &str, word: &str) -> bool {
    product.trim().eq_ignore_ascii_case(word)
}

fn item_line(item: &Item) -> Read<Line> {
    let (Some(from), Some(to)) = (&item.start_time, &item.end_time) else {
        return Err("it says of no time that it is about".to_owned());
    };
    let id = item.resource_id.as_deref().filter(|id| !id.is_empty());
    let machine = machine(&item.product, id, &item.description);
    line(machine, (&item.product, &item.description), (moment(from)?, moment(to)?), item.amount.get().trim_matches('"'))
}

/// What a machine is called: by its id, else by its name from us, else by the supplier's words.
fn machine(product: &str, id: Option<&str>, description: &str) -> Option<String> {
    let words =
        || Some(description).filter(|words| !words.is_empty()).unwrap_or(product).chars().take(MAX_REF).collect();
    let known = id.or_else(|| our_name(description)).map(str::to_owned);
    is(product, MACHINES).then(|| known.unwrap_or_else(words))
}

/// The name from us, among other words.
fn our_name(description: &str) -> Option<&str> {
    let (begin, digits) = NAME;
    description.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).find(|word| {
        let rest = word.strip_prefix(begin);
        rest.is_some_and(|rest| rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}

/// A fee for a moment lasts a second.
fn line(
    machine: Option<String>,
    (product, description): (&str, &str),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    amount: &str,
) -> Read<Line> {
    let to = if to == from { to + TimeDelta::seconds(1) } else { to };
    lasting(machine, &format!("{product} - {description}"), (from, to), amount)
}

fn csv(content: &str) -> Result<Vec<Line>> {
    let mut rows = content.lines().enumerate().filter(|(_, row)| !row.trim().is_empty());
    let head = rows.next().and_then(|(_, row)| fields(row)).unwrap_or_default();
    let place = |name: &str| head.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    let Some(places) = COLUMNS.into_iter().map(place).collect::<Option<Vec<_>>>() else {
        let words = format!("the first line must name the columns {}", COLUMNS.join(", "));
        return Err(unreadable(&words));
    };
    let read = |(no, row): (usize, &str)| csv_line(row, head.len(), &places).map_err(|why| (no, why));
    let lines = rows.filter_map(|row| read(row).transpose());
    lines.map(|line| line.map_err(|(no, why)| unreadable(&format!("line {}: {why}", no + 1)))).collect()
}

/// None for a line that is no cost.
fn csv_line(row: &str, columns: usize, places: &[usize]) -> Read<Option<Line>> {
    let fields = fields(row).ok_or("a quotation mark is not closed")?;
    if fields.len() != columns {
        return Err(format!("it has {} fields, not {columns}", fields.len()));
    }
    let of = |place: usize| fields[places[place]].trim();
    let (product, description) = (of(0), of(1));
    if is(product, TAXES) {
        return Ok(None);
    }
    let at = |text: &str| match DateTime::parse_from_str(text, CSV_TIME) {
        Ok(at) => Ok(at.with_timezone(&Utc)),
        Err(_) => moment(text),
    };
    // The sign stands before or after the currency's.
    let amount = of(4).replacen('$', "", 1);
    line(machine(product, None, description), (product, description), (at(of(2))?, at(of(3))?), &amount).map(Some)
}

/// The fields of a line by RFC 4180; none where a quotation mark is not closed. No field of these documents holds a
/// line break.
fn fields(row: &str) -> Option<Vec<String>> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut characters = row.trim_end_matches('\r').chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut()?;
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use entity::supplier_invoice::SupplierForm;

    use super::super::parse::parse;
    use super::*;

    const NAMED: &str = "sp-01h455vb4pex5vsknk084sn02q";

    fn read(content: &str) -> Result<Vec<Line>> {
        parse(SupplierForm::Digitalocean, content)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The documents' own examples, and a droplet by its id.
    #[test]
    fn items_name_droplets_by_their_id() {
        let page = r#"{"invoice_items":[
            {"product":"Kubernetes Clusters","resource_uuid":"711157cb-37c8-4817-b371-44fa3504a39c",
             "group_description":"my-doks-cluster","description":"a56e086a317d8410c8b4cfd1f4dc9f82","amount":"12.34",
             "duration":"744","duration_unit":"Hours","start_time":"2020-01-01T00:00:00Z",
             "end_time":"2020-02-01T00:00:00Z"},
            {"product":"Spaces Subscription","description":"Spaces ($5/mo 250GB storage & 1TB bandwidth)",
             "amount":"34.45","duration":"744","duration_unit":"Hours","start_time":"2020-01-01T00:00:00Z",
             "end_time":"2020-02-01T00:00:00Z"}],"links":{},"meta":{"total":3}}"#;
        let more = format!(
            r#"{{"invoice_items":[{{"product":"Droplets","resource_id":"2353624","description":"{NAMED} (1GB)",
               "amount":"-0.000001","start_time":"2020-01-05T10:00:00Z","end_time":"2020-01-05T10:00:00Z"}}]}}"#
        );
        let lines = read(&format!("[{page},{more}]")).unwrap();
        let seen: Vec<_> = lines.iter().map(|line| (line.machine.as_deref(), line.micros)).collect();
        assert_eq!(seen, [(None, 12_340_000), (None, 34_450_000), (Some("2353624"), -1)]);
        assert_eq!(lines[2].to - lines[2].from, TimeDelta::seconds(1), "a moment lasts a second");
        assert_eq!(lines[0].to, at("2020-02-01T00:00:00Z"));
        assert_eq!(read(page).unwrap().len(), 2, "one page alone");
    }

    /// The document's own example, and droplets.
    #[test]
    fn the_csv_names_droplets_by_the_name_that_we_gave_them() {
        let text = format!(
            "product,group_description,description,hours,start,end,USD,project_name,category\n\
             Floating IPs,,Unused Floating IP - 1.1.1.1,100,2020-07-01 00:00:00 +0000,2020-07-22 18:14:39 +0000,$3.11,\
             ,iaas\n\
             Taxes,,STATE SALES TAX (6.25%),,2020-07-01 00:00:00 +0000,2020-07-31 23:59:59 +0000,$0.16,,iaas\n\
             Droplets,,{NAMED} (s-1vcpu-1gb),744,2020-07-01 00:00:00 +0000,2020-08-01 00:00:00 +0000,$6.00,\
             \"a, b\",iaas\r\n\
             Droplets,,\"someone's, \"\"own\"\"\",1,2020-07-01 00:00:00 +0000,2020-07-01 01:00:00 +0000,-$0.01,,iaas\n"
        );
        let lines = read(&text).unwrap();
        let seen: Vec<_> = lines.iter().map(|line| (line.machine.as_deref(), line.micros)).collect();
        let words = "someone's, \"own\"";
        assert_eq!(seen, [(None, 3_110_000), (Some(NAMED), 6_000_000), (Some(words), -10_000)], "taxes are no cost");
        assert_eq!(lines[0].to, at("2020-07-22T18:14:39Z"));
    }

    #[test]
    fn what_can_not_be_read_names_its_place() {
        let head = "product,description,start,end,USD";
        for (row, words) in [
            ("Droplets,x,2020-07-01,2020-08-01", "line 2: it has 4 fields"),
            ("Droplets,x,2020-07-01,2020-08-01,\"$6.00", "line 2: a quotation mark"),
            ("Droplets,x,2020-07-01,2020-08-01,\"1,00\"", "line 2: \"1,00\" is no amount"),
            ("Droplets,x,2020-07-01,2020-08-01,NaN", "line 2: \"NaN\" is no amount"),
            ("Droplets,x,2020-07-01,2020-06-01,$6", "line 2: it ends before"),
            ("Droplets,x,yesterday,2020-06-01,$6", "line 2: \"yesterday\" is no time"),
        ] {
            let error = read(&format!("{head}\n{row}\n")).unwrap_err();
            assert!(error.fields[0].detail.starts_with(words), "{row}: {}", error.fields[0].detail);
        }
        for text in ["", "{}", "[]", "product,amount\nx,1", head, r#"{"invoice_items":[]}"#] {
            assert!(read(text).is_err(), "{text:?}");
        }
        let item = r#"{"invoice_items":[{"product":"Droplets","amount":"5"}]}"#;
        assert!(read(item).unwrap_err().fields[0].detail.starts_with("item 1: it says of no time"));
    }
}
