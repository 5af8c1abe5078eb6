//! The one listener of a process, and those who listen to it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::activity::{self, ActivityRow, Listener, Notice};
use domain::queue::{self, JobNotice};
use domain::vault::Counter;
use domain::{JobId, OrgId, UserId};
use poem::web::sse::Event;
use poem_openapi::types::ToJSON;
use tokio::sync::{broadcast, mpsc};
use tokio::time::sleep;

use super::live::{LiveActivity, LiveJob};
use crate::state::{Shared, State};

/// The most streams of one user.
const MAX_STREAMS_OF_USER: usize = 10;
/// The most streams of one process.
const MAX_STREAMS: usize = 5_000;
/// Batches that a slow stream may be behind before it is told to fetch everything again.
const MAX_BEHIND: usize = 64;
/// For how long notices are gathered into one batch.
const GATHER: Duration = Duration::from_millis(50);
/// Notices between two readings.
const MAX_NOTICES: usize = 1_024;
/// Events or jobs of one batch; beyond, everybody fetches everything again.
const MAX_BATCH: i64 = 500;
/// The first and the longest pause before the database is asked again for a listener.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// Events of these nouns may have ended sessions, or changed what they may.
const SESSIONS: [&str; 6] = ["auth.", "key.", "member.", "user.", "org.", "impersonation."];
/// But this one only begins a session. Where it displaced the oldest, that one is found ended by the reading every few
/// seconds.
const BEGUN: &str = "auth.login";

/// An event, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) org: Option<OrgId>,
    /// The user whom it is about, where it concerns no organisation.
    pub(super) about: Option<UserId>,
    pub(super) event: Event,
}

/// What is told to all streams at once.
#[derive(Debug)]
pub(super) enum Batch {
    /// These things happened.
    Frames(Vec<Frame>),
    /// Something may have been missed.
    Reset,
    /// A session may be over.
    Recheck,
}

/// Who listens.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Arc<Batch>>,
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(MAX_BEHIND), open: Arc::default() }
    }
}

/// A place among the open streams; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    user: UserId,
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Hub {
    /// A place for one more stream of the user, if there is one.
    pub(super) fn open(&self, user: UserId) -> Option<Slot> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let mine = open.entry(user).or_default();
        if all >= MAX_STREAMS || *mine >= MAX_STREAMS_OF_USER {
            return None;
        }
        *mine += 1;
        metrics::gauge!("sse_streams").increment(1.0);
        Some(Slot { user, open: Arc::clone(&self.open) })
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.sender.subscribe()
    }

    fn tell(&self, batch: Batch) {
        // Without listeners there is nobody to tell, which is no error.
        let _ = self.sender.send(Arc::new(batch));
    }

    fn has_listeners(&self) -> bool {
        self.sender.receiver_count() > 0
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        metrics::gauge!("sse_streams").decrement(1.0);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = open.get_mut(&self.user) {
            *mine -= 1;
            if *mine == 0 {
                open.remove(&self.user);
            }
        }
    }
}

/// Listens until the process ends, and tells all streams what happened.
pub async fn listen(app: Shared) {
    let mut pause = BACKOFF.0;
    let mut first = true;
    while !app.stop.is_cancelled() {
        match Listener::activity(&app.ctx).await {
            Ok(listener) => {
                if !first {
                    missed(&app).await;
                }
                (first, pause) = (false, BACKOFF.0);
                if let Err(error) = hear(&app, listener).await {
                    tracing::warn!(cause = %error, "the listener for live events was lost");
                }
            }
            Err(error) => tracing::warn!(cause = %error, "no listener for live events"),
        }
        tokio::select! {
            () = app.stop.cancelled() => {}
            () = sleep(pause) => pause = (pause * 2).min(BACKOFF.1),
        }
    }
}

/// Ends with the listener's error, or when the process is to end.
async fn hear(app: &State, mut listener: Listener) -> domain::Result<()> {
    let (heard, mut notices) = mpsc::channel(MAX_NOTICES);
    let hearing = async {
        loop {
            let notice = listener.next().await?;
            if heard.send(notice).await.is_err() {
                return Ok(());
            }
        }
    };
    let telling = async {
        while let Some(notice) = notices.recv().await {
            let mut gathered = Gathered::default();
            gathered.add(notice);
            sleep(GATHER).await;
            while let Ok(notice) = notices.try_recv() {
                gathered.add(notice);
            }
            tell(app, gathered).await;
        }
    };
    tokio::select! {
        ended = hearing => ended,
        () = telling => Ok(()),
        () = app.stop.cancelled() => Ok(()),
    }
}

#[derive(Debug, Default)]
struct Gathered {
    events: Option<(i64, i64)>,
    jobs: BTreeSet<JobId>,
    missed: bool,
}

impl Gathered {
    fn add(&mut self, notice: Notice) {
        match notice {
            Notice::Activity { first, last } => {
                let (low, high) = self.events.unwrap_or((first, last));
                self.events = Some((low.min(first), high.max(last)));
            }
            Notice::Job(job) => {
                self.jobs.insert(job);
            }
            Notice::Missed => self.missed = true,
            Notice::Rung(_) => {}
        }
    }

    fn too_much(&self) -> bool {
        let events = self.events.map_or(0, |(first, last)| last.saturating_sub(first));
        self.missed || events >= MAX_BATCH || i64::try_from(self.jobs.len()).is_ok_and(|jobs| jobs >= MAX_BATCH)
    }
}

async fn missed(app: &State) {
    app.hub.tell(Batch::Reset);
    recheck(app).await;
}

/// Reads again which sessions and keys are over and what organisations demand, and tells the streams when that changed.
pub async fn recheck(app: &State) {
    let (sessions, keys, policies) =
        tokio::join!(app.epochs.refresh(&app.ctx), app.keys.refresh(&app.ctx), app.policies.refresh(&app.ctx));
    if [&sessions, &keys, &policies].into_iter().any(|changed| matches!(changed, Ok(true))) {
        app.hub.tell(Batch::Recheck);
    }
    for error in [sessions, keys, policies].into_iter().filter_map(Result::err) {
        tracing::warn!(cause = %error, "revoked sessions and keys, and what organisations demand, could not be read");
    }
}

async fn tell(app: &State, gathered: Gathered) {
    if gathered.too_much() {
        return missed(app).await;
    }
    match read(app, &gathered).await {
        Ok((frames, sessions_changed)) => {
            if !frames.is_empty() {
                app.hub.tell(Batch::Frames(frames));
            }
            if sessions_changed {
                recheck(app).await;
            }
        }
        Err(error) => {
            tracing::warn!(cause = %error, "live events could not be read");
            missed(app).await;
        }
    }
}

async fn read(app: &State, gathered: &Gathered) -> domain::Result<(Vec<Frame>, bool)> {
    let rows = match gathered.events {
        Some((first, last)) => activity::rows_between(&app.ctx, first, last).await?,
        None => Vec::new(),
    };
    let changes = |event: &str| event != BEGUN && SESSIONS.iter().any(|noun| event.starts_with(noun));
    let sessions_changed = rows.iter().any(|row| changes(&row.event));
    let mut frames: Vec<Frame> = rows.iter().map(|row| frame(app, row)).collect();
    if app.hub.has_listeners() {
        for job in &gathered.jobs {
            frames.extend(queue::notice(&app.ctx, *job).await?.map(|notice| job_frame(&notice)));
        }
    }
    Ok((frames, sessions_changed))
}

/// An activity as an event of the stream.
pub(super) fn frame(app: &State, row: &ActivityRow) -> Frame {
    let number = app.ctx.vault.veil(Counter::Event, row.id);
    let data = LiveActivity::of(row, number).to_json_string();
    let about = row.entity_id.filter(|_| row.entity_type.as_deref() == Some("user")).map(UserId);
    Frame { org: row.org_id, about, event: Event::message(data).id(number.to_string()).event_type("activity") }
}

fn job_frame(notice: &JobNotice) -> Frame {
    let data = LiveJob::from(notice).to_json_string();
    Frame { org: notice.org_id, about: None, event: Event::message(data).event_type("job") }
}

/// The word that everything has to be fetched again.
pub(super) fn reset() -> Event {
    Event::message("{}").event_type("reset")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_user_has_so_many_streams_and_gives_them_back() {
        let (hub, user) = (Hub::default(), UserId(Uuid::from_u128(1)));
        let mut slots: Vec<_> = (0..MAX_STREAMS_OF_USER).map(|_| hub.open(user).unwrap()).collect();
        assert!(hub.open(user).is_none());
        assert!(hub.open(UserId(Uuid::from_u128(2))).is_some());
        slots.pop();
        assert!(hub.open(user).is_some());
        drop(slots);
        assert!(hub.open.lock().unwrap().is_empty());
    }

    #[test]
    fn a_process_has_so_many_streams() {
        let hub = Hub::default();
        let slots: Vec<_> = (0..MAX_STREAMS).map(|n| hub.open(UserId(Uuid::from_u128(n as u128))).unwrap()).collect();
        assert!(hub.open(UserId(Uuid::from_u128(u128::MAX))).is_none());
        drop(slots);
    }

    #[test]
    fn notices_are_gathered_up_to_a_bound() {
        let mut gathered = Gathered::default();
        for notice in [
            Notice::Activity { first: 7, last: 9 },
            Notice::Activity { first: 3, last: 4 },
            Notice::Rung(None),
            Notice::Job(JobId(Uuid::nil())),
            Notice::Job(JobId(Uuid::nil())),
        ] {
            gathered.add(notice);
        }
        assert_eq!((gathered.events, gathered.jobs.len(), gathered.too_much()), (Some((3, 9)), 1, false));
        gathered.add(Notice::Activity { first: 600, last: 601 });
        assert!(gathered.too_much());
    }
}
