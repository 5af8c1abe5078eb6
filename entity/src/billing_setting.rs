//! Who sells, and how prices are meant.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// Whether the prices of the pages are without tax or with it.
    pub enum PriceMode {
        /// Without: tax is added.
        Net = "net",
        /// With: tax is contained.
        Gross = "gross",
    }
}

text_enum! {
    /// When tax arises.
    pub enum TaxMoment {
        /// With the supply.
        Supply = "supply",
    }
}

text_enum! {
    /// What suffices to be treated as a business.
    pub enum BusinessBy {
        /// A number of the right form.
        FormatOk = "format_ok",
        /// A number that an administrator confirmed.
        Confirmed = "confirmed",
    }
}

/// The one row of `billing_setting`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_setting")]
pub struct Model {
    /// Always true.
    #[sea_orm(primary_key, auto_increment = false)]
    pub one: bool,
    /// The seller's name; the panel's name while none is given.
    pub seller_name: Option<String>,
    /// Street and number, in up to three lines.
    pub address_lines: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// Two capitals of ISO 3166-1.
    pub country: Option<String>,
    /// The number for value added tax.
    pub tax_id: Option<String>,
    /// The number in a register of companies.
    pub registration: Option<String>,
    /// Where questions about invoices are read.
    pub email: Option<String>,
    /// Whether prices are without tax or with it.
    pub prices: PriceMode,
    /// When tax arises.
    pub tax_moment: TaxMoment,
    /// What suffices to be treated as a business.
    pub business_by: BusinessBy,
    /// Above this much, in micro-units of USD, credit by an administrator waits for another one.
    pub four_eyes_micros: i64,
    /// A margin below this is told, in hundredths of a percent.
    pub min_margin_bp: i32,
    /// By business time.
    pub updated_at: DateTimeUtc,
}
no_relations!();
