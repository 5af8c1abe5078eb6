//! Journals: movements of money, each with its cause.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{JobId, OrgId};

text_enum! {
    /// Why money moved.
    pub enum JournalKind {
        /// An administrator gave credit.
        Credit = "credit",
        /// A promo code gave credit.
        Promo = "promo",
        /// An order set its first hour aside.
        Hold = "hold",
        /// The first hour was earned.
        Capture = "capture",
        /// The order failed; the money went back.
        Release = "release",
        /// Hours of servers were charged.
        Usage = "usage",
        /// A debt that will not be paid was written off.
        WriteOff = "write_off",
        /// New money paid an old debt.
        Settlement = "settlement",
        /// Tax of an invoice, and what rounding to hundredths left.
        Tax = "tax",
        /// A credit note gave money back to the wallet.
        CreditNote = "credit_note",
        /// A payment arrived.
        Topup = "topup",
        /// A payment arrived that fits nothing that was asked for.
        Unfit = "unfit",
        /// An administrator said whose such a payment is.
        Allocation = "allocation",
        /// Money was asked to go back to the payer.
        Refund = "refund",
        /// It went back.
        RefundDone = "refund_done",
        /// It could not go back.
        RefundBack = "refund_back",
        /// A charge was given back to the wallet.
        RefundWallet = "refund_wallet",
        /// A payment was taken back at the provider, or by the payer's bank.
        Reversal = "reversal",
        /// The payer disputes a payment; the money is set aside.
        DisputeHold = "dispute_hold",
        /// The dispute ended.
        DisputeBack = "dispute_back",
        /// The provider paid out to our bank.
        Payout = "payout",
    }
}

/// A row of `journal`; append-only. Its postings sum to zero in each currency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    /// Assigned by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The cause, such as `hold:<job>`; unique, so no cause moves money twice.
    pub idem_key: String,
    /// Open list: the column has no check.
    pub kind: JournalKind,
    /// The organisation whose money moved.
    pub org_id: Option<OrgId>,
    /// The job that moved it.
    pub job_id: Option<JobId>,
    /// The journal that this one takes back; at most one does.
    pub reverses_id: Option<i64>,
    /// What the movement is for; by business time.
    pub effective_at: DateTimeUtc,
    /// By `PostgreSQL`'s own clock.
    pub created_at: DateTimeUtc,
    /// What statements show beside it, such as a reason.
    #[sea_orm(column_type = "JsonBinary")]
    pub meta: Json,
}
no_relations!();
