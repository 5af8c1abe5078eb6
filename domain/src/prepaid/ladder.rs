//! What happens when funds end, where an administrator decided so: servers are stopped, and deleted after a while, paid
//! by a reserve. The snapshot between the two comes with snapshots.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ladder::LadderOutcome;
use entity::wallet_notice::NoticeKind;
use entity::{LadderId, NoticeId, OrgId, TypedId as _, VpsId};
use sea_orm::ConnectionTrait;

use super::limits::reserve_micros;
use super::notice;
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{self, Forecast};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, Perm, db, vps};

/// Ladders that one run begins, climbs or ends at most.
const MAX_CLIMBED: i64 = 1_000;

db::row! {
    /// A ladder that has not ended.
    #[derive(Clone, Debug)]
    pub struct LadderView {
        /// When the servers were stopped.
        pub began_at: DateTime<Utc>,
        /// When they are deleted.
        pub delete_at: DateTime<Utc>,
        /// When their deletion began.
        pub deleting_at: Option<DateTime<Utc>>,
        /// Hours from the one to the other.
        pub ladder_hours: i32,
        /// What must be in the wallet for them to run again, in micro-units.
        #[sea_orm(skip)]
        pub needed_micros: i64,
    }
}

db::row! {
    struct Standing {
        id: LadderId,
        delete_at: DateTime<Utc>,
        stopped: Vec<VpsId>,
        deleting: bool,
        /// What told the dates.
        notice_id: Option<NoticeId>,
    }
}

db::row! {
    struct Climber {
        org_id: OrgId,
        ladder_hours: i32,
    }
}

/// The ladder on which the servers of the actor's organisation are; none while they run as they are wanted to.
///
/// # Errors
/// `forbidden` for those who may not see the balance.
pub async fn ladder(ctx: &Ctx, actor: &Actor) -> Result<Option<LadderView>> {
    let org = actor.may(Perm::WalletRead)?;
    let Some(mut view) = select_view(org).one(&ctx.db).await? else { return Ok(None) };
    let forecast = Forecast::of(ctx, org).await?;
    let reserve = reserve_micros(forecast.with_tax(forecast.hour_micros()), view.ladder_hours);
    view.needed_micros = (reserve - forecast.live_micros()).max(0);
    Ok(Some(view))
}

/// Refuses to start servers while they are stopped because funds ended.
///
/// # Errors
/// `suspended`.
pub(crate) async fn suspended(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    if !is_on_ladder(org).only(tx).await? {
        return Ok(());
    }
    let words =
        "Your servers are stopped because your wallet can't pay them. Add credit: they start again by themselves.";
    Err(Error::new(ErrorKind::PaymentRequired, "suspended", words))
}

/// Rings for an organisation that got credit, so that its servers run again at once. Nothing happens where none are
/// stopped.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn ring(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    if is_on_ladder(org).only(tx).await? {
        work::enqueue_many(ctx, tx, &[NewJob::new(Job::WatchWallets { org: Some(org) })]).await?;
    }
    Ok(())
}

/// Begins ladders where funds ended, and climbs or ends those that were begun.
pub(super) async fn climb(ctx: &Ctx, claim: &Claim, org: Option<OrgId>) -> Result<usize> {
    let mut climbed = 0;
    for Climber { org_id, ladder_hours } in select_climbers(org, MAX_CLIMBED).all(&ctx.db).await? {
        climbed += usize::from(step(ctx, claim, org_id, ladder_hours).await?);
    }
    Ok(climbed)
}

/// One organisation's next step. Servers are locked before the wallet, as everywhere; whether funds are there is asked
/// again under its lock, and nothing was done where that changed.
async fn step(ctx: &Ctx, claim: &Claim, org: OrgId, ladder_hours: i32) -> Result<bool> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let standing = select_open(org).one(&tx).await?;
    let before = Forecast::read(&tx, org).await?;
    let funded = is_funded(&before, ladder_hours);
    let did = match standing {
        None if funded || before.servers() == 0 => false,
        None => begin(ctx, &tx, org, &before, ladder_hours).await?,
        Some(on) if on.deleting => {
            let left = vps::delete_all(ctx, &tx, org).await?;
            left == 0 && end(on.id, LadderOutcome::Deleted).exec(&tx).await? > 0
        }
        Some(on) if funded => {
            end(on.id, LadderOutcome::Resumed).exec(&tx).await?;
            vps::start_again(ctx, &tx, org, &on.stopped).await?;
            notice::tell(ctx, &tx, org, NoticeKind::FundsResumed, &format!("resume:{}", on.id.uuid())).await?
        }
        Some(on) if on.delete_at <= before.now && told(&tx, &on).await? => {
            mark_deleting(on.id).exec(&tx).await?;
            vps::delete_all(ctx, &tx, org).await?;
            notice::tell(ctx, &tx, org, NoticeKind::FundsDelete, &on.id.uuid().to_string()).await?
        }
        // Those that were busy when the others were stopped.
        Some(on) => {
            let stopped = vps::stop_all(ctx, &tx, org).await?;
            add_stopped(on.id, &stopped).exec(&tx).await?;
            !stopped.is_empty()
        }
    };
    ledger::remaining(&tx, org).await?;
    if is_funded(&Forecast::read(&tx, org).await?, ladder_hours) != funded {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(did)
}

/// Whether the wallet holds what its servers may need until they would be deleted.
fn is_funded(forecast: &Forecast, ladder_hours: i32) -> bool {
    forecast.live_micros() >= reserve_micros(forecast.with_tax(forecast.hour_micros()), ladder_hours)
}

/// Stops the servers, and tells until when they exist.
async fn begin(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    forecast: &Forecast,
    ladder_hours: i32,
) -> Result<bool> {
    let id: LadderId = ctx.chance.id(forecast.now);
    let delete_at = forecast.now + TimeDelta::hours(i64::from(ladder_hours));
    let stopped = vps::stop_all(ctx, tx, org).await?;
    insert_ladder(id, org, forecast.now, delete_at, &stopped).exec(tx).await?;
    notice::tell(ctx, tx, org, NoticeKind::FundsSuspend, &id.uuid().to_string()).await
}

/// Whether every mail that told the dates was sent.
async fn told(tx: &impl ConnectionTrait, on: &Standing) -> Result<bool> {
    match on.notice_id {
        Some(notice) => Ok(unsent_mails(&notice.to_string()).only(tx).await? == 0),
        None => Ok(false),
    }
}

db::statement! {
    fn select_view(org: OrgId) -> LadderView =
        "select l.began_at, l.delete_at, l.deleting_at, coalesce(p.ladder_hours, 72) as ladder_hours
         from ladder l left join wallet_policy p using (org_id) where l.org_id = $1 and l.ended_at is null";

    fn is_on_ladder(org: OrgId) -> bool =
        "select exists(select from ladder where org_id = $1 and ended_at is null)";

    fn select_climbers(org: Option<OrgId>, limit: i64) -> Climber = file "select_climbers.sql";

    fn select_open(org: OrgId) -> Standing = file "select_open.sql";

    fn unsent_mails(notice: &str) -> i64 =
        "select count(*) from job
         where kind = 'mail.send' and state <> 'succeeded' and params ->> 'notice' = $1";

    fn insert_ladder(id: LadderId, org: OrgId, began_at: DateTime<Utc>, delete_at: DateTime<Utc>, stopped: &[VpsId]) =
        "insert into ladder (id, org_id, began_at, delete_at, stopped) values ($1, $2, $3, $4, $5)";

    fn add_stopped(id: LadderId, stopped: &[VpsId]) =
        "update ladder set stopped = array(select distinct unnest(stopped || $2)) where id = $1";

    fn mark_deleting(id: LadderId) = "update ladder set deleting_at = business_now() where id = $1";

    fn end(id: LadderId, outcome: LadderOutcome) =
        "update ladder set ended_at = business_now(), outcome = $2 where id = $1 and ended_at is null";
}
