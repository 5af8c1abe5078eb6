//! Credit above the limit, until a second administrator decides.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CreditRequestId, OrgId, UserId};

text_enum! {
    /// What became of credit that was asked for.
    pub enum CreditState {
        /// Nobody decided yet; after its time nobody can.
        Waiting = "waiting",
        /// Another administrator approved it, and it was given.
        Approved = "approved",
        /// Another administrator declined it.
        Declined = "declined",
    }
}

/// A row of `credit_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credit_request")]
pub struct Model {
    /// Part of the credit's cause.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CreditRequestId,
    /// References `org`.
    pub org_id: OrgId,
    /// In micro-units of USD.
    pub amount_micros: i64,
    /// What the statement will say.
    pub reason: String,
    /// Why it was declined.
    pub decision: Option<String>,
    /// What became of it.
    pub state: CreditState,
    /// The administrator who asked.
    pub asked_by: UserId,
    /// By business time.
    pub asked_at: DateTimeUtc,
    /// From then on it can't be approved.
    pub expires_at: DateTimeUtc,
    /// The other administrator.
    pub decided_by: Option<UserId>,
    /// By business time.
    pub decided_at: Option<DateTimeUtc>,
    /// The movement of money.
    pub journal_id: Option<i64>,
}
no_relations!();
