//! What an order can begin with: room for it, and keys that are in use already.

use domain::vps::{self, SshKey, UsedKey};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::VpsSshKey;
use crate::auth::may;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, List, Time};

/// How many servers an organisation has, and may have.
#[derive(Debug, Object)]
pub struct Quota {
    /// Servers that count: those that were neither deleted nor failed to be created.
    servers_used: i64,
    /// An order beyond so many is refused with `quota_reached`.
    servers_limit: i32,
}

/// An SSH key that servers were created with.
#[derive(Debug, Object)]
pub struct UsedSshKey {
    /// What it is.
    key: VpsSshKey,
    /// The key in one line, for an order's `ssh_public_key`.
    #[oai(validator(max_length = 8192))]
    public_key: String,
    /// How many existing servers were created with it.
    servers: i64,
    /// When the newest of them was ordered.
    last_used_at: Time,
}

impl From<UsedKey> for UsedSshKey {
    fn from(used: UsedKey) -> Self {
        Self {
            key: VpsSshKey::from(used.key),
            public_key: used.public_key,
            servers: used.servers,
            last_used_at: used.last_used_at.into(),
        }
    }
}

impl From<SshKey> for VpsSshKey {
    fn from(key: SshKey) -> Self {
        Self { algorithm: key.algorithm, fingerprint: key.fingerprint, comment: key.comment }
    }
}

/// The operations that help to order a server.
pub struct OfferApi;

#[OpenApi]
impl OfferApi {
    /// Read the quota
    ///
    /// How many servers the organisation has, and may have.
    #[oai(path = "/api/quota", method = "get", operation_id = "getQuota", tag = "Tag::Vps")]
    async fn quota(&self, member: may::VpsRead, app: Data<&Shared>) -> Done<Quota> {
        let quota = vps::quota(&app.ctx, &member.actor()).await?;
        Ok(Answer::new(Quota { servers_used: quota.used, servers_limit: quota.most }))
    }

    /// List SSH keys in use
    ///
    /// The keys that the organisation's existing servers were created with, the last used first.
    #[oai(path = "/api/ssh-keys", method = "get", operation_id = "listUsedSshKeys", tag = "Tag::Vps")]
    async fn keys(&self, member: may::VpsRead, app: Data<&Shared>) -> Done<List<UsedSshKey>> {
        Ok(Answer::new(List::of(vps::used_keys(&app.ctx, &member.actor()).await?, UsedSshKey::from)))
    }
}
