//! Money that payments took.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CaptureId, Currency, OrgId, PaymentId};

text_enum! {
    /// What became of a capture.
    pub enum CaptureState {
        /// The money is there; what went back of it are refunds.
        Completed = "completed",
        /// The provider examines it.
        Pending = "pending",
        /// Nothing came.
        Declined = "declined",
    }
}

text_enum! {
    /// What of a capture does not fit its payment.
    pub enum Mismatch {
        /// Another amount.
        Amount = "amount",
        /// Another currency.
        Currency = "currency",
        /// Another receiver.
        Payee = "payee",
        /// It names another payment.
        Payment = "payment",
        /// The payment was paid before.
        Twice = "twice",
    }
}

/// A row of `payment_capture`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_capture")]
pub struct Model {
    /// Names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaptureId,
    /// The payment that took it.
    pub payment_id: PaymentId,
    /// Whose wallet it fills; where it was given to another organisation, that one.
    pub org_id: OrgId,
    /// The provider's id; unique.
    pub provider_ref: String,
    /// What became of it.
    pub state: CaptureState,
    /// Why it is pending or was declined, in the provider's word.
    pub reason: Option<String>,
    /// What was taken, in micro-units.
    pub amount_micros: i64,
    /// Its currency.
    pub currency: Currency,
    /// What the provider kept of it, in micro-units; none while it is pending.
    pub fee_micros: Option<i64>,
    /// What arrived, in micro-units; none while it is pending.
    pub net_micros: Option<i64>,
    /// What does not fit the payment.
    pub mismatch: Option<Mismatch>,
    /// When an administrator said whose it is; by business time.
    pub allocated_at: Option<DateTimeUtc>,
    /// The journal that booked it.
    pub journal_id: Option<i64>,
    /// The provider's id of the payer.
    pub payer_ref: Option<String>,
    /// The payer's country by ISO 3166.
    pub payer_country: Option<String>,
    /// When it was made, as the provider says.
    pub captured_at: DateTimeUtc,
    /// When we learned of it; by business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
