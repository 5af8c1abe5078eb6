//! The machines as they are saved in a file, with every instant as wall time.
//!
//! Saved are the machines (of the deleted ones, the latest 1000), the ids and the counts of orders and deletions.
//! Not saved are settings, faults, the log of events, snapshots and past requests.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use rand::{SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    backups::Backups,
    catalog,
    instances::{Change, Instance, Status},
    state::State,
};
use crate::clock::Clock;

const VERSION: u32 = 1;
/// Deleted machines that are saved.
const MAX_GONE: usize = 1000;

/// What the file holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    version: u32,
    seed: u64,
    starts: u64,
    next_id: u64,
    creates: u64,
    deletes: u64,
    instances: Vec<SavedInstance>,
    gone: Vec<SavedInstance>,
}

#[derive(Serialize, Deserialize)]
struct SavedInstance {
    id: u64,
    label: String,
    group: String,
    tags: Vec<String>,
    #[serde(rename = "type")]
    type_id: String,
    region: String,
    image: Option<String>,
    created: DateTime<Utc>,
    updated: DateTime<Utc>,
    status: Status,
    ahead: Vec<(DateTime<Utc>, SavedChange)>,
    listed_from: DateTime<Utc>,
    ipv4: Ipv4Addr,
    private_ipv4: Option<Ipv4Addr>,
    ipv6: Ipv6Addr,
    host_uuid: String,
    root_pass_sha256: Option<String>,
    authorized_keys: Vec<String>,
    backups: bool,
    watchdog: bool,
    stray: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedChange {
    Status(Status),
    Type(String),
    Gone,
}

impl Saved {
    /// What the file holds; `None` when there is no file.
    pub(crate) async fn read(path: Option<&Path>) -> anyhow::Result<Option<Self>> {
        let Some(path) = path else { return Ok(None) };
        let unreadable =
            || format!("the cloud's machines in {} cannot be read; remove it to start with none", path.display());
        let bytes = match tokio::fs::read(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.with_context(unreadable)?,
        };
        let saved: Self = serde_json::from_slice(&bytes).with_context(unreadable)?;
        ensure!(saved.version == VERSION, unreadable());
        Ok(Some(saved))
    }
}

impl State {
    pub(crate) fn save(&self) -> Saved {
        let gone = self.deleted.iter().skip(self.deleted.len().saturating_sub(MAX_GONE));
        Saved {
            version: VERSION,
            seed: self.seed,
            starts: self.starts + 1,
            next_id: self.next_id,
            creates: self.creates,
            deletes: self.deletes,
            instances: self.live.values().map(|it| saved(it, &self.clock)).collect(),
            gone: gone.map(|it| saved(it, &self.clock)).collect(),
        }
    }

    /// Takes over the machines; changes that fell due meanwhile are applied on the next request.
    pub(crate) fn restore(&mut self, saved: Saved, now: Instant) -> anyhow::Result<()> {
        (self.next_id, self.creates, self.deletes) = (saved.next_id, saved.creates, saved.deletes);
        self.starts = saved.starts;
        self.seed = saved.seed;
        // An id of a request must not be used twice.
        self.rng = StdRng::seed_from_u64(saved.seed.wrapping_add(saved.starts));
        for saved in saved.instances {
            let instance = restored(saved, &self.clock, now)?;
            self.addresses.keep(instance.ipv4);
            self.live.insert(instance.id, instance);
        }
        for saved in saved.gone {
            self.deleted.push_back(Instance { gone: true, ..restored(saved, &self.clock, now)? });
        }
        Ok(())
    }
}

fn saved(it: &Instance, clock: &Clock) -> SavedInstance {
    let change = |change: &Change| match change {
        Change::Status(status) => SavedChange::Status(*status),
        Change::Type(kind) => SavedChange::Type(kind.id.to_owned()),
        Change::Gone => SavedChange::Gone,
    };
    SavedInstance {
        id: it.id,
        label: it.label.clone(),
        group: it.group.clone(),
        tags: it.tags.clone(),
        type_id: it.kind.id.to_owned(),
        region: it.region.clone(),
        image: it.image.clone(),
        created: it.created,
        updated: it.updated,
        status: it.status,
        ahead: it.ahead.iter().map(|(at, what)| (clock.wall(*at), change(what))).collect(),
        listed_from: clock.wall(it.listed_from),
        ipv4: it.ipv4,
        private_ipv4: it.private_ipv4,
        ipv6: it.ipv6,
        host_uuid: it.host_uuid.clone(),
        root_pass_sha256: it.root_pass_sha256.clone(),
        authorized_keys: it.authorized_keys.clone(),
        backups: it.backups.enabled,
        watchdog: it.watchdog,
        stray: it.stray,
    }
}

fn restored(it: SavedInstance, clock: &Clock, now: Instant) -> anyhow::Result<Instance> {
    let kind = |id: &str| catalog::find_type(id).with_context(|| format!("no type {id}"));
    let mut ahead = std::collections::VecDeque::new();
    for (at, change) in it.ahead {
        let change = match change {
            SavedChange::Status(status) => Change::Status(status),
            SavedChange::Type(id) => Change::Type(kind(&id)?),
            SavedChange::Gone => Change::Gone,
        };
        ahead.push_back((clock.instant(at, now), change));
    }
    let mut backups = Backups::default();
    if it.backups {
        backups.enable();
    }
    Ok(Instance {
        id: it.id,
        label: it.label,
        group: it.group,
        tags: it.tags,
        kind: kind(&it.type_id)?,
        region: it.region,
        image: it.image,
        created: it.created,
        updated: it.updated,
        status: it.status,
        ahead,
        gone: false,
        listed_from: clock.instant(it.listed_from, now),
        ipv4: it.ipv4,
        private_ipv4: it.private_ipv4,
        ipv6: it.ipv6,
        host_uuid: it.host_uuid,
        root_pass_sha256: it.root_pass_sha256,
        authorized_keys: it.authorized_keys,
        backups,
        watchdog: it.watchdog,
        stray: it.stray,
    })
}
