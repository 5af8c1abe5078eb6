//! Which tax is owed where, and since when.

use sea_orm::entity::prelude::*;

use crate::TaxRuleId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// Whether a business buys, or a consumer.
    pub enum BuyerKind {
        /// A business.
        B2b = "b2b",
        /// A consumer.
        B2c = "b2c",
    }
}

text_enum! {
    /// How a supply is taxed, by the codes of EN 16931.
    pub enum TaxCategory {
        /// At a rate above zero.
        Standard = "S",
        /// At the rate zero.
        Zero = "Z",
        /// Exempt.
        Exempt = "E",
        /// The customer owes the tax.
        ReverseCharge = "AE",
        /// Outside the scope of the tax.
        OutOfScope = "O",
    }
}

/// A row of `tax_rule`. Rules of one country and kind of buyer do not overlap.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_rule")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaxRuleId,
    /// Two capitals of ISO 3166-1; `ZZ` for those without a rule of their own.
    pub country: String,
    /// For whom.
    pub buyer: BuyerKind,
    /// Hundredths of a per cent.
    pub basis_points: i32,
    /// How it is taxed.
    pub category: TaxCategory,
    /// What documents say about it.
    pub note: Option<String>,
    /// The first day.
    pub valid_from: Date,
    /// The day after the last; none while it holds.
    pub valid_to: Option<Date>,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
