//! Administrators in users' places.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{ImpersonationId, OrgId, SessionId, UserId};

/// A row of `impersonation`: one stay.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "impersonation")]
pub struct Model {
    /// Stands in the session and in every access token of the stay.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImpersonationId,
    /// The administrator.
    pub admin_id: UserId,
    /// In whose place.
    pub user_id: UserId,
    /// The administrator's own session, which stays.
    pub parent_id: SessionId,
    /// The administrator's epoch when it began: with a later one it is over.
    pub admin_epoch: i32,
    /// The only organisation that they see; all of the user's when none is named.
    pub org_id: Option<OrgId>,
    /// Whether they may change things.
    pub writes: bool,
    /// Why, as they said; none once it was erased.
    pub reason: Option<String>,
    /// By business time.
    pub began_at: DateTimeUtc,
    /// It ends then at the latest, 30 minutes after its begin at most; by business time.
    pub until_at: DateTimeUtc,
    /// When they left before that; by business time.
    pub ended_at: Option<DateTimeUtc>,
    /// When they went back to their own session; by business time.
    pub returned_at: Option<DateTimeUtc>,
}
no_relations!();
