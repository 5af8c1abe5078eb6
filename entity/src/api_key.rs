//! Keys of programs.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{ApiKeyId, OrgId, UserId};

/// A row of `api_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// `key_…` on the wire. No part of the key's text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// The one organisation that it is for.
    pub org_id: OrgId,
    /// Whose it is: it may never do more than they may.
    pub user_id: UserId,
    /// What they call it, 1 to 100 characters.
    pub name: String,
    /// The eight characters after `sp_` of its text, by which it is found.
    #[sea_orm(unique)]
    pub ident: String,
    /// SHA-256 of its text, which is stored nowhere.
    pub hash: Vec<u8>,
    /// Words of `domain::Perm`.
    pub scopes: Vec<String>,
    /// Networks from which it may be used, such as `203.0.113.0/24`; empty for any.
    pub ip_allow: Vec<String>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// At most a year after `created_at`; earlier once it has a successor; by business time.
    pub expires_at: DateTimeUtc,
    /// By business time.
    pub revoked_at: Option<DateTimeUtc>,
    /// Who revoked it; nobody where its text was reported or its maker left.
    pub revoked_by: Option<UserId>,
    /// The key that replaced it.
    pub successor_id: Option<ApiKeyId>,
    /// When its maker was told that it expires soon; by business time.
    pub warned_at: Option<DateTimeUtc>,
    /// Written at most once a minute; by business time.
    pub last_used_at: Option<DateTimeUtc>,
    /// The address that it was last used from, with its prefix length.
    #[sea_orm(column_type = "Inet", select_as = "text", save_as = "inet")]
    pub last_ip: Option<String>,
}
no_relations!();
