//! The three forms of one snapshot, and what people may have written into it.

use crate::{Category, Evidence, Fonts, Head, Kind, Line, Original, Party, Period, Snapshot, TaxLine, html, pdf, xml};

/// A snapshot of two servers of a German seller at 19 %.
fn sample() -> Snapshot {
    let period = Period { from: "2026-10-01".to_owned(), to: "2026-10-31".to_owned() };
    let line = |name: &str, hours, net_cents| Line {
        name: name.to_owned(),
        detail: "Server".to_owned(),
        hours: Some(hours),
        seconds: None,
        period: Some(period.clone()),
        net_cents,
        basis_points: 1_900,
        category: Category::Standard,
        exact_micros: net_cents * 10_000,
    };
    Snapshot {
        kind: Kind::Invoice,
        number: "INV-000001".to_owned(),
        issued_on: "2026-11-01".to_owned(),
        period: Some(period.clone()),
        currency: "USD".to_owned(),
        seller: Party {
            name: "Nimbus Hosting GmbH".to_owned(),
            address_lines: Some("Hauptstraße 1".to_owned()),
            postcode: Some("10115".to_owned()),
            city: Some("Berlin".to_owned()),
            country: Some("DE".to_owned()),
            vat_id: Some("DE136695976".to_owned()),
            email: Some("billing@nimbus.example".to_owned()),
            ..Party::default()
        },
        buyer: Party {
            name: "Ærø Αθήνα Москва".to_owned(),
            contact: Some("Ada Lovelace".to_owned()),
            address_lines: Some("1 Main Street\nFloor 2".to_owned()),
            postcode: Some("75001".to_owned()),
            city: Some("Paris".to_owned()),
            country: Some("FR".to_owned()),
            ..Party::default()
        },
        hue: 262,
        corrects: None,
        reason: None,
        lines: vec![line("web-1", 744, 600), line("db-1", 100, 235)],
        taxes: vec![TaxLine {
            category: Category::Standard,
            basis_points: 1_900,
            net_cents: 835,
            tax_cents: 159,
            note: None,
        }],
        net_cents: 835,
        tax_cents: 159,
        total_cents: 994,
        paid_cents: 994,
        due_cents: 0,
        exact_micros: 9_936_500,
        evidence: Evidence::default(),
        chain: Head { seq: 812, hash: "ab".repeat(32) },
        verify_url: "https://panel.example/verify-ledger".to_owned(),
    }
}

fn fonts() -> Fonts {
    Fonts::new(Vec::new()).unwrap()
}

#[test]
fn one_snapshot_gives_the_same_bytes_each_time() {
    let snapshot = sample();
    let text = serde_json::to_string(&snapshot).unwrap();
    let again: Snapshot = serde_json::from_str(&text).unwrap();
    assert_eq!(again, snapshot);
    assert_eq!(html(&again), html(&snapshot));
    assert_eq!(xml(&again), xml(&snapshot));
    let made = pdf(&snapshot, &fonts()).unwrap();
    assert_eq!(made.bytes, pdf(&again, &fonts()).unwrap().bytes);
    assert_eq!(made.missing, "", "Latin, Greek and Cyrillic are embedded");
    assert!(made.bytes.starts_with(b"%PDF-1.7"));
}

#[test]
fn a_character_that_no_font_has_is_reported_and_the_document_is_made() {
    let mut snapshot = sample();
    snapshot.lines[0].name = "サーバー 1".to_owned();
    let made = pdf(&snapshot, &fonts()).unwrap();
    assert_eq!(made.missing.chars().count(), 3, "{:?}", made.missing);
    assert!(html(&snapshot).contains("サーバー 1"), "the page has it");
}

#[test]
fn whatever_people_wrote_stays_text() {
    let mut snapshot = sample();
    let evil = "<script>alert(1)</script>]]>&\"'\u{202E}\u{0}\u{FFFF}=cmd()";
    snapshot.buyer.name = evil.to_owned();
    snapshot.lines[0].name = evil.to_owned();
    let page = html(&snapshot);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)"), "{page}");
    let document = xml(&snapshot).unwrap();
    assert!(document.contains("]]&gt;&amp;&quot;") && !document.contains('\u{0}') && !document.contains('\u{FFFF}'));
    pdf(&snapshot, &fonts()).unwrap();
}

#[test]
fn long_texts_and_many_lines_fill_pages() {
    let mut snapshot = sample();
    snapshot.buyer.name = "x".repeat(10_000);
    snapshot.reason = Some("word ".repeat(2_000));
    snapshot.lines[1].name = "ש".repeat(10_000);
    let line = snapshot.lines[0].clone();
    snapshot.lines.extend(std::iter::repeat_n(line, 500));
    let made = pdf(&snapshot, &fonts()).unwrap();
    let pages = made.bytes.windows(11).filter(|bytes| bytes == b"/Type /Page").count();
    assert!(pages >= 10 || made.bytes.len() > 20_000, "{pages} pages, {} bytes", made.bytes.len());
    assert_eq!(made.missing, "");
}

#[test]
fn the_electronic_form_says_what_it_lacks() {
    let mut snapshot = sample();
    snapshot.buyer.country = None;
    snapshot.seller.vat_id = None;
    assert_eq!(xml(&snapshot).unwrap_err().0, ["the customer's country", "the seller's VAT ID"]);
    assert!(html(&snapshot).contains("INV-000001"), "the page is made");
}

#[test]
fn a_credit_note_names_the_original() {
    let mut snapshot = sample();
    snapshot.kind = Kind::CreditNote;
    snapshot.corrects = Some(Original { number: "INV-000001".to_owned(), issued_on: "2026-11-01".to_owned() });
    let document = xml(&snapshot).unwrap();
    assert!(document.contains("<ram:TypeCode>381</ram:TypeCode>"));
    assert!(document.contains("<ram:IssuerAssignedID>INV-000001</ram:IssuerAssignedID>"));
}

#[test]
fn outside_the_scope_no_vat_id_is_named() {
    let mut snapshot = sample();
    for line in &mut snapshot.lines {
        (line.category, line.basis_points) = (Category::OutOfScope, 0);
    }
    let tax = &mut snapshot.taxes[0];
    (tax.category, tax.basis_points, tax.tax_cents) = (Category::OutOfScope, 0, 0);
    tax.note = Some("Not subject to VAT".to_owned());
    let document = xml(&snapshot).unwrap();
    assert!(!document.contains("schemeID=\"VA\"") && !document.contains("RateApplicablePercent"), "{document}");
}

/// Writes the forms of the samples to the folder of `DOCUMENTS_OUT`, for a look with other programs.
#[test]
fn samples_can_be_looked_at() {
    let Ok(folder) = std::env::var("DOCUMENTS_OUT") else { return };
    let folder = std::path::Path::new(&folder);
    std::fs::write(folder.join("sample.html"), html(&sample())).unwrap();
    std::fs::write(folder.join("sample.xml"), xml(&sample()).unwrap()).unwrap();
    std::fs::write(folder.join("sample.pdf"), pdf(&sample(), &fonts()).unwrap().bytes).unwrap();
}
