//! What can be fixed for a kind of job, and what a job is about; the kinds themselves stand in [`super::kinds`].

use std::time::Duration;

use entity::job::Queue;
use entity::{CloudId, PaymentId, RefundId, TypedId, UserId, VpsId};
use serde_json::Value as Json;
use uuid::Uuid;

use super::kinds::KINDS;

/// What is fixed for a kind of job.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its dotted name, in rows, on pages and in metrics.
    pub name: &'static str,
    /// Its name in the version before, whose rows are read for one release.
    pub formerly: Option<&'static str>,
    /// The pool that takes it.
    pub queue: Queue,
    /// 1 is interactive, 9 is bulk.
    pub priority: i16,
    /// After this many transient failures it fails for good.
    pub max_attempts: i32,
    /// Counted from its enqueuing; past it, `late` says what follows.
    pub deadline: Duration,
    /// Its steps in the order of the timeline. Rows keep a step's place in this list, so a new step goes to its end.
    pub steps: &'static [&'static str],
    /// What becomes of it when it cannot be done.
    pub ends: Ends,
    /// What cancelling means for it.
    pub cancel: Cancel,
    /// What else changes when a final one is retried.
    pub take_up: TakeUp,
}

/// What becomes of a job that fails for good, or whose deadline passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It fails; nothing is left to put right.
    Failed,
    /// It is never given up silently: it becomes stuck until an administrator decides.
    Stuck,
    /// Its handler first puts right what it did, and then fails it.
    ByItself,
}

/// What cancelling a job means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// It ends: at once, or when its worker notices. Nothing is left behind.
    Ends,
    /// An order: before it began, it is dropped and its money goes back; after, the handler takes it back.
    TakesBackOrder,
    /// A deletion: before it began, the server stays; after, it can't be cancelled.
    KeepsServer,
    /// Before it began, it ends; after, it can't be cancelled.
    OnlyBeforeItBegan,
}

/// What else changes when a new job retries a final one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeUp {
    /// Nothing else.
    Alone,
    /// The order is open again, and its first hour is set aside again.
    ReopensOrder,
    /// Nothing else, but the server must exist.
    NeedsServer,
    /// The server is being deleted again.
    ReopensDeletion,
}

/// So many minutes.
pub(super) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// A day.
pub(super) const DAY: Duration = minutes(24 * 60);

/// What most kinds are: a row names only what differs.
pub(super) const PLAIN: Kind = Kind {
    name: "",
    formerly: None,
    queue: Queue::Upkeep,
    priority: 5,
    max_attempts: 8,
    deadline: minutes(60),
    steps: &[],
    ends: Ends::Failed,
    cancel: Cancel::Ends,
    take_up: TakeUp::Alone,
};

/// What moves money or must not be left undone: tried for a day, and then stuck until an administrator decides.
pub(super) const OWED: Kind = Kind {
    queue: Queue::Billing,
    max_attempts: 20,
    deadline: DAY,
    ends: Ends::Stuck,
    cancel: Cancel::OnlyBeforeItBegan,
    ..PLAIN
};

/// What a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A server.
    Vps(VpsId),
    /// A cloud.
    Cloud(CloudId),
    /// A user.
    User(UserId),
    /// A payment.
    Payment(PaymentId),
    /// A refund of one.
    Refund(RefundId),
}

impl Subject {
    /// Its noun and its id, as rows keep them.
    #[must_use]
    pub fn to_row(self) -> (&'static str, Uuid) {
        match self {
            Self::Vps(id) => ("vps", id.uuid()),
            Self::Cloud(id) => ("cloud", id.uuid()),
            Self::User(id) => ("user", id.uuid()),
            Self::Payment(id) => ("payment", id.uuid()),
            Self::Refund(id) => ("refund", id.uuid()),
        }
    }
}

/// A row that this build cannot read as a job: of a newer version, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableJob(pub(super) String);

impl Kind {
    /// The kind of this name, or that had it in the version before.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name || kind.formerly == Some(name))
    }

    /// Whether a job of this kind that just ends leaves nothing in doubt: no machine, no money.
    #[must_use]
    pub fn leaves_nothing(&self) -> bool {
        self.cancel == Cancel::Ends && self.ends != Ends::Stuck
    }
}

/// Every name under which this build reads a kind, as a statement takes it.
#[must_use]
pub fn known_kinds() -> Vec<String> {
    KINDS.iter().flat_map(|kind| [Some(kind.name), kind.formerly]).flatten().map(str::to_owned).collect()
}

/// The steps of a kind, in order; none for a kind that this build does not know.
#[must_use]
pub fn steps_of(kind: &str) -> &'static [&'static str] {
    Kind::of(kind).map_or(&[], |kind| kind.steps)
}

/// The key under which jobs of one server exclude each other.
#[must_use]
pub fn vps_key(vps: VpsId) -> String {
    format!("vps:{}", vps.suffix())
}

/// Parameters as a row keeps them: a mail's ids stand beside its kind, as in the version before.
pub(super) fn flat(params: Json) -> Json {
    match params {
        Json::Object(mut members) if members.get("mail").is_some_and(Json::is_object) => {
            members.remove("mail").unwrap_or_default()
        }
        other => other,
    }
}

/// A parameter of a row. The version before said `account` where this one says `cloud`.
pub(super) fn read<T: serde::de::DeserializeOwned>(params: &Json, name: &str) -> Result<T, UnreadableJob> {
    let value = match params.get(name) {
        None if name == "cloud" => params.get("account"),
        Some(_) if name == "mail" => Some(params),
        found => found,
    };
    serde_json::from_value(value.cloned().unwrap_or_default())
        .map_err(|error| UnreadableJob(format!("the parameter {name} can't be read: {error}")))
}
