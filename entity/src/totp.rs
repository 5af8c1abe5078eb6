//! Authenticator apps, one a user at most.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;

/// A row of `totp`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "totp")]
pub struct Model {
    /// References `app_user`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The shared secret in base32, sealed.
    pub secret_sealed: Vec<u8>,
    /// When its first code was shown; by business time.
    pub confirmed_at: DateTimeUtc,
    /// The newest step whose code was used: codes of this and earlier ones are refused.
    pub last_step: i64,
    /// Steps whose codes are refused because they told of a clock that is off.
    pub burnt: Vec<i64>,
    /// When a code was last accepted; by business time.
    pub last_used_at: Option<DateTimeUtc>,
}
no_relations!();
