//! Snapshots of machines, as far as the account's own client needs them.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{instances::Instance, view};
use crate::clock::Clock;

/// The backups of one machine.
#[derive(Debug, Default)]
pub(crate) struct Backups {
    pub(crate) enabled: bool,
    snapshot: Option<Snapshot>,
}

#[derive(Clone, Debug)]
struct Snapshot {
    id: u64,
    label: String,
    taken: Instant,
    ready: Instant,
}

impl Backups {
    pub(crate) fn enable(&mut self) {
        self.enabled = true;
    }

    /// Ends the service; what was kept is lost.
    pub(crate) fn cancel(&mut self) {
        *self = Self::default();
    }

    /// Begins a snapshot, which replaces the one before.
    pub(crate) fn take(&mut self, id: u64, label: String, taken: Instant, ready: Instant) {
        self.snapshot = Some(Snapshot { id, label, taken, ready });
    }

    fn last_ready(&self, now: Instant) -> Option<&Snapshot> {
        self.snapshot.as_ref().filter(|snapshot| snapshot.ready <= now)
    }

    /// The member `backups` of a machine.
    pub(crate) fn summary(&self, clock: &Clock, now: Instant) -> Value {
        let last = self.last_ready(now);
        json!({
            "available": last.is_some(), "enabled": self.enabled,
            "last_successful": last.map(|snapshot| view::time(clock.wall(snapshot.ready))),
            "schedule": { "day": "Scheduling", "window": "Scheduling" },
        })
    }
}

/// The snapshot with this id.
pub(crate) fn find(instance: &Instance, id: u64, clock: &Clock, now: Instant) -> Option<Value> {
    let snapshot = instance.backups.snapshot.as_ref().filter(|snapshot| snapshot.id == id)?;
    Some(snapshot_view(instance, snapshot, clock, now))
}

/// The list of a machine's backups.
///
/// The official document has no null for `current` and `in_progress`, and clients index both,
/// so the one snapshot is in both places, and without one the whole member is null.
pub(crate) fn list(instance: &Instance, clock: &Clock, now: Instant) -> Value {
    let snapshot = instance.backups.snapshot.as_ref().map(|snapshot| {
        let view = snapshot_view(instance, snapshot, clock, now);
        json!({ "current": view, "in_progress": view })
    });
    json!({ "automatic": [], "snapshot": snapshot })
}

fn snapshot_view(instance: &Instance, snapshot: &Snapshot, clock: &Clock, now: Instant) -> Value {
    let ready = snapshot.ready <= now;
    let disks: Vec<Value> = view::disks(instance)
        .into_iter()
        .map(|disk| json!({ "label": disk["label"], "size": disk["size"], "filesystem": disk["filesystem"] }))
        .collect();
    json!({
        "id": snapshot.id, "label": snapshot.label, "type": "snapshot", "available": ready,
        "status": if ready { "successful" } else { "pending" },
        "configs": [view::config_label(instance)], "disks": disks,
        "created": view::time(clock.wall(snapshot.taken)), "updated": view::time(clock.wall(snapshot.ready.min(now))),
        "finished": ready.then(|| view::time(clock.wall(snapshot.ready))),
    })
}
