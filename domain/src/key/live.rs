//! Keys that may be used now, as a process that serves requests keeps them.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::user::Role;
use entity::{ApiKeyId, OrgId, UserId};
use ipnet::IpNet;
use sea_orm::ConnectionTrait;

use super::nets;
use crate::access::{Limits, Perm, Perms};
use crate::error::Result;
use crate::{Actor, Ctx, Person, Proof, db};

/// A key that may be used, with what it may do by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What its text begins with.
    pub ident: String,
    /// SHA-256 of its text.
    pub hash: Vec<u8>,
    /// The one organisation that it is for.
    pub org: OrgId,
    /// Whose it is.
    pub user: UserId,
    /// What they call it.
    pub name: String,
    /// Its scopes, as far as its maker may do that now.
    pub rights: Perms,
    /// From where it may be used; empty for anywhere.
    pub ip_allow: Vec<IpNet>,
    /// By business time.
    pub expires_at: DateTime<Utc>,
    /// Whether its maker has a second factor.
    pub second_factor: bool,
}

db::row! {
    struct Row {
        id: ApiKeyId,
        ident: String,
        hash: Vec<u8>,
        org_id: OrgId,
        user_id: UserId,
        name: String,
        scopes: Vec<String>,
        ip_allow: Vec<String>,
        expires_at: DateTime<Utc>,
        role: OrgRole,
        platform_role: Role,
        second_factor: bool,
    }
}

/// The scopes of a row as far as a role has them.
pub(super) fn rights(scopes: &[String], role: OrgRole, platform_role: Role) -> Perms {
    let limits =
        Limits { reads_only: platform_role == Role::Readonly, scopes: Some(perms(scopes)), ..Limits::default() };
    limits.apply(role)
}

/// Scopes of a row. A word that this build does not know lets nobody do anything.
pub(super) fn perms(scopes: &[String]) -> Perms {
    let known: Vec<Perm> = scopes.iter().filter_map(|scope| scope.parse().ok()).collect();
    Perms::of(&known)
}

impl From<Row> for LiveKey {
    fn from(row: Row) -> Self {
        let rights = rights(&row.scopes, row.role, row.platform_role);
        // The database has checked that each is a network.
        let ip_allow = row.ip_allow.iter().filter_map(|net| net.parse().ok()).collect();
        let Row { id, ident, hash, org_id, user_id, name, expires_at, second_factor, .. } = row;
        Self { id, ident, hash, org: org_id, user: user_id, name, rights, ip_allow, expires_at, second_factor }
    }
}

impl LiveKey {
    /// Its maker, as the key shows them.
    #[must_use]
    pub fn person(&self) -> Person {
        Person { user: self.user, proof: Proof::Key(self.id), impersonator: None }
    }

    /// On whose authority it acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Member { person: self.person(), org: self.org, rights: self.rights }
    }

    /// Whether it may be used from an address.
    #[must_use]
    pub fn admits(&self, ip: Option<IpAddr>) -> bool {
        nets::admit(&self.ip_allow, ip)
    }
}

/// Those of the keys that may be used now.
///
/// # Errors
/// When the database does not answer.
pub async fn live(ctx: &Ctx, idents: &[String]) -> Result<Vec<LiveKey>> {
    Ok(select_live(idents).all(&ctx.db).await?.into_iter().map(LiveKey::from).collect())
}

/// Whether a key may still be used, as its row says in the caller's transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn lives(tx: &impl ConnectionTrait, key: ApiKeyId) -> Result<bool> {
    select_lives(key).only(tx).await
}

/// That a key was used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// Which.
    pub key: ApiKeyId,
    /// By business time.
    pub at: DateTime<Utc>,
    /// From where, as far as the proxies in front are trusted.
    pub ip: Option<IpAddr>,
}

/// Writes when and from where keys were last used.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_used(ctx: &Ctx, used: &[Used]) -> Result<()> {
    let keys: Vec<_> = used.iter().map(|used| used.key).collect();
    let times: Vec<_> = used.iter().map(|used| used.at).collect();
    let ips: Vec<_> = used.iter().map(|used| used.ip.map(|ip| ip.to_string()).unwrap_or_default()).collect();
    update_used(&keys, &times, &ips).exec(&ctx.db).await?;
    Ok(())
}

db::statement! {
    fn select_live(idents: &[String]) -> Row = file "select_live.sql";

    fn select_lives(key: ApiKeyId) -> bool =
        "select exists (
           select from api_key where id = $1 and revoked_at is null and expires_at > business_now()) as lives";

    fn update_used(keys: &[ApiKeyId], times: &[DateTime<Utc>], ips: &[String]) = file "update_used.sql";
}
