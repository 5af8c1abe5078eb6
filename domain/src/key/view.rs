//! Keys as people see them.

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::user::Role;
use entity::{ApiKeyId, OrgId, UserId};
use sea_orm::ConnectionTrait;

use super::live::{perms, rights};
use crate::access::{Perm, Perms};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// Keys that one list shows at most.
pub(super) const MAX_LISTED: i64 = 500;

db::row! {
    /// A key without its text, which nobody sees again.
    #[derive(Clone, Debug)]
    pub struct KeyView {
        /// Its id.
        pub id: ApiKeyId,
        /// The one organisation that it is for.
        pub org_id: OrgId,
        /// Whose it is.
        pub user_id: UserId,
        /// How they are addressed.
        pub user_name: String,
        /// What they call it.
        pub name: String,
        /// What its text begins with, after `sp_`.
        pub ident: String,
        /// As its maker chose them.
        pub scopes: Vec<String>,
        /// From where it may be used; empty for anywhere.
        pub ip_allow: Vec<String>,
        /// By business time.
        pub created_at: DateTime<Utc>,
        /// By business time.
        pub expires_at: DateTime<Utc>,
        /// By business time.
        pub revoked_at: Option<DateTime<Utc>>,
        /// By business time; at most a minute late.
        pub last_used_at: Option<DateTime<Utc>>,
        /// From where.
        pub last_ip: Option<String>,
        /// The key that replaced it.
        pub successor_id: Option<ApiKeyId>,
        /// Its maker's role there; none for one who left.
        pub role: Option<OrgRole>,
        /// What its maker may do on the platform.
        pub platform_role: Role,
        /// Whether it may be used.
        pub alive: bool,
    }
}

impl KeyView {
    /// Its scopes.
    #[must_use]
    pub fn scopes(&self) -> Perms {
        perms(&self.scopes)
    }

    /// What it may do by now: its scopes as far as its maker may; nothing once it has ended.
    #[must_use]
    pub fn rights(&self) -> Perms {
        match self.role.filter(|_| self.alive) {
            Some(role) => rights(&self.scopes, role, self.platform_role),
            None => Perms::NONE,
        }
    }
}

/// Keys of the organisation, the newest first: the member's own, or everybody's. Keys that ended more than 30 days ago
/// are left out.
///
/// # Errors
/// `forbidden`.
pub async fn list(ctx: &Ctx, actor: &Actor, all: bool) -> Result<Vec<KeyView>> {
    let org = actor.may(if all { Perm::KeysAll } else { Perm::KeysOwn })?;
    let user = actor.user().ok_or_else(Error::forbidden)?;
    select_keys(org, Some(user).filter(|_| !all), MAX_LISTED).all(&ctx.db).await
}

/// A key of the organisation, in the caller's transaction.
pub(super) async fn one(tx: &impl ConnectionTrait, org: OrgId, key: ApiKeyId) -> Result<KeyView> {
    select_key(org, key).one(tx).await?.ok_or_else(|| Error::not_found("API key"))
}

db::statement! {
    fn select_keys(org: OrgId, user: Option<UserId>, limit: i64) -> KeyView =
        file "keys.sql",
        "where k.org_id = $1 and ($2::uuid is null or k.user_id = $2)
           and least(k.revoked_at, k.expires_at) > business_now() - interval '30 days'
         order by k.created_at desc, k.id limit $3";

    fn select_key(org: OrgId, key: ApiKeyId) -> KeyView = file "keys.sql", "where k.org_id = $1 and k.id = $2";
}
