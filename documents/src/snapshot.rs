//! What a document says, frozen when it is issued. Amounts are in hundredths of the currency's unit.

use serde::{Deserialize, Serialize};

use crate::cents::quantity_price;

/// Which kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Says that money arrived; no invoice.
    Receipt,
    /// What was used in a period.
    Invoice,
    /// Takes back an invoice, or a part of it.
    CreditNote,
}

/// How a supply is taxed, by the codes of EN 16931.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// At a rate above zero.
    #[serde(rename = "S")]
    Standard,
    /// At the rate zero.
    #[serde(rename = "Z")]
    Zero,
    /// Exempt.
    #[serde(rename = "E")]
    Exempt,
    /// The customer owes the tax.
    #[serde(rename = "AE")]
    ReverseCharge,
    /// Outside the scope of the tax.
    #[serde(rename = "O")]
    OutOfScope,
}

impl Category {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::Zero => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::OutOfScope => "O",
        }
    }
}

/// One of the two whom a document names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// The organisation's name.
    pub name: String,
    /// The person whom it is addressed to.
    pub contact: Option<String>,
    /// Street and number, in lines.
    pub address_lines: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// Two capitals of ISO 3166-1.
    pub country: Option<String>,
    /// A number for value added tax, with its prefix.
    pub vat_id: Option<String>,
    /// Another number for taxes, which is none for value added tax.
    pub tax_number: Option<String>,
    /// A number in a register of companies.
    pub registration: Option<String>,
    /// Where mail is read.
    pub email: Option<String>,
}

/// A stretch of days, both inclusive, as `2026-11-30`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// A line of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is for, such as a server's name.
    pub name: String,
    /// More about it, in words of ours.
    pub detail: String,
    /// So many hours; none where the line is one piece.
    pub hours: Option<i64>,
    /// So many seconds of them, where they were charged by the second and the last of them in part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// When it was used.
    pub period: Option<Period>,
    /// Without tax.
    pub net_cents: i64,
    /// In hundredths of a per cent.
    pub basis_points: i64,
    /// How it is taxed.
    pub category: Category,
    /// What the ledger charged for it, in micro-units.
    pub exact_micros: i64,
}

impl Line {
    /// Its time for people, as `744` hours or `1:01:30`; empty where it is one piece.
    pub(crate) fn time(&self) -> String {
        match (self.seconds, self.hours) {
            (Some(all), _) => format!("{}:{:02}:{:02}", all / 3_600, all / 60 % 60, all % 60),
            (None, Some(hours)) => hours.to_string(),
            (None, None) => String::new(),
        }
    }

    /// Its price of an hour; empty where it is one piece.
    pub(crate) fn hour_price(&self) -> String {
        match (self.seconds, self.hours) {
            (Some(seconds), _) => quantity_price(self.net_cents * 3_600, seconds),
            (None, Some(hours)) => quantity_price(self.net_cents, hours),
            (None, None) => String::new(),
        }
    }

    /// How many of which unit of UN/ECE Recommendation 20 it is.
    pub(crate) fn quantity(&self) -> (i64, &'static str) {
        match (self.seconds, self.hours) {
            (Some(seconds), _) => (seconds.max(1), "SEC"),
            (None, Some(hours)) => (hours.max(1), "HUR"),
            (None, None) => (1, "C62"),
        }
    }
}

/// The tax of all lines with one category and rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    /// How they are taxed.
    pub category: Category,
    /// In hundredths of a per cent.
    pub basis_points: i64,
    /// The sum of these lines.
    pub net_cents: i64,
    /// The tax on the sum.
    pub tax_cents: i64,
    /// Why there is none, where the law wants words.
    pub note: Option<String>,
}

/// The document that a credit note corrects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Its number.
    pub number: String,
    /// The day on which it was issued.
    pub issued_on: String,
}

/// Why the tax is as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// `b2b` or `b2c`.
    pub buyer: String,
    /// Where the country was read.
    pub country_from: String,
    /// `none`, `format_wrong`, `format_ok` or `confirmed`.
    pub vat_id: String,
    /// What an administrator noted when they confirmed it.
    pub vat_reference: Option<String>,
    /// `net` or `gross`: what the prices of the pages were.
    pub prices: String,
    /// The rules that were used, by their ids.
    pub rules: Vec<String>,
}

/// The head of the organisation's chain of journals when the document was issued.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many journals it covers.
    pub seq: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// All that a document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which kind it is.
    pub kind: Kind,
    /// Its number; given when it is stored.
    pub number: String,
    /// The day of issue, `2026-11-30`.
    pub issued_on: String,
    /// What was used when; none for receipts.
    pub period: Option<Period>,
    /// By ISO 4217.
    pub currency: String,
    /// Who sells.
    pub seller: Party,
    /// Who buys.
    pub buyer: Party,
    /// The colour of the brand, as its hue in degrees.
    pub hue: u16,
    /// What a credit note corrects.
    pub corrects: Option<Original>,
    /// Why a credit note was issued, or what a receipt is for.
    pub reason: Option<String>,
    /// What is charged.
    pub lines: Vec<Line>,
    /// The tax by category and rate.
    pub taxes: Vec<TaxLine>,
    /// The sum of the lines.
    pub net_cents: i64,
    /// The sum of the taxes.
    pub tax_cents: i64,
    /// Both together.
    pub total_cents: i64,
    /// What was paid from the balance.
    pub paid_cents: i64,
    /// What is still owed.
    pub due_cents: i64,
    /// What the ledger moved, in micro-units.
    pub exact_micros: i64,
    /// Why the tax is as it is.
    pub evidence: Evidence,
    /// The head of the chain.
    pub chain: Head,
    /// Where the chain can be verified.
    pub verify_url: String,
}
