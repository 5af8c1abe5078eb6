//! Machines: their record, and how time moves them.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, Ipv6Addr},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{backups::Backups, catalog::Type, reply::ApiError};
use crate::clock::Clock;

/// Status as the API words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Provisioning,
    Booting,
    Running,
    ShuttingDown,
    Offline,
    Rebooting,
    Rebuilding,
    Migrating,
    Deleting,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Booting => "booting",
            Self::Running => "running",
            Self::ShuttingDown => "shutting_down",
            Self::Offline => "offline",
            Self::Rebooting => "rebooting",
            Self::Rebuilding => "rebuilding",
            Self::Migrating => "migrating",
            Self::Deleting => "deleting",
        }
    }

    /// No change is in progress.
    pub(crate) fn rests(self) -> bool {
        matches!(self, Self::Running | Self::Offline)
    }
}

/// A change that happens at its time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Status(Status),
    Type(&'static Type),
    Gone,
}

/// One machine.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: u64,
    pub(crate) label: String,
    pub(crate) group: String,
    pub(crate) tags: Vec<String>,
    pub(crate) kind: &'static Type,
    pub(crate) region: String,
    pub(crate) image: Option<String>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    pub(crate) status: Status,
    /// Changes to come, soonest first.
    pub(crate) ahead: VecDeque<(Instant, Change)>,
    pub(crate) gone: bool,
    /// Before this, lists do not show it.
    pub(crate) listed_from: Instant,
    pub(crate) ipv4: Ipv4Addr,
    pub(crate) private_ipv4: Option<Ipv4Addr>,
    pub(crate) ipv6: Ipv6Addr,
    pub(crate) host_uuid: String,
    pub(crate) root_pass_sha256: Option<String>,
    pub(crate) authorized_keys: Vec<String>,
    pub(crate) backups: Backups,
    pub(crate) watchdog: bool,
    /// Put there by the control server.
    pub(crate) stray: bool,
}

impl Instance {
    /// Applies every change that is due by now.
    pub(crate) fn settle(&mut self, now: Instant, clock: &Clock) {
        while let Some((at, change)) = self.ahead.pop_front_if(|(at, _)| *at <= now) {
            self.updated = clock.wall(at);
            match change {
                Change::Status(status) => self.status = status,
                Change::Type(kind) => self.kind = kind,
                Change::Gone => self.gone = true,
            }
        }
    }

    /// Begins something that passes through `status` and brings the changes at their times.
    pub(crate) fn begin(
        &mut self,
        status: Status,
        ahead: impl IntoIterator<Item = (Instant, Change)>,
        now: DateTime<Utc>,
    ) {
        self.status = status;
        self.ahead = ahead.into_iter().collect();
        self.updated = now;
    }

    /// Refuses while a change is in progress.
    pub(crate) fn idle(&self) -> Result<(), ApiError> {
        if self.status.rests() { Ok(()) } else { Err(ApiError::busy()) }
    }

    /// Refuses unless it rests in this status.
    pub(crate) fn in_status(&self, wanted: Status) -> Result<(), ApiError> {
        if self.status == wanted { Ok(()) } else { Err(ApiError::busy()) }
    }
}
