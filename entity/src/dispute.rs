//! Payers' complaints at the provider.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CaptureId, DisputeId, OrgId, PaymentId};

text_enum! {
    /// How far a dispute is.
    pub enum DisputeState {
        /// It is open: the money is set aside.
        Open = "open",
        /// It ended for us.
        Won = "won",
        /// It ended for the payer.
        Lost = "lost",
    }
}

/// A row of `dispute`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute")]
pub struct Model {
    /// Names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisputeId,
    /// The provider's id; unique.
    pub provider_ref: String,
    /// The capture that it is about.
    pub capture_id: CaptureId,
    /// The payment of that capture.
    pub payment_id: PaymentId,
    /// Whose money it is about.
    pub org_id: OrgId,
    /// How far it is.
    pub state: DisputeState,
    /// Its stage, in the provider's own word; empty until the provider was asked.
    pub stage: String,
    /// What is disputed, in micro-units; none until the provider was asked.
    pub amount_micros: Option<i64>,
    /// What is set aside for it, in micro-units.
    pub held_micros: i64,
    /// Until when an answer is due.
    pub due_at: Option<DateTimeUtc>,
    /// When we learned of it; by business time.
    pub opened_at: DateTimeUtc,
    /// When it ended; by business time.
    pub ended_at: Option<DateTimeUtc>,
}
no_relations!();
