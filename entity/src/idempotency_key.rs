//! Idempotency keys, with the answers that repeated requests get.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// A row of `idempotency_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who sent it: a user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub principal_id: Uuid,
    /// For which organisation; all zeros for what concerns none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: Uuid,
    /// 8 to 255 printable characters, chosen by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The route that it was sent to: a key counts for one.
    pub route: String,
    /// A keyed hash of route and body: another body under the same key is refused.
    pub request_mac: Vec<u8>,
    /// The answer's HTTP status; none until the transaction that claimed it ends.
    pub status: Option<i16>,
    /// The answer.
    #[sea_orm(column_type = "JsonBinary")]
    pub body: Option<Json>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// After this the row is removed; by business time.
    pub expires_at: DateTimeUtc,
}
no_relations!();
