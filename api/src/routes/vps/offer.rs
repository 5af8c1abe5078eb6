//! What an order can begin with: room for it, and keys that are in use already.

use domain::vps::{self, SshKey, UsedKey};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::VpsSshKey;
use crate::auth::may;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, List, Time};

/// What an organisation has, and may have. An order beyond any of it is refused with `quota_reached`.
#[derive(Debug, Object)]
pub struct Quota {
    /// Servers that count: those that were neither deleted nor failed to be created.
    servers_used: i64,
    /// How many there may be.
    servers_limit: i32,
    /// Their vCPUs.
    vcpus_used: i64,
    /// How many there may be.
    vcpus_limit: i32,
    /// Their memory in MiB.
    memory_mib_used: i64,
    /// How much there may be, in MiB.
    memory_mib_limit: i32,
    /// Their storage in GiB.
    storage_gib_used: i64,
    /// How much there may be, in GiB.
    storage_gib_limit: i32,
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
    /// What the organisation has, and may have, of what servers are made of.
    #[oai(path = "/api/quota", method = "get", operation_id = "getQuota", tag = "Tag::Vps")]
    async fn quota(&self, member: may::VpsRead, app: Data<&Shared>) -> Done<Quota> {
        let quota = vps::quota(&app.ctx, &member.actor()).await?;
        Ok(Answer::new(Quota {
            servers_used: quota.servers_used,
            servers_limit: quota.servers_most,
            vcpus_used: quota.vcpus_used,
            vcpus_limit: quota.vcpus_most,
            memory_mib_used: quota.memory_mib_used,
            memory_mib_limit: quota.memory_mib_most,
            storage_gib_used: quota.storage_gib_used,
            storage_gib_limit: quota.storage_gib_most,
        }))
    }

    /// List SSH keys in use
    ///
    /// The keys that the organisation's existing servers were created with, the last used first.
    #[oai(path = "/api/ssh-keys", method = "get", operation_id = "listUsedSshKeys", tag = "Tag::Vps")]
    async fn keys(&self, member: may::VpsRead, app: Data<&Shared>) -> Done<List<UsedSshKey>> {
        Ok(Answer::new(List::of(vps::used_keys(&app.ctx, &member.actor()).await?, UsedSshKey::from)))
    }
}
