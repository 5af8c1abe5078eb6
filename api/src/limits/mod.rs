//! How many requests a client may send: counted in Redis for all processes together, and by each process for itself
//! while Redis does not answer ([ADR 26](../../../docs/adr/0026-limits-in-redis.md)).

mod attempt;
pub mod bucket;
pub mod device;
mod headers;
mod local;
mod monitor;
mod overrides;
mod shared;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::chance::Chance;
use domain::text::canonical_email;
use domain::{Ctx, RateTier, UserId, identity};
use runtime::settings::{Limits as Settings, Rate, Redis};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use self::bucket::{Bucket, Quota, Room, Who};
use self::device::Known;
use self::local::Local;
use self::monitor::Monitor;
use self::overrides::Overrides;
use self::shared::Shared;

pub use self::attempt::Attempt;
pub use self::headers::{Counted, LEFT, POLICY};

/// Payments that may be begun from one address.
const PAYMENTS: Rate = Rate { max: 30, window: Duration::from_hours(1) };
/// Promo codes that do not count, from one address.
const PROMOS: Rate = Rate { max: 60, window: Duration::from_hours(1) };
/// And by one user.
const PROMOS_OF_ONE: Rate = Rate { max: 10, window: Duration::from_hours(1) };
/// How often users' own limits are read again.
const OVERRIDES: Duration = Duration::from_secs(30);
/// How often counts are written, and buckets that no longer count are forgotten.
const MINUTE: Duration = Duration::from_mins(1);

/// The sender of a request, as the limits see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A client that is not signed in, by address.
    Anonymous(Option<IpAddr>),
    /// A signed-in user.
    User(UserId),
    /// An administrator.
    Admin(UserId),
    /// A program with a key of this user's.
    Key(Uuid, UserId),
}

/// The limits.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Inner>);

struct Inner {
    settings: Settings,
    chance: Chance,
    shared: Shared,
    local: Local,
    overrides: Overrides,
    monitor: Monitor,
    /// An attempt succeeded and left room.
    settled: Notify,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limits(shared: {})", self.shared.answers())
    }
}

impl Limits {
    /// The limits that the settings state. Until [`Limits::watch`] has found Redis, they are this process's own.
    #[must_use]
    pub fn new(settings: &Settings, redis: &Redis, chance: Chance) -> Self {
        Self(Arc::new(Inner {
            settings: *settings,
            chance,
            shared: Shared::new(redis),
            local: Local::default(),
            overrides: Overrides::default(),
            monitor: Monitor::default(),
            settled: Notify::new(),
        }))
    }

    /// Whether all processes count together; otherwise this one counts by itself.
    #[must_use]
    pub fn shared(&self) -> bool {
        self.0.shared.answers()
    }

    /// What the settings state.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Counts a request; nothing where its limit is turned off.
    pub async fn request(&self, ctx: &Ctx, class: Class) -> Option<Counted> {
        let now = ctx.clock.estimate();
        let of = &self.0.settings;
        let own = |user: UserId, rate: Rate| self.0.overrides.of(user, now).or_else(|| Quota::of(rate));
        let (tier, who, quota) = match class {
            Class::Anonymous(ip) => (RateTier::Anonymous, Who::from(ip), Quota::of(of.anonymous)),
            Class::User(user) => (RateTier::User, Who::Id(user.0), own(user, of.authenticated)),
            Class::Admin(user) => (RateTier::Admin, Who::Id(user.0), own(user, of.admin)),
            Class::Key(key, user) => (RateTier::Key, Who::Id(key), own(user, of.key)),
        };
        let Some(quota) = quota else {
            self.0.monitor.count(now, tier, who, true);
            return None;
        };
        Some(self.0.count(ctx, Bucket { tier, who, quota }, quota).await)
    }

    /// Begins an attempt to sign in with a password. On a device that the user has signed in on before it counts
    /// against that device alone, so that nobody else's failures are in its way; elsewhere by address and by e-mail
    /// address, whether or not that is a user's.
    ///
    /// # Errors
    /// `rate_limited`, when too many failed; when the database does not answer.
    pub async fn password(
        &self,
        ctx: &Ctx,
        ip: Option<IpAddr>,
        email: &str,
        known: &[Known],
    ) -> domain::Result<Attempt> {
        let user = if known.is_empty() { None } else { identity::user_of(ctx, email).await? };
        let device = known.iter().find(|known| Some(known.user) == user);
        let (fast, slow) = (Quota::of(self.0.settings.login), Quota::slow(self.0.settings.login));
        let sender = Who::from(ip);
        if let Some(known) = device {
            return self.begin(ctx, RateTier::Login, sender, [(Who::Device(known.device), slow)]).await;
        }
        // An address counts in the form in which users are looked up. What is no address is nobody's.
        let account = canonical_email(email).map(|email| (Who::Mail(mac(ctx, &email)), slow));
        let buckets = [Some((sender, fast)), account].into_iter().flatten();
        self.begin(ctx, RateTier::Login, sender, buckets).await
    }

    /// Begins an attempt to sign in with what no stranger can guess, such as a passkey: it counts by address alone, so
    /// that guesses at the password are not in its way.
    ///
    /// # Errors
    /// `rate_limited`, when too many failed.
    pub async fn passkey(&self, ctx: &Ctx, ip: Option<IpAddr>) -> domain::Result<Attempt> {
        let sender = Who::from(ip);
        self.begin(ctx, RateTier::Login, sender, [(sender, Quota::of(self.0.settings.login))]).await
    }

    /// Begins an attempt to register, which counts by address.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many.
    pub async fn registration(&self, ctx: &Ctx, ip: Option<IpAddr>) -> domain::Result<Attempt> {
        let sender = Who::from(ip);
        self.begin(ctx, RateTier::Registration, sender, [(sender, Quota::of(self.0.settings.registration))]).await
    }

    /// Counts a mail that a stranger can cause, by the address that it goes to.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many. Whether that may be told is the caller's business: a reset is answered
    /// alike in any case.
    pub async fn mail(&self, ctx: &Ctx, address: &str) -> domain::Result<()> {
        let who = canonical_email(address).map_or(Who::Overflow, |address| Who::Mail(mac(ctx, &address)));
        let Some(quota) = Quota::of(self.0.settings.mail) else { return Ok(()) };
        let counted = self.0.count(ctx, Bucket { tier: RateTier::Mail, who, quota }, quota.halved()).await;
        counted.verdict.passes.map_err(attempt::too_many)
    }

    /// Counts a payment that is begun, by the address that it is begun from: who tries stolen cards has many accounts.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many.
    pub async fn payment(&self, ctx: &Ctx, ip: Option<IpAddr>) -> domain::Result<()> {
        let Some(quota) = Quota::of(PAYMENTS) else { return Ok(()) };
        let counted = self.0.count(ctx, Bucket { tier: RateTier::Payment, who: Who::from(ip), quota }, quota).await;
        counted.verdict.passes.map_err(attempt::too_many)
    }

    /// Begins an attempt to use a promo code: those that do not count are counted by user and by address, so that no
    /// code is found by trying.
    ///
    /// # Errors
    /// `rate_limited`, when too many failed.
    pub async fn promo(&self, ctx: &Ctx, ip: Option<IpAddr>, user: Option<UserId>) -> domain::Result<Attempt> {
        let sender = Who::from(ip);
        let own = user.map(|user| (Who::Id(user.0), Quota::of(PROMOS_OF_ONE)));
        let counted = [Some((sender, Quota::of(PROMOS))), own].into_iter().flatten();
        self.begin(ctx, RateTier::Promo, sender, counted).await
    }

    async fn begin(
        &self,
        ctx: &Ctx,
        tier: RateTier,
        sender: Who,
        counted: impl IntoIterator<Item = (Who, Option<Quota>)>,
    ) -> domain::Result<Attempt> {
        let limited = counted.into_iter().filter_map(|(who, quota)| Some(Bucket { tier, who, quota: quota? }));
        let name = self.0.chance.bytes::<12>().iter().fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        let begun = Attempt::begin(&self.0, limited.collect(), name).await;
        self.0.monitor.count(ctx.clock.estimate(), tier, sender, begun.is_ok());
        begun
    }

    /// Finds Redis, reads users' own limits, and writes what was counted. Runs until it is dropped.
    pub async fn watch(&self, ctx: &Ctx) {
        tokio::join!(self.0.shared.watch(), self.read_overrides(ctx), self.write_minutes(ctx));
    }

    /// Reads users' own limits again; otherwise that is done every 30 seconds.
    pub async fn reread(&self, ctx: &Ctx) {
        if let Err(error) = self.0.overrides.refresh(ctx).await {
            tracing::warn!(cause = %error, "users' own request limits could not be read");
        }
    }

    /// Writes what was counted; otherwise that is done every minute.
    pub async fn write(&self, ctx: &Ctx) {
        self.0.monitor.write(ctx).await;
    }

    async fn read_overrides(&self, ctx: &Ctx) {
        let mut turn = interval(OVERRIDES);
        turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            self.reread(ctx).await;
        }
    }

    async fn write_minutes(&self, ctx: &Ctx) {
        let mut turn = interval(MINUTE);
        turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            self.0.local.forget();
            self.write(ctx).await;
        }
    }
}

/// Each tier with what it allows; nothing where it is turned off.
#[must_use]
pub fn tiers(of: &Settings) -> [(RateTier, Option<Rate>); 9] {
    let rates = [
        (RateTier::Anonymous, of.anonymous),
        (RateTier::User, of.authenticated),
        (RateTier::Admin, of.admin),
        (RateTier::Key, of.key),
        (RateTier::Login, of.login),
        (RateTier::Registration, of.registration),
        (RateTier::Mail, of.mail),
        (RateTier::Payment, PAYMENTS),
        (RateTier::Promo, PROMOS),
    ];
    rates.map(|(tier, rate)| (tier, Some(rate).filter(Rate::limits)))
}

impl Inner {
    /// Counts a request: by all processes' limiter, or by `alone` while this process is alone.
    ///
    /// What this process has seen by itself is never more than what all have, so its own count refuses nothing that is
    /// within the limit. It spares Redis the flood of one client, and holds when Redis was emptied.
    async fn count(&self, ctx: &Ctx, bucket: Bucket, alone: Quota) -> Counted {
        let spent = self.local.wait(&[bucket]).is_some();
        let asked = if spent { None } else { self.shared.take(&bucket).await };
        let verdict = match asked {
            Some(verdict) => {
                if verdict.passes.is_ok() {
                    self.local.count(&bucket);
                }
                verdict
            }
            None if spent => self.local.take(&bucket, bucket.quota),
            None => self.local.take(&bucket, alone),
        };
        self.monitor.count(ctx.clock.estimate(), bucket.tier, bucket.who, verdict.passes.is_ok());
        Counted { bucket, verdict }
    }

    /// Holds room for an attempt, and whether this process alone knows of it: then there is half as much.
    async fn hold(&self, name: &str, buckets: &[Bucket]) -> (Room, bool) {
        if buckets.is_empty() {
            return (Room::Taken, true);
        }
        if let Some(wait) = self.local.wait(buckets) {
            return (Room::Full(wait), true);
        }
        match self.shared.begin(name, buckets).await {
            Some(room) => (room, false),
            None => (self.local.hold(buckets), true),
        }
    }

    async fn settle(&self, name: &str, buckets: &[Bucket], local: bool, failed: bool) {
        if buckets.is_empty() {
            return;
        }
        self.local.settle(buckets, local, failed);
        // One that began alone and failed counts for all once Redis is back.
        if !local || failed {
            self.shared.settle(name, buckets, failed).await;
        }
        // One that succeeded leaves room for one: the first who waits looks at once, the others in their turn.
        if !failed {
            self.settled.notify_one();
        }
    }
}

fn mac(ctx: &Ctx, address: &str) -> [u8; 16] {
    let mac = ctx.vault.fingerprint(format!("limit\0{address}").as_bytes());
    mac.first_chunk().copied().unwrap_or_default()
}
