//! The table of kinds: whatever is fixed for a kind of job stands in its row, and nowhere else.
//!
//! `docs/adding-a-job.md` walks through a new row and the three places that follow from it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::job::Queue;
use entity::vps::PowerAction;
use entity::{BulkId, CloudId, TypedId, UserId, VpsId};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

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

/// What else changes when a final job is taken up again by a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeUp {
    /// Nothing else.
    Alone,
    /// The order is open again, and its first hour is set aside anew.
    ReopensOrder,
    /// Nothing else, but the server must exist.
    NeedsServer,
    /// The server is being deleted again.
    ReopensDeletion,
}

/// What a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A server.
    Vps(VpsId),
    /// A cloud.
    Cloud(CloudId),
    /// A user.
    User(UserId),
}

impl Subject {
    /// Its noun and its id, as rows keep them.
    #[must_use]
    pub fn to_row(self) -> (&'static str, Uuid) {
        match self {
            Self::Vps(id) => ("vps", id.uuid()),
            Self::Cloud(id) => ("cloud", id.uuid()),
            Self::User(id) => ("user", id.uuid()),
        }
    }
}

/// Declares the enum [`Job`] and the table [`KINDS`] from one list, so that a kind without a row does not compile.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)* } = $kind:expr;
        about: $about:expr, held_up_with: $cloud:expr, alone_as: $key:expr;)+) => {
        /// A job: what is done, and with what. Payloads are ids and choices, never data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Job {
            $($(#[doc = $doc])+ $variant { $($(#[doc = $field_doc])+ $field: $type,)* },)+
        }

        /// Every kind of job, each with what is fixed for it.
        pub const KINDS: &[Kind] = &[$($kind),+];

        #[expect(unused_variables, reason = "each row names all of its job's fields and uses some")]
        impl Job {
            /// What is fixed for its kind.
            #[must_use]
            pub fn kind(&self) -> &'static Kind {
                match self {
                    $(Self::$variant { .. } => {
                        const ROW: Kind = $kind;
                        &ROW
                    })+
                }
            }

            /// What it is about, for look-ups by thing.
            #[must_use]
            pub fn subject(&self) -> Option<Subject> {
                match *self { $(Self::$variant { $($field),* } => $about,)+ }
            }

            /// The cloud whose pause holds it up. Jobs about a server are held up with the server's cloud, which its
            /// row knows.
            #[must_use]
            pub fn cloud(&self) -> Option<CloudId> {
                match *self { $(Self::$variant { $($field),* } => $cloud,)+ }
            }

            /// At most one open job may hold this key.
            #[must_use]
            pub fn exclusive_key(&self) -> Option<String> {
                match *self { $(Self::$variant { $($field),* } => $key,)+ }
            }

            /// Its parameters, as the row keeps them.
            #[must_use]
            pub fn params(&self) -> Json {
                match self { $(Self::$variant { $($field),* } => json!({ $(stringify!($field): $field),* }),)+ }
            }

            /// The job of a row.
            ///
            /// # Errors
            /// When this build does not know the kind, or its parameters have another shape.
            pub fn from_row(kind: &str, params: &Json) -> Result<Self, UnreadableJob> {
                let known = Kind::of(kind).ok_or_else(|| UnreadableJob(format!("the kind {kind} is unknown")))?;
                $(if known.name == $kind.name {
                    return Ok(Self::$variant { $($field: read(params, stringify!($field))?,)* });
                })+
                Err(UnreadableJob(format!("the kind {kind} has no job")))
            }
        }
    };
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

const DAY: Duration = minutes(24 * 60);

/// What most kinds are: whoever differs says so in its row.
const PLAIN: Kind = Kind {
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

kinds! {
    /// Asks a provider whether it accepts the cloud's token. No pause holds it up: it is what ends one.
    ValidateCloud {
        /// The cloud.
        cloud: CloudId,
    } = Kind {
        name: "cloud.validate",
        formerly: Some("provider.validate"),
        priority: 2,
        max_attempts: 5,
        deadline: minutes(15),
        steps: &["ask"],
        ends: Ends::ByItself,
        ..PLAIN
    };
    about: Some(Subject::Cloud(cloud)), held_up_with: None, alone_as: None;

    /// Reads what a provider sells.
    SyncCloud {
        /// The cloud.
        cloud: CloudId,
    } = Kind { name: "cloud.sync", formerly: Some("catalog.sync"), steps: &["read"], ..PLAIN };
    about: Some(Subject::Cloud(cloud)), held_up_with: Some(cloud), alone_as: None;

    /// Creates a server.
    ProvisionVps {
        /// The server.
        vps: VpsId,
    } = Kind {
        name: "vps.provision",
        queue: Queue::Provision,
        priority: 1,
        deadline: minutes(30),
        steps: &["create", "start", "start_again", "take_back"],
        ends: Ends::ByItself,
        cancel: Cancel::TakesBackOrder,
        take_up: TakeUp::ReopensOrder,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps));

    /// Boots, shuts down or reboots a server.
    PowerVps {
        /// The server.
        vps: VpsId,
        /// Which of the three.
        action: PowerAction,
    } = Kind {
        name: "vps.power",
        queue: Queue::Power,
        priority: 1,
        max_attempts: 6,
        deadline: minutes(15),
        steps: &["switch", "settle"],
        take_up: TakeUp::NeedsServer,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps));

    /// Deletes a server.
    DeleteVps {
        /// The server.
        vps: VpsId,
    } = Kind {
        name: "vps.delete",
        queue: Queue::Power,
        priority: 2,
        max_attempts: 20,
        deadline: DAY,
        steps: &["delete", "gone"],
        ends: Ends::Stuck,
        cancel: Cancel::KeepsServer,
        take_up: TakeUp::ReopensDeletion,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps));

    /// Charges the hours of all servers up to a tick.
    ChargeUsage {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind {
        name: "billing.charge",
        queue: Queue::Billing,
        priority: 1,
        max_attempts: 20,
        deadline: DAY,
        steps: &["charge"],
        ends: Ends::Stuck,
        cancel: Cancel::OnlyBeforeItBegan,
        ..PLAIN
    };
    about: None, held_up_with: None, alone_as: None;

    /// Sends one mail.
    SendMail {
        /// What it says.
        mail: MailKind,
        /// To whom.
        user: UserId,
        /// About which server.
        vps: Option<VpsId>,
    } = Kind { name: "mail.send", queue: Queue::Mail, max_attempts: 12, deadline: DAY, steps: &["send"], ..PLAIN };
    about: Some(Subject::User(user)), held_up_with: None, alone_as: None;

    /// Removes what is past its time: keys, tokens, secrets of failed orders.
    Tidy {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "platform.tidy", priority: 9, max_attempts: 5, steps: &["tidy"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Does nothing, or sleeps: shows that the way from row to worker is open, and measures it.
    Probe {
        /// How long it holds its worker, at most [`MAX_PROBE_SLEEP_MS`].
        sleep_ms: Option<u32>,
    } = Kind {
        name: "platform.probe",
        queue: Queue::Mail,
        priority: 1,
        max_attempts: 3,
        deadline: minutes(5),
        steps: &["probe"],
        ..PLAIN
    };
    about: None, held_up_with: None, alone_as: None;

    /// Lists all our machines of a cloud while jobs wait for one of them: one list instead of a request for each.
    WatchCloud {
        /// The cloud.
        cloud: CloudId,
    } = Kind {
        name: "cloud.watch",
        formerly: Some("provider.watch"),
        priority: 1,
        max_attempts: 20,
        deadline: DAY,
        steps: &["look", "end"],
        ..PLAIN
    };
    about: Some(Subject::Cloud(cloud)),
    held_up_with: Some(cloud),
    alone_as: Some(format!("watch:{}", cloud.suffix()));

    /// Compares all our machines of a cloud with the rows: finds machines without a server and servers without a
    /// machine.
    ReconcileCloud {
        /// The cloud; a job for each of them when none is named.
        cloud: Option<CloudId>,
    } = Kind {
        name: "cloud.reconcile",
        formerly: Some("provider.reconcile"),
        steps: &["compare", "delete", "fan_out"],
        ..PLAIN
    };
    about: cloud.map(Subject::Cloud),
    held_up_with: cloud,
    alone_as: cloud.map(|cloud| format!("reconcile:{}", cloud.suffix()));

    /// Does one thing to many jobs.
    BulkJobs {
        /// The request that says what, and to which.
        bulk: BulkId,
    } = Kind { name: "platform.bulk", priority: 3, deadline: minutes(6 * 60), steps: &["act"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Moves ended jobs to the archive and drops what is past its time.
    Archive {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "platform.archive", priority: 9, max_attempts: 5, steps: &["move", "drop"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;
}

/// The longest that a probe sleeps, in milliseconds.
pub const MAX_PROBE_SLEEP_MS: u32 = 120_000;

/// A mail by what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// To a newcomer.
    Welcome,
    /// An order failed, and its money is back.
    OrderFailed,
}

/// A row that this build cannot read as a job: of a newer version, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableJob(String);

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

/// A parameter of a row. The version before said `account` where this one says `cloud`.
fn read<T: serde::de::DeserializeOwned>(params: &Json, name: &str) -> Result<T, UnreadableJob> {
    let value = match params.get(name) {
        None if name == "cloud" => params.get("account"),
        found => found,
    };
    serde_json::from_value(value.cloned().unwrap_or_default())
        .map_err(|error| UnreadableJob(format!("the parameter {name} can't be read: {error}")))
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
