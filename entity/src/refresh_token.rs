//! Refresh tokens: each is used once.

use sea_orm::entity::prelude::*;

use crate::SessionId;
use crate::table::no_relations;

/// A row of `refresh_token`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token; the token itself is not stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// References `session`, and is deleted with it.
    pub session_id: SessionId,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// Set when it was exchanged: shown again, it may end the session.
    pub used_at: Option<DateTimeUtc>,
    /// The hash of the token that it was exchanged for.
    pub successor: Option<Vec<u8>>,
}
no_relations!();
