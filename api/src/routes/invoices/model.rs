//! Documents on the wire.

use documents::Snapshot;
use domain::invoice::{Detail, InvoiceRow};
use domain::{InvoiceFormat, InvoiceId, InvoiceKind, OrgId};
use poem_openapi::Object;

use crate::wire::{Id, Money, Time, Vocabulary, Word};

/// Micro-units in a hundredth.
const PER_CENT: i64 = 10_000;

impl Vocabulary for InvoiceKind {
    const NAME: &'static str = "InvoiceKind";
    const ABOUT: &'static str = "Which kind of document it is.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Vocabulary for InvoiceFormat {
    const NAME: &'static str = "InvoiceFormat";
    const ABOUT: &'static str = "A form of a document.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

fn cents(amount: i64) -> Money {
    Money::usd(amount * PER_CENT)
}

/// A receipt, an invoice or a credit note.
#[derive(Debug, Object)]
pub struct Invoice {
    /// Its id.
    id: Id<InvoiceId>,
    /// The organisation that it was issued to.
    org_id: Id<OrgId>,
    /// That organisation's name now.
    #[oai(validator(max_length = 100))]
    org_name: String,
    /// Which kind of document it is.
    kind: Word<InvoiceKind>,
    /// Its number; numbers of a kind have no gap.
    #[oai(validator(max_length = 40))]
    number: String,
    /// When it was issued.
    issued_at: Time,
    /// When its month began; null for receipts and credit notes.
    period_from: Option<Time>,
    /// When its month ended.
    period_to: Option<Time>,
    /// The number of the invoice that a credit note corrects.
    #[oai(validator(max_length = 40))]
    corrects: Option<String>,
    /// Without tax.
    net: Money,
    /// The tax.
    tax: Money,
    /// With tax.
    total: Money,
    /// What the balance did not pay.
    due: Money,
    /// The forms that can be downloaded; those of a new document appear within seconds.
    #[oai(validator(max_items = 3))]
    formats: Vec<Word<InvoiceFormat>>,
}

impl From<InvoiceRow> for Invoice {
    fn from(row: InvoiceRow) -> Self {
        Self {
            id: Id(row.id),
            org_id: Id(row.org_id),
            org_name: row.org_name,
            kind: Word(row.kind),
            number: row.number,
            issued_at: row.issued_at.into(),
            period_from: row.period_from.map(Into::into),
            period_to: row.period_to.map(Into::into),
            corrects: row.corrects,
            net: cents(row.net_cents),
            tax: cents(row.tax_cents),
            total: cents(row.total_cents),
            due: cents(row.due_cents),
            formats: row.formats.iter().filter_map(|format| format.parse().ok()).map(Word).collect(),
        }
    }
}

/// A line of a document.
#[derive(Debug, Object)]
pub struct InvoiceLine {
    /// What it is for, such as a server's name.
    #[oai(validator(max_length = 200))]
    name: String,
    /// More about it.
    #[oai(validator(max_length = 200))]
    detail: String,
    /// The first day (UTC).
    #[oai(validator(max_length = 10))]
    from: Option<String>,
    /// The last day (UTC).
    #[oai(validator(max_length = 10))]
    to: Option<String>,
    /// How many hours; null where it is one piece.
    hours: Option<i64>,
    /// How many seconds of them, where the last one was charged by the second in part; null where they are whole.
    seconds: Option<i64>,
    /// The rate of tax, in hundredths of a per cent.
    basis_points: i64,
    /// Without tax.
    net: Money,
}

/// The tax of all lines with one rate.
#[derive(Debug, Object)]
pub struct InvoiceTax {
    /// The category of EN 16931.
    #[oai(validator(max_length = 2))]
    category: String,
    /// The rate, in hundredths of a per cent.
    basis_points: i64,
    /// The sum of these lines.
    net: Money,
    /// The tax on it.
    tax: Money,
    /// Why there is none, where the law wants words.
    #[oai(validator(max_length = 300))]
    note: Option<String>,
}

/// Who buys or sells, as the document says it.
#[derive(Debug, Object)]
pub struct InvoiceParty {
    /// Name and address.
    #[oai(validator(max_items = 12, max_length = 300))]
    lines: Vec<String>,
    /// The number for value added tax.
    #[oai(validator(max_length = 60))]
    vat_id: Option<String>,
    /// Where mail is read.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
}

impl From<documents::Party> for InvoiceParty {
    fn from(party: documents::Party) -> Self {
        let town: Vec<String> = [party.postcode, party.city].into_iter().flatten().collect();
        let mut lines = vec![party.name];
        lines.extend(party.contact);
        lines.extend(party.address_lines.iter().flat_map(|lines| lines.lines()).map(str::to_owned));
        lines.extend(Some(town.join(" ")).filter(|town| !town.is_empty()));
        lines.extend(party.country);
        Self { lines, vat_id: party.vat_id.or(party.tax_number), email: party.email }
    }
}

/// A document and what it says.
#[derive(Debug, Object)]
pub struct InvoiceDetail {
    /// As in lists.
    invoice: Invoice,
    /// Who sells.
    seller: InvoiceParty,
    /// Who buys.
    buyer: InvoiceParty,
    /// What is charged.
    #[oai(validator(max_items = 20000))]
    lines: Vec<InvoiceLine>,
    /// The tax by rate.
    #[oai(validator(max_items = 100))]
    taxes: Vec<InvoiceTax>,
    /// What was paid from the balance.
    paid: Money,
    /// What the ledger moved, to the micro-unit.
    exact: Money,
    /// How many journals the organisation's chain had when it was issued.
    chain_entry: i64,
    /// The hash of the last of them.
    #[oai(validator(max_length = 64))]
    chain_head: String,
}

impl From<Detail> for InvoiceDetail {
    fn from(detail: Detail) -> Self {
        let Detail { row, snapshot } = detail;
        let Snapshot { seller, buyer, lines, taxes, paid_cents, exact_micros, chain, .. } = snapshot;
        let line = |line: documents::Line| {
            let (from, to) = line.period.map(|period| (period.from, period.to)).unzip();
            InvoiceLine {
                name: line.name,
                detail: line.detail,
                from,
                to,
                hours: line.hours,
                seconds: line.seconds,
                basis_points: line.basis_points,
                net: cents(line.net_cents),
            }
        };
        let tax = |tax: documents::TaxLine| InvoiceTax {
            category: tax.category.code().to_owned(),
            basis_points: tax.basis_points,
            net: cents(tax.net_cents),
            tax: cents(tax.tax_cents),
            note: tax.note,
        };
        Self {
            invoice: row.into(),
            seller: seller.into(),
            buyer: buyer.into(),
            lines: lines.into_iter().map(line).collect(),
            taxes: taxes.into_iter().map(tax).collect(),
            paid: cents(paid_cents),
            exact: Money::usd(exact_micros),
            chain_entry: chain.seq,
            chain_head: chain.hash,
        }
    }
}
