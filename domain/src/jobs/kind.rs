//! The kinds of job, and what is fixed for each.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::job::Queue;
use entity::vps::PowerAction;
use entity::{BulkId, CloudId, TypedId, UserId, VpsId};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::{Error, Result};

/// What a job does. Payloads are ids and choices, never data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "params")]
pub enum Job {
    /// Asks a provider whether it knows the cloud's token.
    #[serde(rename = "cloud.validate", alias = "provider.validate")]
    ValidateCloud {
        /// The cloud.
        #[serde(alias = "account")]
        cloud: CloudId,
    },
    /// Reads what a provider sells.
    #[serde(rename = "cloud.sync", alias = "catalog.sync")]
    SyncCloud {
        /// The cloud.
        #[serde(alias = "account")]
        cloud: CloudId,
    },
    /// Makes a server.
    #[serde(rename = "vps.provision")]
    ProvisionVps {
        /// The server.
        vps: VpsId,
    },
    /// Switches a server.
    #[serde(rename = "vps.power")]
    PowerVps {
        /// The server.
        vps: VpsId,
        /// Which way.
        action: PowerAction,
    },
    /// Takes a server away.
    #[serde(rename = "vps.delete")]
    DeleteVps {
        /// The server.
        vps: VpsId,
    },
    /// Charges the hours of all servers up to a tick.
    #[serde(rename = "billing.charge")]
    ChargeUsage {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    },
    /// Sends one mail.
    #[serde(rename = "mail.send")]
    SendMail {
        /// Which.
        mail: MailKind,
        /// To whom.
        user: UserId,
        /// About which server.
        vps: Option<VpsId>,
    },
    /// Removes what is past its time: keys, tokens, secrets of failed orders.
    #[serde(rename = "platform.tidy")]
    Tidy {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    },
    /// Does nothing, or sleeps: shows that the way from row to worker is open, and measures it.
    #[serde(rename = "platform.probe")]
    Probe {
        /// How long it holds its worker, at most [`MAX_PROBE_SLEEP_MS`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sleep_ms: Option<u32>,
    },
    /// Looks at all our machines of a cloud while jobs wait for one of them: one list instead
    /// of a request for each.
    #[serde(rename = "cloud.watch", alias = "provider.watch")]
    WatchCloud {
        /// The cloud.
        #[serde(alias = "account")]
        cloud: CloudId,
    },
    /// Compares all our machines of a cloud with the rows: finds what nobody owns, and what
    /// went missing.
    #[serde(rename = "cloud.reconcile", alias = "provider.reconcile")]
    ReconcileCloud {
        /// The cloud; all of them when none is named.
        #[serde(alias = "account")]
        cloud: Option<CloudId>,
    },
    /// Does one thing to many jobs.
    #[serde(rename = "platform.bulk")]
    BulkJobs {
        /// Which wish.
        bulk: BulkId,
    },
    /// Moves ended jobs to the archive and drops what is past its time.
    #[serde(rename = "platform.archive")]
    Archive {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    },
}

/// The longest that a probe sleeps, in milliseconds.
pub const MAX_PROBE_SLEEP_MS: u32 = 120_000;

/// A mail by what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// To a newcomer.
    Welcome,
    /// An order came to nothing, and its money is back.
    OrderFailed,
}

/// What is fixed for a kind of job.
#[derive(Clone, Copy, Debug)]
pub struct JobSpec {
    /// The pool that takes it.
    pub queue: Queue,
    /// 1 is interactive, 9 is bulk.
    pub priority: i16,
    /// After so many transient failures it fails for good.
    pub max_attempts: i32,
    /// It must be done by then.
    pub deadline: Duration,
}

impl Job {
    /// Every kind's name, for filters and tests.
    pub const KINDS: &'static [&'static str] = &[
        "cloud.validate",
        "cloud.sync",
        "vps.provision",
        "vps.power",
        "vps.delete",
        "billing.charge",
        "mail.send",
        "platform.tidy",
        "platform.probe",
        "cloud.watch",
        "cloud.reconcile",
        "platform.bulk",
        "platform.archive",
    ];

    /// Every kind's name, as a statement takes it.
    #[must_use]
    pub fn known_kinds() -> Vec<String> {
        Self::KINDS.iter().map(|&kind| kind.to_owned()).collect()
    }

    /// What is fixed for this kind.
    #[must_use]
    pub fn spec(&self) -> JobSpec {
        let spec = |queue, priority, max_attempts, minutes| JobSpec {
            queue,
            priority,
            max_attempts,
            deadline: Duration::from_mins(minutes),
        };
        match self {
            Self::ValidateCloud { .. } => spec(Queue::Upkeep, 2, 5, 15),
            Self::SyncCloud { .. } | Self::ReconcileCloud { .. } => spec(Queue::Upkeep, 5, 8, 60),
            Self::ProvisionVps { .. } => spec(Queue::Provision, 1, 8, 30),
            Self::PowerVps { .. } => spec(Queue::Power, 1, 6, 15),
            Self::DeleteVps { .. } => spec(Queue::Power, 2, 20, 24 * 60),
            Self::ChargeUsage { .. } => spec(Queue::Billing, 1, 20, 24 * 60),
            Self::SendMail { .. } => spec(Queue::Mail, 5, 12, 24 * 60),
            Self::Tidy { .. } | Self::Archive { .. } => spec(Queue::Upkeep, 9, 5, 60),
            Self::Probe { .. } => spec(Queue::Mail, 1, 3, 5),
            Self::WatchCloud { .. } => spec(Queue::Upkeep, 1, 20, 24 * 60),
            Self::BulkJobs { .. } => spec(Queue::Upkeep, 3, 8, 6 * 60),
        }
    }

    /// What the job works on, for look-ups by thing.
    #[must_use]
    pub fn target(&self) -> Option<(&'static str, Uuid)> {
        match self {
            Self::ValidateCloud { cloud }
            | Self::SyncCloud { cloud }
            | Self::WatchCloud { cloud }
            | Self::ReconcileCloud { cloud: Some(cloud) } => Some(("cloud", cloud.uuid())),
            Self::ProvisionVps { vps } | Self::PowerVps { vps, .. } | Self::DeleteVps { vps } => {
                Some(("vps", vps.uuid()))
            }
            Self::SendMail { user, .. } => Some(("user", user.uuid())),
            Self::ChargeUsage { .. }
            | Self::Tidy { .. }
            | Self::Probe { .. }
            | Self::ReconcileCloud { cloud: None }
            | Self::BulkJobs { .. }
            | Self::Archive { .. } => None,
        }
    }

    /// The cloud whose pause holds the job up. A validation is not held up: it is what ends a
    /// pause. Jobs about a server are held up with the server's cloud, which its row knows.
    #[must_use]
    pub fn cloud(&self) -> Option<CloudId> {
        match self {
            Self::SyncCloud { cloud } | Self::WatchCloud { cloud } => Some(*cloud),
            Self::ReconcileCloud { cloud } => *cloud,
            _ => None,
        }
    }

    /// Whether a failure is never final: a person sees to it instead.
    #[must_use]
    pub fn must_not_fail(&self) -> bool {
        matches!(self, Self::ChargeUsage { .. } | Self::DeleteVps { .. })
    }

    /// At most one open job may hold this key.
    #[must_use]
    pub fn exclusive_key(&self) -> Option<String> {
        match self {
            Self::ProvisionVps { vps } | Self::PowerVps { vps, .. } | Self::DeleteVps { vps } => Some(vps_key(*vps)),
            Self::WatchCloud { cloud } => Some(format!("watch:{}", cloud.suffix())),
            Self::ReconcileCloud { cloud: Some(cloud) } => Some(format!("reconcile:{}", cloud.suffix())),
            _ => None,
        }
    }

    /// The kind's name and its parameters, as the row keeps them.
    ///
    /// # Errors
    /// Never for the kinds above; they are plain ids.
    pub fn to_row(&self) -> Result<(String, Json)> {
        let mut tagged = serde_json::to_value(self).map_err(Error::internal)?;
        let params = tagged["params"].take();
        let kind = tagged["kind"].as_str().unwrap_or_default().to_owned();
        Ok((kind, if params.is_null() { json!({}) } else { params }))
    }

    /// The job of a row.
    ///
    /// # Errors
    /// When this build does not know the kind, or its parameters have another shape.
    pub fn from_row(kind: &str, params: &Json) -> Result<Self, serde_json::Error> {
        serde_json::from_value(json!({ "kind": kind, "params": params }))
    }
}

/// The key under which jobs of one server exclude each other.
#[must_use]
pub fn vps_key(vps: VpsId) -> String {
    format!("vps:{}", vps.suffix())
}

/// Every kind with its steps, in the order of the timeline. The number of a step is its place here, and rows keep that
/// number: a new step goes to the end of its kind.
pub const STEPS: &[(&str, &[&str])] = &[
    ("cloud.validate", &["ask"]),
    ("cloud.sync", &["read"]),
    ("vps.provision", &["create", "start", "start_again", "take_back"]),
    ("vps.power", &["switch", "settle"]),
    ("vps.delete", &["delete", "gone"]),
    ("billing.charge", &["charge"]),
    ("mail.send", &["send"]),
    ("platform.tidy", &["tidy"]),
    ("platform.probe", &["probe"]),
    ("cloud.watch", &["look", "end"]),
    ("cloud.reconcile", &["compare", "delete", "fan_out"]),
    ("platform.bulk", &["act"]),
    ("platform.archive", &["move", "drop"]),
];

/// The steps of a kind, in order; none for a kind that this build does not know.
#[must_use]
pub fn steps_of(kind: &str) -> &'static [&'static str] {
    STEPS.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, steps)| steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_row() {
        let (vps, cloud, user) = (VpsId(Uuid::from_u128(1)), CloudId(Uuid::from_u128(2)), UserId(Uuid::from_u128(3)));
        let tick = DateTime::UNIX_EPOCH;
        let bulk = BulkId(Uuid::from_u128(4));
        let jobs = [
            Job::ValidateCloud { cloud },
            Job::SyncCloud { cloud },
            Job::ProvisionVps { vps },
            Job::PowerVps { vps, action: PowerAction::Reboot },
            Job::DeleteVps { vps },
            Job::ChargeUsage { tick },
            Job::SendMail { mail: MailKind::Welcome, user, vps: None },
            Job::Tidy { tick },
            Job::Probe { sleep_ms: None },
            Job::WatchCloud { cloud },
            Job::ReconcileCloud { cloud: Some(cloud) },
            Job::BulkJobs { bulk },
            Job::Archive { tick },
        ];
        let kinds: Vec<_> = jobs.iter().map(|job| job.to_row().unwrap().0).collect();
        assert_eq!(kinds, Job::KINDS);
        for job in jobs {
            let (kind, params) = job.to_row().unwrap();
            assert_eq!(Job::from_row(&kind, &params).unwrap(), job);
        }
        assert!(Job::from_row("vps.explode", &json!({})).is_err());
    }
}
