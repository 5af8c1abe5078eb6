//! Passkeys: public keys of devices and password managers.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{PasskeyId, UserId};

/// A row of `passkey`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    /// Ours.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasskeyId,
    /// References `app_user`.
    pub user_id: UserId,
    /// The device's own id of it.
    pub cred_id: Vec<u8>,
    /// The public key, its counter and what else the library keeps.
    #[sea_orm(column_type = "JsonBinary")]
    pub data: Json,
    /// How a browser reaches it, in the words of `WebAuthn`.
    pub transports: Vec<String>,
    /// The host that it was made for, at most 253 characters: it works at no other.
    pub rp_id: String,
    /// The user's name for it, 1 to 100 characters.
    pub name: String,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// By business time.
    pub last_used_at: Option<DateTimeUtc>,
}
no_relations!();
