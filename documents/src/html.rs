//! The page that people read and print: one file, without scripts and without anything from elsewhere.

use std::fmt::Write as _;

use crate::cents::cents;
use crate::logo::{colour, letter};
use crate::snapshot::{Kind, Line, Party, Snapshot};
use crate::words::{address, closing, escape, facts, numbers, proof, rate, title};

const STYLE: &str = include_str!("invoice.css");

/// The page of a document.
#[must_use]
pub fn html(snapshot: &Snapshot) -> String {
    let mut page = String::with_capacity(8_192 + snapshot.lines.len() * 256);
    let title = title(snapshot.kind);
    let (red, green, blue) = colour(snapshot.hue);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title} {number}</title>\n<style>{STYLE}\n.mark{{background:rgb({red},\
         {green},{blue})}}</style>\n</head>\n<body>\n<main>\n<header><div class=\"brand\"><span class=\"mark\" \
         aria-hidden=\"true\">{mark}</span><bdi>{name}</bdi></div><h1>{title}</h1></header>\n",
        number = escape(&snapshot.number),
        mark = escape(&letter(&snapshot.seller.name)),
        name = escape(&snapshot.seller.name),
    );
    page.push_str("<section class=\"parties\">");
    party(&mut page, "From", &snapshot.seller);
    party(&mut page, "To", &snapshot.buyer);
    page.push_str("<dl>");
    for (name, value) in facts(snapshot) {
        let _ = write!(page, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
    }
    page.push_str("</dl></section>\n");
    if let Some(reason) = &snapshot.reason {
        let _ = writeln!(page, "<p><bdi>{}</bdi></p>", escape(reason));
    }
    lines(&mut page, snapshot);
    sums(&mut page, snapshot);
    for line in closing(snapshot) {
        let _ = writeln!(page, "<p>{}</p>", escape(&line));
    }
    let [head, keep] = proof(snapshot);
    let _ =
        write!(page, "<footer><p>{}</p><p>{}</p></footer>\n</main>\n</body>\n</html>\n", escape(&head), escape(&keep));
    page
}

fn party(page: &mut String, word: &str, party: &Party) {
    let _ = write!(page, "<div><h2>{word}</h2><address>");
    for line in address(party) {
        let _ = write!(page, "<bdi>{}</bdi><br>", escape(&line));
    }
    for (name, value) in numbers(party) {
        let _ = write!(page, "{name} <bdi>{}</bdi><br>", escape(&value));
    }
    page.push_str("</address></div>");
}

fn lines(page: &mut String, snapshot: &Snapshot) {
    let taxed = snapshot.kind != Kind::Receipt;
    page.push_str("<table>\n<thead><tr><th scope=\"col\">Item</th><th scope=\"col\">Hours</th>");
    if taxed {
        page.push_str("<th scope=\"col\">Price an hour</th><th scope=\"col\">Tax</th>");
    }
    let _ = writeln!(page, "<th scope=\"col\">Amount ({})</th></tr></thead>\n<tbody>", escape(&snapshot.currency));
    for line in &snapshot.lines {
        let hours = line.time();
        let _ = write!(
            page,
            "<tr><td><bdi>{}</bdi><small>{}</small></td><td>{hours}</td>",
            escape(&line.name),
            escape(&detail(line))
        );
        if taxed {
            let _ = write!(page, "<td>{}</td><td>{}</td>", line.hour_price(), rate(line.basis_points));
        }
        let _ = writeln!(page, "<td>{}</td></tr>", cents(line.net_cents));
    }
    page.push_str("</tbody>\n</table>\n");
}

/// What a line says below its name.
pub(crate) fn detail(line: &Line) -> String {
    match &line.period {
        Some(period) => format!("{}, {} to {}", line.detail, period.from, period.to),
        None => line.detail.clone(),
    }
}

/// The sums of a document, from the net amount to what is due.
pub(crate) fn sum_lines(snapshot: &Snapshot) -> Vec<(String, String)> {
    if snapshot.kind == Kind::Receipt {
        return vec![("Added to the balance".to_owned(), cents(snapshot.total_cents))];
    }
    let mut sums = vec![("Net".to_owned(), cents(snapshot.net_cents))];
    for tax in &snapshot.taxes {
        let words = format!("Tax {} on {}", rate(tax.basis_points), cents(tax.net_cents));
        sums.push((words, cents(tax.tax_cents)));
    }
    sums.push((format!("Total ({})", snapshot.currency), cents(snapshot.total_cents)));
    if snapshot.kind == Kind::Invoice {
        sums.push(("Paid from the balance".to_owned(), cents(-snapshot.paid_cents)));
        sums.push(("Due".to_owned(), cents(snapshot.due_cents)));
    }
    sums
}

fn sums(page: &mut String, snapshot: &Snapshot) {
    page.push_str("<table class=\"sums\"><tbody>");
    for (name, amount) in sum_lines(snapshot) {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th><td>{amount}</td></tr>", escape(&name));
    }
    page.push_str("</tbody></table>\n");
}
