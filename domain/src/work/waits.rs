//! Why an open job does not run: what the relay and the claims go by, said for one job.

use chrono::{DateTime, Utc};
use entity::job::{JobState, Queue};
use entity::{CloudId, JobId, TypedId as _};

use crate::error::Result;
use crate::queue::{MIN_RINGS, RINGS_PER_SLOT};
use crate::{Ctx, db};

/// Due jobs are counted up to this.
const MAX_COUNTED: i64 = 10_000;

/// What holds a job up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// Its queue is paused.
    QueuePaused,
    /// Its cloud is paused.
    CloudPaused,
    /// It waits for its machine at the provider, or to be woken.
    Provider,
    /// The cloud's limit of calls is used up.
    Budget,
    /// It failed temporarily, and its next attempt is later.
    Retry,
    /// It was created to begin later.
    Scheduled,
    /// No live worker serves its queue.
    NoWorker,
    /// Live workers serve its queue, and none knows its kind.
    NoWorkerForKind,
    /// Its organisation has as many jobs of the queue running as it may.
    OrgLimit,
    /// Its cloud has as many jobs of the queue running as it may.
    CloudLimit,
    /// All slots of the queue's workers are busy.
    Slots,
    /// As many jobs as may be are announced to workers and not yet begun.
    Window,
    /// Other jobs of its organisation are before it.
    Backlog,
    /// Nothing: a worker is about to take it.
    Announced,
}

impl WaitReason {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::QueuePaused,
        Self::CloudPaused,
        Self::Provider,
        Self::Budget,
        Self::Retry,
        Self::Scheduled,
        Self::NoWorker,
        Self::NoWorkerForKind,
        Self::OrgLimit,
        Self::CloudLimit,
        Self::Slots,
        Self::Window,
        Self::Backlog,
        Self::Announced,
    ];

    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QueuePaused => "queue_paused",
            Self::CloudPaused => "cloud_paused",
            Self::Provider => "provider",
            Self::Budget => "budget",
            Self::Retry => "retry",
            Self::Scheduled => "scheduled",
            Self::NoWorker => "no_worker",
            Self::NoWorkerForKind => "no_worker_for_kind",
            Self::OrgLimit => "org_limit",
            Self::CloudLimit => "cloud_limit",
            Self::Slots => "slots",
            Self::Window => "window",
            Self::Backlog => "backlog",
            Self::Announced => "announced",
        }
    }
}

/// One thing that holds a job up.
#[derive(Clone, Debug)]
pub struct Wait {
    /// What.
    pub why: WaitReason,
    /// The same as a sentence for administrators, with its figures.
    pub words: String,
    /// Who paused it.
    pub by: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// Until when, as far as that is known.
    pub until: Option<DateTime<Utc>>,
    /// The figure that has reached the limit, or how many are before it.
    pub count: Option<i64>,
    /// The limit.
    pub limit: Option<i64>,
}

impl Wait {
    fn new(why: WaitReason, words: impl Into<String>) -> Self {
        Self { why, words: words.into(), by: None, reason: None, since: None, until: None, count: None, limit: None }
    }

    fn until(self, at: DateTime<Utc>) -> Self {
        Self { until: Some(at), ..self }
    }

    fn at_limit(self, count: i64, limit: i64) -> Self {
        Self { count: Some(count), limit: Some(limit), ..self }
    }
}

db::row! {
    /// What is true of an open job and of what it needs.
    #[derive(Clone, Debug)]
    struct Facts {
        state: JobState,
        kind: String,
        queue: Queue,
        cloud_id: Option<CloudId>,
        attempts: i32,
        max_attempts: i32,
        run_at: DateTime<Utc>,
        error_code: Option<String>,
        dispatched_at: Option<DateTime<Utc>>,
        later: bool,
        cancel_requested: bool,
        words: Option<String>,
        awaits: Vec<String>,
        queue_paused_at: Option<DateTime<Utc>>,
        queue_reason: Option<String>,
        queue_paused_by: Option<String>,
        cloud_name: Option<String>,
        cloud_paused_at: Option<DateTime<Utc>>,
        cloud_reason: Option<String>,
        cloud_paused_by: Option<String>,
        blocked_until: Option<DateTime<Utc>>,
        org_bound: i32,
        cloud_bound: i32,
        ring_window: i32,
        org_name: Option<String>,
        org_running: i64,
        cloud_running: i64,
        running: i64,
        slots: i64,
        kind_slots: i64,
        rung: i64,
        ahead: i64,
        due: i64,
        oldest_due_at: Option<DateTime<Utc>>,
    }
}

/// What holds this job up, the first reason first; nothing for jobs that run, are stuck or ended.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn waits_of(ctx: &Ctx, id: JobId) -> Result<Vec<Wait>> {
    Ok(select_facts(id, MAX_COUNTED).one(&ctx.db).await?.map_or_else(Vec::new, |facts| facts.waits()))
}

impl Facts {
    fn waits(&self) -> Vec<Wait> {
        let mut waits = self.pauses();
        let paused = !waits.is_empty();
        if self.later {
            waits.insert(0, self.later());
            return waits;
        }
        waits.extend(self.workers());
        if waits.is_empty() {
            waits.extend(self.bounds());
            waits.extend(self.backlog());
        }
        if waits.is_empty() && !paused {
            waits.push(self.announced());
        }
        waits
    }

    fn pauses(&self) -> Vec<Wait> {
        let queue = self.queue_paused_at.map(|at| Wait {
            by: self.queue_paused_by.clone(),
            reason: self.queue_reason.clone(),
            since: Some(at),
            ..Wait::new(WaitReason::QueuePaused, format!("The queue {} is paused", self.queue))
        });
        // A job that was asked to end may begin, to undo what it did.
        let cloud = self.cloud_paused_at.filter(|_| !self.cancel_requested).map(|at| Wait {
            by: self.cloud_paused_by.clone(),
            reason: self.cloud_reason.clone(),
            since: Some(at),
            ..Wait::new(WaitReason::CloudPaused, format!("The cloud {} is paused", self.cloud()))
        });
        queue.into_iter().chain(cloud).collect()
    }

    /// It is not due yet.
    fn later(&self) -> Wait {
        let wait = match self.state {
            JobState::Waiting if !self.awaits.is_empty() => {
                let words = format!("It waits for the provider: its machine is to be {}", self.awaits.join(" or "));
                Wait::new(WaitReason::Provider, words)
            }
            JobState::Waiting => {
                let words = self.words.as_deref().unwrap_or("It waits to be woken, and then checks again");
                Wait::new(WaitReason::Provider, words)
            }
            JobState::Retry if self.blocked_until.is_some() || self.error_code.as_deref() == Some(RATE_LIMITED) => {
                let words = format!("The limit of calls to the cloud {} is used up; no attempt is lost", self.cloud());
                let until = self.blocked_until.map_or(self.run_at, |blocked| blocked.max(self.run_at));
                return Wait::new(WaitReason::Budget, words).until(until);
            }
            JobState::Retry => {
                let next = self.attempts.saturating_add(1).min(self.max_attempts);
                let words = format!("It failed temporarily and is trying again ({next} of {})", self.max_attempts);
                Wait::new(WaitReason::Retry, words).at_limit(next.into(), self.max_attempts.into())
            }
            _ => Wait::new(WaitReason::Scheduled, "It was created to begin later"),
        };
        wait.until(self.run_at)
    }

    fn workers(&self) -> Option<Wait> {
        if self.slots == 0 {
            return Some(Wait::new(WaitReason::NoWorker, format!("No live worker serves the queue {}", self.queue)));
        }
        (self.kind_slots == 0).then(|| {
            let words = format!("Live workers serve the queue {}, but none knows the kind {}", self.queue, self.kind);
            Wait::new(WaitReason::NoWorkerForKind, words)
        })
    }

    fn bounds(&self) -> Vec<Wait> {
        let reached = |why, count: i64, limit: i64, words: String| {
            (count >= limit).then(|| Wait::new(why, words).at_limit(count, limit))
        };
        let (queue, org_bound, cloud_bound) = (self.queue, self.org_bound.into(), self.cloud_bound.into());
        let org = self.org_name.as_ref().and_then(|org| {
            let words = format!(
                "{org} has {} running in the queue {queue}, which is its limit of {org_bound}",
                jobs(self.org_running)
            );
            reached(WaitReason::OrgLimit, self.org_running, org_bound, words)
        });
        let cloud = self.cloud_id.and_then(|_| {
            let words = format!(
                "The cloud {} has {} running in the queue {queue}, which is its limit of {cloud_bound}",
                self.cloud(),
                jobs(self.cloud_running)
            );
            reached(WaitReason::CloudLimit, self.cloud_running, cloud_bound, words)
        });
        let slots = reached(
            WaitReason::Slots,
            self.running,
            self.slots,
            format!("All slots of the queue {queue} are busy: {} of {}", self.running, self.slots),
        );
        let rings = i64::from(self.ring_window).min((RINGS_PER_SLOT * self.slots).max(MIN_RINGS));
        let window = self.dispatched_at.is_none().then(|| {
            let words = format!("{} of the queue {queue} are announced and not begun: the window is full", self.rung);
            reached(WaitReason::Window, self.rung, rings, words)
        });
        [org, cloud, slots, window.flatten()].into_iter().flatten().collect()
    }

    fn backlog(&self) -> Option<Wait> {
        (self.ahead > 0).then(|| {
            let whose = self.org_name.as_deref().unwrap_or("the platform");
            let words = format!(
                "{} of {whose} {} due before it; {} due in the queue {} in all",
                jobs(self.ahead),
                if self.ahead == 1 { "is" } else { "are" },
                jobs(self.due),
                self.queue
            );
            Wait { count: Some(self.ahead), since: self.oldest_due_at, ..Wait::new(WaitReason::Backlog, words) }
        })
    }

    fn announced(&self) -> Wait {
        let words = match self.dispatched_at {
            Some(_) => "Nothing holds it up: it was announced, and the next free worker takes it",
            None => "Nothing holds it up: it is announced to the workers next",
        };
        Wait { since: self.dispatched_at, ..Wait::new(WaitReason::Announced, words) }
    }

    fn cloud(&self) -> String {
        self.cloud_name.clone().or_else(|| self.cloud_id.map(|id| id.uuid().to_string())).unwrap_or_default()
    }
}

/// The code of a failure by a provider's limit, as `providers` names it.
const RATE_LIMITED: &str = "RATE_LIMITED";

fn jobs(count: i64) -> String {
    match count {
        1 => "1 job".to_owned(),
        MAX_COUNTED => format!("{MAX_COUNTED} jobs or more"),
        _ => format!("{count} jobs"),
    }
}

db::statement! {
    fn select_facts(id: JobId, counted: i64) -> Facts =
        file "waits/select_facts.sql",
        file "../queue/front.sql",
        ") f(since) where j.id = $1 and j.state in ('queued', 'waiting', 'retry')";
}
