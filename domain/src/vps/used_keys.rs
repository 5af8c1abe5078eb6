//! The SSH keys that an organisation's servers were created with.

use chrono::{DateTime, Utc};
use entity::OrgId;

use super::ssh_key::{SshKey, describe};
use crate::error::Result;
use crate::{Actor, Ctx, Perm, db};

/// Keys that are listed at most.
const MOST: i64 = 50;

/// A key that servers were created with.
#[derive(Clone, Debug)]
pub struct UsedKey {
    /// What it is.
    pub key: SshKey,
    /// The key in one line, as an order takes it.
    pub public_key: String,
    /// Servers that were created with it and exist.
    pub servers: i64,
    /// When the newest of them was ordered.
    pub last_used_at: DateTime<Utc>,
}

db::row! {
    struct KeyRow {
        public_key: String,
        servers: i64,
        last_used_at: DateTime<Utc>,
    }
}

/// The keys that the organisation's existing servers were created with, the last used first; a key with two comments is
/// one key.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub async fn used_keys(ctx: &Ctx, actor: &Actor) -> Result<Vec<UsedKey>> {
    let mut keys: Vec<UsedKey> = Vec::new();
    for row in select_keys(actor.may(Perm::VpsRead)?, MOST).all(&ctx.db).await? {
        let Some(key) = describe(&row.public_key) else { continue };
        if let Some(known) = keys.iter_mut().find(|known| known.key.fingerprint == key.fingerprint) {
            known.servers += row.servers;
        } else {
            keys.push(UsedKey {
                key,
                public_key: row.public_key,
                servers: row.servers,
                last_used_at: row.last_used_at,
            });
        }
    }
    Ok(keys)
}

db::statement! {
    fn select_keys(org: OrgId, limit: i64) -> KeyRow = file "select_keys.sql";
}
