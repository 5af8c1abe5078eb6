//! Accounts of the ledger.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{Currency, OrgId};

text_enum! {
    /// What an account of the ledger stands for.
    pub enum AccountKind {
        /// A customer's prepaid money; never below zero.
        Wallet = "wallet",
        /// A customer's money set aside for an order; never below zero.
        Hold = "hold",
        /// What a customer owes, as a balance that is never above zero.
        Receivable = "receivable",
        /// What we earned.
        Revenue = "revenue",
        /// The other side of credits that an administrator gave.
        Adjustment = "adjustment",
        /// The other side of payments by `PayPal`.
        PaypalClearing = "paypal_clearing",
        /// The other side of credits given as a promotion.
        Promo = "promo",
        /// Fractions below a micro-unit, or below what a statement shows.
        Rounding = "rounding",
        /// A customer's money on its way back to the payer; never below zero.
        Refund = "refund",
        /// What `PayPal` kept of payments.
        PaypalFee = "paypal_fee",
        /// Money that arrived and fits no payment, until an administrator says whose it is.
        Unallocated = "unallocated",
        /// Tax that we owe.
        TaxDue = "tax_due",
        /// The other side of what was paid out to our bank.
        Bank = "bank",
        /// The other side of debts that will not be paid.
        BadDebt = "bad_debt",
    }
}

/// A row of `account`. An organisation has one of each customer's kind; of the others there is one a currency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Assigned by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// With organisation and currency, unique.
    pub kind: AccountKind,
    /// Set for wallets, holds, receivables and refunds.
    pub org_id: Option<OrgId>,
    /// That of every posting to it.
    pub currency: Currency,
    /// In micro-units; set for wallets, holds, receivables and refunds, for the others the sum of their postings.
    pub balance_micros: Option<i64>,
    /// Rises with each posting.
    pub version: i64,
}
no_relations!();
