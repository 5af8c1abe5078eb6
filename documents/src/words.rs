//! Words and shapes that all three forms share.

use crate::snapshot::{Kind, Party, Snapshot};

/// What a document is called.
pub(crate) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Receipt => "Receipt",
        Kind::Invoice => "Invoice",
        Kind::CreditNote => "Credit note",
    }
}

/// A rate as people write it: `19 %`, `8.1 %`.
pub(crate) fn rate(basis_points: i64) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The lines of an address, from the name down.
pub(crate) fn address(party: &Party) -> Vec<String> {
    let mut lines = vec![party.name.clone()];
    lines.extend(party.contact.iter().filter(|contact| **contact != party.name).cloned());
    lines.extend(party.address_lines.iter().flat_map(|lines| lines.lines()).map(str::to_owned));
    let town: Vec<&str> = [&party.postcode, &party.city].into_iter().flatten().map(String::as_str).collect();
    if !town.is_empty() {
        lines.push(town.join(" "));
    }
    lines.extend(party.country.iter().cloned());
    lines
}

/// The numbers of a party, each with its name.
pub(crate) fn numbers(party: &Party) -> Vec<(&'static str, String)> {
    [
        ("VAT ID", &party.vat_id),
        ("Tax number", &party.tax_number),
        ("Registration", &party.registration),
        ("Email", &party.email),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.clone().map(|value| (name, value)))
    .collect()
}

/// The facts at the head of a document, each with its name.
pub(crate) fn facts(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Number", snapshot.number.clone()), ("Date", snapshot.issued_on.clone())];
    facts.extend(snapshot.period.iter().map(|period| ("Period (UTC)", format!("{} to {}", period.from, period.to))));
    facts.extend(
        snapshot.corrects.iter().map(|original| ("Corrects", format!("{} of {}", original.number, original.issued_on))),
    );
    facts
}

/// What a document says below its sums.
pub(crate) fn closing(snapshot: &Snapshot) -> Vec<String> {
    let mut lines: Vec<String> = snapshot.taxes.iter().filter_map(|tax| tax.note.clone()).collect();
    lines.dedup();
    match snapshot.kind {
        Kind::Receipt => lines.push(
            "This receipt says that money was added to the balance. It is no invoice: what is used is invoiced each \
             month."
                .to_owned(),
        ),
        Kind::Invoice if snapshot.due_cents == 0 => lines.push("Paid from the balance. Nothing is due.".to_owned()),
        Kind::Invoice => lines.push("What is due is paid from the next credit to the balance.".to_owned()),
        Kind::CreditNote => lines.push("The amount was added to the balance.".to_owned()),
    }
    if snapshot.kind == Kind::Invoice {
        lines.push(format!("Exact charges of the ledger: {}", micros(snapshot.exact_micros, &snapshot.currency)));
    }
    lines
}

/// The proof at the foot of a document.
pub(crate) fn proof(snapshot: &Snapshot) -> [String; 2] {
    [
        format!("Ledger of this account: entry {}, head {}", snapshot.chain.seq, snapshot.chain.hash),
        format!("Keep this document: with it, {} finds a past that was rewritten.", snapshot.verify_url),
    ]
}

fn micros(amount: i64, currency: &str) -> String {
    let whole = amount.unsigned_abs();
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:06} {currency}", whole / 1_000_000, whole % 1_000_000)
}

/// A text without the characters that no XML may hold. Markup in it is made plain by the caller.
pub(crate) fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// A text as content or attribute of XML and HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| allowed(c)) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
