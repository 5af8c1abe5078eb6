//! Notices: each is a row that is written once, with its mails.

use chrono::{DateTime, Utc};
use entity::wallet_notice::NoticeKind;
use entity::{AnyId, NoticeId, OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, Perm, db};

/// Members who are written to about one notice at most.
const MAX_MAILS: i64 = 100;

db::row! {
    /// What an organisation was told.
    #[derive(Clone, Debug)]
    pub struct Notice {
        /// The notice.
        pub id: NoticeId,
        /// What it said.
        pub kind: NoticeKind,
        /// When.
        pub at: DateTime<Utc>,
    }
}

/// What the actor's organisation was told about its wallet, the newest first.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for those who may not see the balance.
pub async fn notices(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<Notice>> {
    let org = actor.may(Perm::WalletRead)?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_notices(org, before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &Notice| row.id)
}

/// Writes a notice and its mails, unless it was written in this episode. Returns whether it was.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    kind: NoticeKind,
    episode: &str,
) -> Result<bool> {
    let now = ctx.clock.now(tx).await?;
    let id: NoticeId = ctx.chance.id(now);
    if insert_notice(id, org, kind, episode, now).exec(tx).await? == 0 {
        return Ok(false);
    }
    let (event, status, words) = event(kind);
    let event = Event::new(event, status, words).org(org).entity("org", org);
    activity::record(tx, event.metadata(json!({ "notice": id, "kind": kind }))).await?;
    for user in select_payers(org, MAX_MAILS).all(tx).await? {
        let mail = match kind {
            NoticeKind::Runway72 | NoticeKind::Runway24 | NoticeKind::Runway1 | NoticeKind::Runway0 => {
                Mail::LowBalance { user, notice: id }
            }
            NoticeKind::Cap50 | NoticeKind::Cap80 | NoticeKind::Cap100 => Mail::SpendCap { user, notice: id },
            NoticeKind::FundsSuspend | NoticeKind::FundsDelete | NoticeKind::FundsResumed => {
                Mail::FundsEnded { user, notice: id }
            }
        };
        mail::send(ctx, tx, mail).await?;
    }
    Ok(true)
}

fn event(kind: NoticeKind) -> (&'static str, EventStatus, &'static str) {
    use EventStatus::{Error as Bad, Success as Good, Warning};
    match kind {
        NoticeKind::Runway72 => ("billing.low_balance", Warning, "Your wallet lasts for less than 72 hours"),
        NoticeKind::Runway24 => ("billing.low_balance", Warning, "Your wallet lasts for less than 24 hours"),
        NoticeKind::Runway1 => ("billing.low_balance", Warning, "Your wallet lasts for less than an hour"),
        NoticeKind::Runway0 => ("billing.low_balance", Bad, "Your wallet can't pay the next hour"),
        NoticeKind::Cap50 => ("billing.spend_cap", Warning, "Half of the month's limit is spent"),
        NoticeKind::Cap80 => ("billing.spend_cap", Warning, "80 percent of the month's limit are spent"),
        NoticeKind::Cap100 => ("billing.spend_cap", Bad, "The month's limit is spent: nothing can be ordered"),
        NoticeKind::FundsSuspend => ("billing.suspend", Bad, "Funds ended: your servers are being stopped"),
        NoticeKind::FundsDelete => ("billing.delete", Bad, "Funds ended: your servers are being deleted"),
        NoticeKind::FundsResumed => ("billing.resume", Good, "Funds arrived: your servers run again"),
    }
}

db::row! {
    /// What a mail says about a wallet.
    pub(crate) struct MailedNotice {
        pub(crate) org_id: OrgId,
        pub(crate) kind: NoticeKind,
        /// What can be spent, in micro-units.
        pub(crate) balance_micros: i64,
        pub(crate) zero_at: Option<DateTime<Utc>>,
        /// The month's limit, in micro-units.
        pub(crate) cap_micros: Option<i64>,
        /// When servers will be deleted.
        pub(crate) delete_at: Option<DateTime<Utc>>,
        /// Servers that are charged, at most 20 of them.
        pub(crate) servers: Vec<String>,
        /// How many there are.
        pub(crate) count: i64,
    }
}

/// A notice with what its mail needs, as things are when it is written.
///
/// # Errors
/// `not_found`.
pub(crate) async fn letter(ctx: &Ctx, id: NoticeId) -> Result<MailedNotice> {
    select_mailed(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("notice"))
}

db::statement! {
    fn select_notices(org: OrgId, before: Option<Uuid>, limit: i64) -> Notice =
        "select id, kind, at from wallet_notice
         where org_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3";

    fn insert_notice(id: NoticeId, org: OrgId, kind: NoticeKind, episode: &str, at: DateTime<Utc>) =
        "insert into wallet_notice (id, org_id, kind, episode, at) values ($1, $2, $3, $4, $5)
         on conflict (org_id, kind, episode) do nothing";

    /// Owners, administrators and those who pay.
    fn select_payers(org: OrgId, limit: i64) -> UserId =
        "select m.user_id from org_member m join app_user u on u.id = m.user_id and u.deleted_at is null
         where m.org_id = $1 and m.role in ('owner', 'admin', 'billing') order by m.user_id limit $2";

    fn select_mailed(id: NoticeId) -> MailedNotice = file "select_mailed.sql";
}
