//! Identities of users at issuers: who a person is by another's word.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{IdentityId, UserId};

/// A row of `user_identity`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_identity")]
pub struct Model {
    /// The issuer exactly as its tokens name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// The issuer's own name for the person, which it gives to nobody else: 1 to 255 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Ours, for addresses of the API.
    pub id: IdentityId,
    /// References `app_user`.
    pub user_id: UserId,
    /// The address that the issuer said last, at most 254 characters. It proves nothing.
    pub email: Option<String>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// By business time.
    pub last_used_at: DateTimeUtc,
}
no_relations!();
