//! Live events: what changed, told to those who may know it.
//!
//! One listener a process hears of changes and reads them once; every open stream filters what it
//! may see. A stream says only what to fetch again, so to say a thing twice does no harm.

mod hub;
mod live;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::activity::{self, Stream};
use domain::{Error, ErrorKind};
use poem::web::sse::{Event, SSE};
use poem::{IntoResponse, Response};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub use hub::{Hub, listen, recheck};
pub use live::{LiveActivity, LiveJob};

use crate::auth::Session;
use crate::state::Shared;
use hub::{Batch, Slot, frame, reset};

/// How often a stream that has nothing to say shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How often a stream asks whether its reader may still read.
const RECHECK: Duration = Duration::from_mins(1);
/// After how long a browser comes back, in milliseconds.
const RETRY_MS: u64 = 1_000;

/// Opens a stream for a session, beginning with what was missed since the event that was last
/// seen. It ends when the reader hung up.
///
/// # Errors
/// `rate_limited` when too many streams are open.
pub async fn follow(
    app: Shared,
    session: Session,
    last_seen: Option<i64>,
    hung_up: CancellationToken,
) -> domain::Result<Response> {
    let stream = Stream::of(&session.actor())?;
    let slot = app.hub.open(session.claims.sub).ok_or_else(|| {
        Error::new(
            ErrorKind::RateLimited,
            "too_many_streams",
            "Too many windows follow live events. Close some, then try again.",
        )
        .after(Duration::from_secs(30))
    })?;
    // Listening begins before the replay is read, so that nothing falls between the two.
    let events = app.hub.subscribe();
    let mut pending = VecDeque::from([Event::retry(RETRY_MS)]);
    if let Some(last_seen) = last_seen {
        match activity::replay(&app.ctx, stream, last_seen).await? {
            Some(rows) => pending.extend(rows.iter().map(|row| frame(&app, row).event)),
            None => pending.push_back(reset()),
        }
    }
    let mut recheck = interval(RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    recheck.reset();
    let connection =
        Subscription { app, session, stream, events, pending, recheck, hung_up, closing: false, _slot: slot };
    let events = futures::stream::unfold(connection, Subscription::next);
    Ok(SSE::new(events).keep_alive(HEARTBEAT).into_response())
}

struct Subscription {
    app: Shared,
    session: Session,
    stream: Stream,
    events: broadcast::Receiver<Arc<Batch>>,
    /// What is ready to be sent: one batch at most, as the next is taken only when it is empty.
    pending: VecDeque<Event>,
    recheck: Interval,
    hung_up: CancellationToken,
    closing: bool,
    _slot: Slot,
}

impl Subscription {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some((event, self));
            }
            if self.closing {
                return None;
            }
            self.wait().await;
        }
    }

    async fn wait(&mut self) {
        let app = self.app.clone();
        tokio::select! {
            () = app.stop.cancelled() => {
                self.closing = true;
                self.pending.push_back(Event::retry(RETRY_MS));
            }
            () = self.hung_up.cancelled() => self.closing = true,
            _ = self.recheck.tick() => self.closing = !self.allowed().await,
            batch = self.events.recv() => match batch {
                Ok(batch) => self.take(&batch).await,
                Err(RecvError::Lagged(_)) => self.pending.push_back(reset()),
                Err(RecvError::Closed) => self.closing = true,
            },
        }
    }

    async fn take(&mut self, batch: &Batch) {
        match batch {
            Batch::Frames(frames) => {
                let mine = frames.iter().filter(|frame| self.stream.carries(frame.org));
                self.pending.extend(mine.map(|frame| frame.event.clone()));
            }
            Batch::Reset => self.pending.push_back(reset()),
            Batch::Recheck if self.app.epochs.revoked(&self.session.claims) => self.closing = !self.allowed().await,
            Batch::Recheck => {}
        }
    }

    /// Whether the reader is still who they were, as far as the database tells.
    async fn allowed(&self) -> bool {
        if self.app.epochs.revoked(&self.session.claims) {
            return false;
        }
        match domain::identity::me(&self.app.ctx, &self.session.actor()).await {
            Ok(me) => me.role == self.session.claims.role,
            Err(error) => error.kind != ErrorKind::Unauthenticated,
        }
    }
}
