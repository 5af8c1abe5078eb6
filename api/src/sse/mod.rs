//! Live events: what changed, told to those who may know it.
//!
//! One listener a process hears of changes and reads them once; every open stream filters what it
//! may see. A stream says only what to fetch again, so to say a thing twice does no harm.

mod hub;
mod live;

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::access::memberships;
use domain::activity::{self, Stream};
use domain::vault::{Counter, Vault};
use domain::{Actor, Error, ErrorKind, Perm, Role, UserId};
use poem::web::sse::{Event, SSE};
use poem::{IntoResponse, Response};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use hub::{Hub, listen, recheck};
pub use live::{LiveActivity, LiveJob};

use crate::auth::Caller;
use crate::state::{Shared, State};
use hub::{Batch, Slot, frame, reset};

/// How often a stream that has nothing to say shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How often a stream asks the database whether its reader may still read.
const RECHECK: Duration = Duration::from_mins(1);
/// How often a stream looks whether its access token is still valid: it ends within five seconds of it.
const TOKEN_CHECK: Duration = Duration::from_secs(3);
/// After how long a browser comes back, in milliseconds.
const RETRY_MS: u64 = 1_000;

/// The last event that a client saw before, as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastSeen {
    /// It begins.
    Nothing,
    /// This one.
    Event(i64),
    /// What can't be read, so that nothing is known of what it missed.
    Unreadable,
}

impl LastSeen {
    /// What a `Last-Event-ID` header says.
    #[must_use]
    pub fn of(header: Option<&str>) -> Self {
        header.map_or(Self::Nothing, |text| text.trim().parse().map_or(Self::Unreadable, Self::Event))
    }

    /// The event by its number in the database: clients know it by a veiled one.
    #[must_use]
    pub fn unveiled(self, vault: &Vault) -> Self {
        match self {
            Self::Event(veiled) => vault.unveil(Counter::Event, veiled).map_or(Self::Unreadable, Self::Event),
            other => other,
        }
    }
}

/// Opens a stream for a session or a key, beginning with what was missed since the event that was last
/// seen. It ends with its access token, with its session or its key, and when the reader hung up.
///
/// # Errors
/// `rate_limited` when too many streams are open.
pub async fn follow(
    app: Shared,
    (caller, ip): (Caller, Option<IpAddr>),
    last_seen: LastSeen,
    hung_up: CancellationToken,
) -> domain::Result<Response> {
    let whole = stream(&app, &caller).await?;
    if let Some(key) = caller.key() {
        app.policies.admit(&app.ctx, key.org, caller.shows(), ip).await?;
    }
    let stream = admitted(&app, &caller, ip, &whole).await;
    let slot = app.hub.open(caller.user()).ok_or_else(|| {
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
    let missed = match last_seen {
        LastSeen::Nothing => Some(Vec::new()),
        LastSeen::Event(id) => activity::replay(&app.ctx, &stream, id).await?,
        LastSeen::Unreadable => None,
    };
    match missed {
        Some(rows) => pending.extend(rows.iter().map(|row| frame(&app, row).event)),
        None => pending.push_back(reset()),
    }
    let (recheck, token_check) = (every(RECHECK), every(TOKEN_CHECK));
    let connection = Subscription {
        app,
        caller,
        ip,
        whole,
        stream,
        events,
        pending,
        recheck,
        token_check,
        hung_up,
        closing: false,
        _slot: slot,
    };
    let events = futures::stream::unfold(connection, Subscription::next);
    Ok(SSE::new(events).keep_alive(HEARTBEAT).into_response())
}

/// What a session may listen to: everything for administrators; otherwise what concerns the user, and the
/// organisations where they may see what happens. A key hears of its one organisation, and nothing of its maker.
async fn stream(app: &State, caller: &Caller) -> domain::Result<Stream> {
    let claims = match caller {
        Caller::Session(session) => &session.claims,
        Caller::Key(key) if key.rights.has(Perm::ActivityRead) => {
            return Ok(Stream::Of { user: UserId(Uuid::nil()), orgs: BTreeSet::from([key.org]) });
        }
        Caller::Key(_) => return Err(domain::actor::forbidden(Perm::ActivityRead)),
    };
    if claims.role == Role::Admin && claims.act.is_none() {
        return Ok(Stream::All);
    }
    let may = |role| claims.rights(role).has(Perm::ActivityRead);
    let orgs = if claims.more {
        let places = memberships(&app.ctx.db, claims.sub).await?;
        places.into_iter().filter(|place| may(place.role)).map(|place| place.org_id).collect()
    } else {
        claims.m.0.iter().filter(|(_, role)| may(**role)).map(|(org, _)| *org).collect()
    };
    Ok(Stream::Of { user: claims.sub, orgs })
}

/// What is left of a stream without the organisations whose demands its reader does not meet.
async fn admitted(app: &State, caller: &Caller, ip: Option<IpAddr>, whole: &Stream) -> Stream {
    let Stream::Of { user, orgs } = whole else { return Stream::All };
    let mut open = BTreeSet::new();
    for org in orgs {
        if app.policies.admit(&app.ctx, *org, caller.shows(), ip).await.is_ok() {
            open.insert(*org);
        }
    }
    Stream::Of { user: *user, orgs: open }
}

/// Ticks first after one period.
fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

struct Subscription {
    app: Shared,
    caller: Caller,
    ip: Option<IpAddr>,
    /// What the reader may see where every organisation's demands are met.
    whole: Stream,
    stream: Stream,
    events: broadcast::Receiver<Arc<Batch>>,
    /// What is ready to be sent: one batch at most, as the next is taken only when it is empty.
    pending: VecDeque<Event>,
    recheck: Interval,
    token_check: Interval,
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
            _ = self.token_check.tick() => self.closing = self.over(),
            batch = self.events.recv() => match batch {
                Ok(batch) if matches!(*batch, Batch::Recheck) => self.closing = self.over() || self.other().await,
                Ok(batch) => self.take(&batch),
                Err(RecvError::Lagged(_)) => self.pending.push_back(reset()),
                Err(RecvError::Closed) => self.closing = true,
            },
        }
    }

    fn take(&mut self, batch: &Batch) {
        match batch {
            Batch::Frames(frames) => {
                let mine = frames.iter().filter(|frame| self.stream.carries(frame.org, frame.about));
                self.pending.extend(mine.map(|frame| frame.event.clone()));
            }
            Batch::Reset => self.pending.push_back(reset()),
            Batch::Recheck => {}
        }
    }

    /// Whether the reader meets the demands of other organisations than when the stream began: they open another one.
    async fn other(&self) -> bool {
        admitted(&self.app, &self.caller, self.ip, &self.whole).await != self.stream
    }

    /// Whether the access token that opened the stream is no longer valid.
    fn over(&self) -> bool {
        let now = self.app.ctx.clock.estimate();
        match &self.caller {
            Caller::Session(session) => session.claims.over(now) || self.app.epochs.revoked(&session.claims),
            Caller::Key(key) => !self.app.keys.still(key, now),
        }
    }

    /// Whether the reader is still who they were, as far as the database tells.
    async fn allowed(&self) -> bool {
        let Caller::Session(session) = &self.caller else { return !self.over() };
        match domain::identity::me(&self.app.ctx, &Actor::User(session.claims.person())).await {
            Ok(me) => me.role == session.claims.role,
            Err(error) => error.kind != ErrorKind::Unauthenticated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_read_is_not_nothing() {
        assert_eq!(LastSeen::of(None), LastSeen::Nothing);
        for (header, seen) in [
            (" 7 ", LastSeen::Event(7)),
            ("-9223372036854775808", LastSeen::Event(i64::MIN)),
            ("9223372036854775808", LastSeen::Unreadable),
            ("", LastSeen::Unreadable),
            ("7.0", LastSeen::Unreadable),
            ("seven", LastSeen::Unreadable),
        ] {
            assert_eq!(LastSeen::of(Some(header)), seen, "{header:?}");
        }
    }
}
