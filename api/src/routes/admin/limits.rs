//! Request limits: what they are, who meets them, and what single users may send instead.

use domain::rate::{self, Change, MinuteSum, Override, TopKey};
use domain::{Actor, Ctx, RateTier, UserId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Enum, Object, OpenApi};
use runtime::settings::{Limits, Rate};

use super::queues::Reason;
use crate::auth::Admin;
use crate::limits::tiers;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::auth::User;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Gone, Id, List, NoContent, Time, Word};

/// Who counts requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
enum CountedBy {
    /// All processes together, in Redis.
    Shared,
    /// The process that answers, by itself, because Redis does not answer.
    Local,
}

/// What a kind of sender may send.
#[derive(Debug, Object)]
pub struct LimitTier {
    /// Which requests.
    tier: Word<RateTier>,
    /// How many in a window; null where there is no limit.
    max: Option<u32>,
    /// The window in seconds.
    window_s: Option<f64>,
}

impl From<(RateTier, Option<Rate>)> for LimitTier {
    fn from((tier, rate): (RateTier, Option<Rate>)) -> Self {
        let window_s = rate.map(|rate| rate.window.as_secs_f64());
        Self { tier: Word(tier), max: rate.map(|rate| rate.max), window_s }
    }
}

/// What was counted of one tier within a minute.
#[derive(Debug, Object)]
pub struct LimitMinute {
    /// The minute's begin.
    at: Time,
    /// Which requests.
    tier: Word<RateTier>,
    /// Requests that were let through.
    allowed: i64,
    /// Requests that were refused.
    refused: i64,
}

impl From<MinuteSum> for LimitMinute {
    fn from(row: MinuteSum) -> Self {
        Self { at: row.at.into(), tier: Word(row.tier), allowed: row.allowed, refused: row.refused }
    }
}

/// What one sender sent within the last hour.
#[derive(Debug, Object)]
pub struct LimitKey {
    /// Which requests.
    tier: Word<RateTier>,
    /// An address, or the UUID of a user or a key.
    #[oai(validator(max_length = 64))]
    key: String,
    /// The user, if the sender is one.
    user: Option<User>,
    /// Requests that were let through.
    allowed: i64,
    /// Requests that were refused.
    refused: i64,
}

impl From<TopKey> for LimitKey {
    fn from(row: TopKey) -> Self {
        let (email, name) = (row.user_email.unwrap_or_default(), row.user_name.unwrap_or_default());
        let user = row.user_id.map(|id| User { id: Id(id), email, name });
        Self { tier: Word(row.tier), key: row.key, user, allowed: row.allowed, refused: row.refused }
    }
}

/// The limits, and who met them within the last hour.
#[derive(Debug, Object)]
pub struct LimitFigures {
    /// Who counts requests at present, as the process that answers knows it; null at the command line, which counts
    /// none.
    counted_by: Option<CountedBy>,
    /// What each kind of sender may send.
    #[oai(validator(max_items = 20))]
    tiers: Vec<LimitTier>,
    /// The last hour; minutes in which nothing was counted are left out. Each process adds its counts once a minute.
    #[oai(validator(max_items = 1000))]
    minutes: Vec<LimitMinute>,
    /// Who was refused most, then who sent most: at most 50.
    #[oai(validator(max_items = 50))]
    keys: Vec<LimitKey>,
}

impl LimitFigures {
    /// The figures as the database has them.
    ///
    /// # Errors
    /// `forbidden` for others than administrators.
    pub async fn read(ctx: &Ctx, actor: &Actor, limits: &Limits) -> domain::Result<Self> {
        Ok(Self {
            counted_by: None,
            tiers: tiers(limits).into_iter().map(LimitTier::from).collect(),
            minutes: rate::last_hour(ctx, actor).await?.into_iter().map(LimitMinute::from).collect(),
            keys: rate::top_keys(ctx, actor).await?.into_iter().map(LimitKey::from).collect(),
        })
    }
}

/// What one user may send instead of what their tier allows.
#[derive(Debug, Object)]
pub struct RateOverride {
    /// Whose limit it is.
    user: User,
    /// Requests in a window.
    max: i32,
    /// The window in seconds.
    window_s: i32,
    /// Why.
    #[oai(validator(max_length = 500))]
    reason: String,
    /// From when on the tier's limit holds again.
    expires_at: Time,
    /// The administrator who set it; null for the command line.
    set_by: Option<Person>,
    /// When it was set.
    set_at: Time,
}

impl From<Override> for RateOverride {
    fn from(row: Override) -> Self {
        Self {
            user: User { id: Id(row.user_id), email: row.user_email, name: row.user_name },
            max: row.max,
            window_s: row.window_s,
            reason: row.reason,
            expires_at: row.expires_at.into(),
            set_by: Person::of(row.set_by, row.set_by_name),
            set_at: row.set_at.into(),
        }
    }
}

/// A user's own limit.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SetRateOverride {
    /// Requests in a window.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    max: i32,
    /// The window in seconds.
    #[oai(validator(minimum(value = "1"), maximum(value = "86400")))]
    window_s: i32,
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: String,
    /// From when on the tier's limit holds again, at most 366 days ahead.
    expires_at: Time,
}

/// Why a user gets no limit of their own.
pub struct OverrideProblems;

impl Problems for OverrideProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "too_many_overrides")];
}

/// Operations on request limits.
pub struct LimitsApi;

#[OpenApi]
impl LimitsApi {
    /// Read the request limits
    ///
    /// What each kind of sender may send, whether all processes count together, and what was let through and refused
    /// within the last hour, by minute and by sender.
    #[oai(path = "/api/admin/limits", method = "get", operation_id = "getLimits", tag = "Tag::Admin")]
    async fn read(&self, admin: Admin, app: Data<&Shared>) -> Done<LimitFigures> {
        // What this process has counted since it last wrote is part of the answer.
        app.limits.write(&app.ctx).await;
        let figures = LimitFigures::read(&app.ctx, &admin.actor(), app.limits.settings()).await?;
        let counted_by = Some(if app.limits.shared() { CountedBy::Shared } else { CountedBy::Local });
        Ok(Answer::new(LimitFigures { counted_by, ..figures }))
    }

    /// List users with a request limit of their own
    ///
    /// Those whose limit has not expired, the next to expire first.
    #[oai(path = "/api/admin/rate-overrides", method = "get", operation_id = "listRateOverrides", tag = "Tag::Admin")]
    async fn overrides(&self, admin: Admin, app: Data<&Shared>) -> Done<List<RateOverride>> {
        Ok(Answer::new(List::of(rate::overrides(&app.ctx, &admin.actor()).await?, RateOverride::from)))
    }

    /// Give a user a request limit of their own
    ///
    /// It takes the place of their tier's, and of an earlier one, for each of their sessions and API keys, until it
    /// expires. It holds in every process within 30 seconds.
    #[oai(
        path = "/api/admin/rate-overrides/:user",
        method = "put",
        operation_id = "setRateOverride",
        tag = "Tag::Admin"
    )]
    async fn set(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The user's id.
        user: Path<Id<UserId>>,
        body: Body<SetRateOverride>,
    ) -> Done<RateOverride, OverrideProblems> {
        let SetRateOverride { max, window_s, reason, expires_at } = body.0;
        let change = Change { max, window_s, reason, expires_at: expires_at.0 };
        let written = rate::put(&app.ctx, &admin.actor(), user.0.0, &change).await?;
        app.limits.reread(&app.ctx).await;
        Ok(Answer::new(written.into()))
    }

    /// Lift a user's own request limit
    ///
    /// Their tier's limit holds again, in every process within 30 seconds.
    #[oai(
        path = "/api/admin/rate-overrides/:user",
        method = "delete",
        operation_id = "liftRateOverride",
        tag = "Tag::Admin"
    )]
    async fn lift(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The user's id.
        user: Path<Id<UserId>>,
        body: Body<Reason>,
    ) -> Gone {
        rate::lift(&app.ctx, &admin.actor(), user.0.0, &body.0.reason).await?;
        app.limits.reread(&app.ctx).await;
        Ok(NoContent::default())
    }
}
