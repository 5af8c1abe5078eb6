//! Operations on machines that exist.

use serde_json::json;
use tokio::time::Instant;

use super::{
    backups,
    catalog::Type,
    instances::{Change, Status},
    order::{Naming, System},
    reply::{ApiError, ApiResult},
    state::State,
};

impl State {
    pub(crate) fn rename(&mut self, id: u64, naming: Naming, now: Instant) -> ApiResult {
        if let Some(label) = &naming.label {
            self.label_is_free(label, Some(id))?;
        }
        let wall = self.clock.wall(now);
        let instance = self.get_mut(id)?;
        instance.label = naming.label.unwrap_or_else(|| std::mem::take(&mut instance.label));
        instance.group = naming.group.unwrap_or_else(|| std::mem::take(&mut instance.group));
        instance.tags = naming.tags.unwrap_or_else(|| std::mem::take(&mut instance.tags));
        instance.watchdog = naming.watchdog.unwrap_or(instance.watchdog);
        instance.updated = wall;
        let label = instance.label.clone();
        self.events.record("linode_update", (id, &label), (now, now), false);
        self.show(id, now)
    }

    pub(crate) fn delete(&mut self, id: u64, now: Instant) -> ApiResult {
        if self.get(id)?.status == Status::Deleting {
            return Err(ApiError::busy());
        }
        let until = now + self.timing.delete();
        self.begin(id, "linode_delete", Status::Deleting, vec![(until, Change::Gone)], now)?;
        self.deletes += 1;
        Ok(json!({}))
    }

    pub(crate) fn power(&mut self, id: u64, action: &str, now: Instant) -> ApiResult {
        let instance = self.get(id)?;
        let from = now + self.timing.lag();
        let until = from + self.timing.power();
        let (event, through, end) = match action {
            "boot" if instance.status == Status::Running => {
                return Err(ApiError::bad(format!("Linode {id} already booted.")));
            }
            "boot" => {
                instance.in_status(Status::Offline)?;
                ("linode_boot", Status::Booting, Status::Running)
            }
            "shutdown" => {
                instance.in_status(Status::Running)?;
                ("linode_shutdown", Status::ShuttingDown, Status::Offline)
            }
            _ => {
                instance.in_status(Status::Running)?;
                ("linode_reboot", Status::Rebooting, Status::Running)
            }
        };
        let clock = self.clock;
        let instance = self.get_mut(id)?;
        instance.begin(
            instance.status,
            [(from, Change::Status(through)), (until, Change::Status(end))],
            clock.wall(now),
        );
        instance.settle(now, &clock);
        let label = instance.label.clone();
        self.events.schedule(event, (id, &label), now, (from, until), false);
        Ok(json!({}))
    }

    pub(crate) fn rebuild(&mut self, id: u64, system: System, now: Instant) -> ApiResult {
        self.get(id)?.idle()?;
        let end = if system.booted { Status::Running } else { Status::Offline };
        let until = now + self.timing.boot();
        self.begin(id, "linode_rebuild", Status::Rebuilding, vec![(until, Change::Status(end))], now)?;
        let instance = self.get_mut(id)?;
        instance.image = system.image;
        instance.root_pass_sha256 = system.root_pass_sha256;
        instance.authorized_keys = system.authorized_keys;
        self.show(id, now)
    }

    pub(crate) fn resize(&mut self, id: u64, kind: &'static Type, now: Instant) -> ApiResult {
        let instance = self.get(id)?;
        instance.idle()?;
        if instance.kind.id == kind.id {
            return Err(ApiError::bad("Linode is already running this service plan."));
        }
        if instance.kind.disk_mb > kind.disk_mb {
            return Err(ApiError::bad(
                "The current disk size of your Linode is too large for the new service plan. \
                 Please resize your disk to accommodate the new plan.",
            ));
        }
        let until = now + self.timing.boot();
        let mut ahead = vec![(until, Change::Type(kind))];
        if instance.status == Status::Running {
            ahead.push((until, Change::Status(Status::Booting)));
            ahead.push((until + self.timing.power(), Change::Status(Status::Running)));
        } else {
            ahead.push((until, Change::Status(Status::Offline)));
        }
        self.begin(id, "linode_resize", Status::Migrating, ahead, now)?;
        Ok(json!({}))
    }

    /// Begins something, and records its event until the last change.
    fn begin(
        &mut self,
        id: u64,
        event: &'static str,
        through: Status,
        ahead: Vec<(Instant, Change)>,
        now: Instant,
    ) -> Result<(), ApiError> {
        let until = ahead.last().map_or(now, |(at, _)| *at);
        let wall = self.clock.wall(now);
        let instance = self.get_mut(id)?;
        instance.begin(through, ahead, wall);
        let label = instance.label.clone();
        self.events.record(event, (id, &label), (now, until), false);
        Ok(())
    }

    pub(crate) fn switch_backups(&mut self, id: u64, on: bool, now: Instant) -> ApiResult {
        let instance = self.get_mut(id)?;
        if on {
            instance.backups.enable();
        } else {
            instance.backups.cancel();
        }
        let label = instance.label.clone();
        let event = if on { "backups_enable" } else { "backups_cancel" };
        self.events.record(event, (id, &label), (now, now), false);
        Ok(json!({}))
    }

    pub(crate) fn take_snapshot(&mut self, id: u64, label: String, now: Instant) -> ApiResult {
        let instance = self.get(id)?;
        instance.idle()?;
        if !instance.backups.enabled {
            return Err(ApiError::bad("Backups are not enabled for this Linode."));
        }
        let backup_id = self.next_backup_id;
        self.next_backup_id += 1;
        let until = now + self.timing.power();
        let instance = self.get_mut(id)?;
        instance.backups.take(backup_id, label, now, until);
        let name = instance.label.clone();
        self.events.record("linode_snapshot", (id, &name), (now, until), false);
        backups::find(self.get(id)?, backup_id, &self.clock, now).ok_or_else(ApiError::not_found)
    }
}
