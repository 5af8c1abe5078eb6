//! Asking for a copy, looking how it stands, and downloading it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{DataExportId, JobId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, access, db};

/// How long a copy can be downloaded.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// Copies that a person may ask for within a day.
pub const MAX_A_DAY: i64 = 3;

/// How a copy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// Its job is in progress.
    Preparing,
    /// It can be downloaded.
    Ready,
    /// Its time is over.
    Expired,
    /// Its job failed: ask again.
    Failed,
}

impl ExportState {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Preparing, Self::Ready, Self::Expired, Self::Failed];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

db::row! {
    struct Row {
        id: DataExportId,
        job_id: JobId,
        created_at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
        bytes: Option<i32>,
        kept: bool,
        open: bool,
    }
}

/// A copy, as the person sees it.
#[derive(Clone, Copy, Debug)]
pub struct DataExport {
    /// Names it.
    pub id: DataExportId,
    /// The job that writes it.
    pub job: JobId,
    /// How it stands.
    pub state: ExportState,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when it can be downloaded; none before it is ready.
    pub expires_at: Option<DateTime<Utc>>,
    /// How long it is; none before it is ready.
    pub bytes: Option<i32>,
}

impl DataExport {
    fn of(row: &Row, now: DateTime<Utc>) -> Self {
        let state = match row.expires_at {
            Some(at) if row.kept && now < at => ExportState::Ready,
            Some(_) => ExportState::Expired,
            None if row.open => ExportState::Preparing,
            None => ExportState::Failed,
        };
        Self {
            id: row.id,
            job: row.job_id,
            state,
            created_at: row.created_at,
            expires_at: row.expires_at,
            bytes: row.bytes,
        }
    }
}

/// Asks for a copy. The one before is forgotten. The person gets a mail when it is ready.
///
/// # Errors
/// `step_up_required`; `export_open` while one is in progress; `rate_limited` beyond [`MAX_A_DAY`]; `forbidden` for all
/// but a user themself.
pub async fn request(ctx: &Ctx, actor: &Actor) -> Result<DataExport> {
    let user = themself(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    lock_user(user).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    let now = ctx.clock.now(&tx).await?;
    let before = select_latest(user).one(&tx).await?;
    if before.is_some_and(|row| DataExport::of(&row, now).state == ExportState::Preparing) {
        let words = "A copy of your data is being prepared already. You get a mail when it is ready.";
        return Err(Error::conflict("export_open", words));
    }
    if count_since(user, now - TimeDelta::days(1)).only(&tx).await? >= MAX_A_DAY {
        let words = "You have asked for three copies within a day. Download the last one, or try again tomorrow.";
        let error = Error::new(ErrorKind::RateLimited, "rate_limited", words);
        return Err(error.after(std::time::Duration::from_hours(24)));
    }
    forget_of(user).exec(&tx).await?;
    let export: DataExportId = ctx.chance.id(now);
    let new = NewJob::new(Job::ExportUser { user, export }).by(actor);
    let job = work::enqueue(ctx, &tx, new).await?;
    insert_export(export, user, job, now).exec(&tx).await?;
    let event = Event::new("user.export", EventStatus::Info, "A copy of the person’s data was asked for").by(actor);
    activity::record(&tx, event.entity("user", user).job(job)).await?;
    tx.commit().await?;
    let state = ExportState::Preparing;
    Ok(DataExport { id: export, job, state, created_at: now, expires_at: None, bytes: None })
}

/// The last copy that the person asked for, if any.
///
/// # Errors
/// `forbidden` for all but a user themself.
pub async fn latest(ctx: &Ctx, actor: &Actor) -> Result<Option<DataExport>> {
    let user = themself(actor)?;
    let now = ctx.clock.now(&ctx.db).await?;
    Ok(select_latest(user).one(&ctx.db).await?.map(|row| DataExport::of(&row, now)))
}

/// The document of a copy of the person's own.
///
/// # Errors
/// `not_found` for one that is another's, not ready or past its time; `step_up_required`; `forbidden` for all but a
/// user themself.
pub async fn download(ctx: &Ctx, actor: &Actor, export: DataExportId) -> Result<SecretString> {
    let user = themself(actor)?;
    access::verified(ctx, &ctx.db, actor).await?;
    let sealed = select_sealed(export, user).one(&ctx.db).await?.ok_or_else(|| Error::not_found("copy"))?;
    ctx.vault.open(&place(export), &sealed)
}

/// Until when a copy can be downloaded; none when it can't any more.
pub(crate) async fn until(ctx: &Ctx, export: DataExportId) -> Result<Option<DateTime<Utc>>> {
    select_until(export).one(&ctx.db).await
}

/// Forgets copies past their time, and rows that count against no limit any more.
pub(crate) async fn forget(tx: &impl ConnectionTrait) -> Result<()> {
    forget_late().exec(tx).await?;
    delete_old().exec(tx).await?;
    Ok(())
}

/// Where a copy is sealed.
pub(super) fn place(export: DataExportId) -> String {
    format!("data_export:{export}:sealed")
}

fn themself(actor: &Actor) -> Result<UserId> {
    match actor.impersonator() {
        None => actor.own(),
        Some(_) => Err(Error::forbidden()),
    }
}

db::statement! {
    fn lock_user(user: UserId) -> UserId =
        "select id from app_user where id = $1 and deleted_at is null for no key update";

    fn select_latest(user: UserId) -> Row = file "select_latest.sql";

    fn count_since(user: UserId, since: DateTime<Utc>) -> i64 =
        "select count(*) from data_export where user_id = $1 and created_at > $2";

    fn insert_export(export: DataExportId, user: UserId, job: JobId, now: DateTime<Utc>) =
        "insert into data_export (id, user_id, job_id, created_at) values ($1, $2, $3, $4)";

    fn select_sealed(export: DataExportId, user: UserId) -> Vec<u8> =
        "select sealed from data_export
         where id = $1 and user_id = $2 and sealed is not null and expires_at > business_now()";

    fn select_until(export: DataExportId) -> DateTime<Utc> =
        "select expires_at from data_export where id = $1 and sealed is not null and expires_at > business_now()";

    fn forget_of(user: UserId) = "update data_export set sealed = null where user_id = $1 and sealed is not null";

    fn forget_late() = "update data_export set sealed = null where sealed is not null and expires_at <= business_now()";

    fn delete_old() = "delete from data_export where created_at < business_now() - interval '30 days'";
}
