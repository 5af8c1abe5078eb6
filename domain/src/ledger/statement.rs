//! The statement of an organisation: each movement on its wallet, and the hours that it charges.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::journal::JournalKind;
use entity::{OrgId, VpsId};
use futures::Stream;
use serde_json::Value as Json;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::vault::Counter;
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// A movement on the wallet.
    #[derive(Clone, Debug)]
    pub struct StatementRow {
        /// The journal.
        pub id: i64,
        /// When it counts, in business time.
        pub at: DateTime<Utc>,
        /// Why.
        pub kind: JournalKind,
        /// What for, as its kind needs it: a server, a number of servers.
        pub meta: Json,
        /// What it added to the balance, in micro-units.
        pub micros: i64,
        /// The balance after it, in micro-units.
        pub balance_after: i64,
        /// Hours that it charges.
        pub lines: i64,
        /// Servers that these are hours of.
        pub servers: i64,
        /// How many of each server, where it is the same for all.
        pub hours_each: Option<i64>,
        /// The name of the server, or of one of them.
        pub label: Option<String>,
        /// Why an administrator moved it, until that is erased.
        pub reason: Option<String>,
        /// For an order's hold: whether it was earned or released; none while it is set aside.
        pub ended: Option<JournalKind>,
        /// What of them was added to the debt, in micro-units.
        pub owed_micros: i64,
    }
}

/// The statement of the actor's organisation, newest first. What moves nothing on the wallet is left out.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for actors without an organisation.
pub async fn statement(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<StatementRow>> {
    statement_of(ctx, actor.may(Perm::StatementRead)?, request).await
}

/// A customer's statement, newest first, for an administrator.
///
/// # Errors
/// A field error when the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn customer_statement(
    ctx: &Ctx,
    actor: &Actor,
    org: OrgId,
    request: &PageRequest,
) -> Result<Page<StatementRow>> {
    actor.admin()?;
    statement_of(ctx, org, request).await
}

/// How many entries an export reads at once.
const EXPORT_CHUNK: i64 = 500;
/// The most entries of one export: ten years of hours.
pub const MAX_EXPORTED: usize = 100_000;

/// The actor's whole statement, newest first, [`MAX_EXPORTED`] entries at most, read in chunks as it is consumed.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub fn export(ctx: Ctx, actor: &Actor) -> Result<impl Stream<Item = Result<Vec<StatementRow>>> + Send + use<>> {
    let org = actor.may(Perm::StatementRead)?;
    Ok(futures::stream::try_unfold((ctx, None, 0), move |(ctx, before, read)| async move {
        if read >= MAX_EXPORTED {
            return Ok(None);
        }
        let rows = named(&ctx, select_entries(org, before, EXPORT_CHUNK).all(&ctx.db).await?).await?;
        let next = rows.last().map(|row| row.id);
        let read = read + rows.len();
        Ok(next.map(|next| (rows, (ctx, Some(next), read))))
    }))
}

async fn statement_of(ctx: &Ctx, org: OrgId, request: &PageRequest) -> Result<Page<StatementRow>> {
    let before = request.after_veiled(&ctx.vault, Counter::Entry)?;
    let rows = named(ctx, select_entries(org, before, request.fetch()?).all(&ctx.db).await?).await?;
    request.page(rows, |row: &StatementRow| ctx.vault.veil(Counter::Entry, row.id))
}

/// One entry of an organisation's statement.
///
/// # Errors
/// `not_found`.
pub(crate) async fn statement_row(ctx: &Ctx, org: OrgId, journal: i64) -> Result<StatementRow> {
    let found = select_entry(org, journal).all(&ctx.db).await?;
    named(ctx, found).await?.pop().ok_or_else(|| Error::not_found("entry"))
}

db::row! {
    struct Named {
        id: VpsId,
        label: String,
    }
}

/// Entries about one server with its name as it is now: a journal holds its id alone.
async fn named(ctx: &Ctx, mut rows: Vec<StatementRow>) -> Result<Vec<StatementRow>> {
    let about = |row: &StatementRow| row.meta["vps"].as_str().and_then(|id| id.parse::<VpsId>().ok());
    let ids: Vec<VpsId> = rows.iter().filter_map(about).collect();
    if ids.is_empty() {
        return Ok(rows);
    }
    let names: HashMap<VpsId, String> =
        select_names(&ids).all(&ctx.db).await?.into_iter().map(|row| (row.id, row.label)).collect();
    for row in &mut rows {
        if let Some(name) = about(row).and_then(|id| names.get(&id)) {
            row.label = Some(name.clone());
        }
    }
    Ok(rows)
}

/// One entry of the actor's own statement.
///
/// # Errors
/// `not_found`, for entries of others too.
pub async fn statement_entry(ctx: &Ctx, actor: &Actor, journal: i64) -> Result<StatementRow> {
    statement_row(ctx, actor.may(Perm::StatementRead)?, journal).await
}

db::row! {
    /// One charged hour of a server.
    #[derive(Clone, Debug)]
    pub struct LineRow {
        /// The server.
        pub vps_id: VpsId,
        /// The customer's name for it.
        pub label: String,
        /// Which hour since it began to run, from 1.
        pub hour_no: i32,
        /// For how many seconds of it.
        pub seconds: i64,
        /// When the hour began.
        pub began_at: DateTime<Utc>,
        /// Its price in micro-units.
        pub micros: i64,
        /// The tax of the hour; none where none was charged with it.
        pub tax_micros: Option<i64>,
        /// Whether the tax was added to the price, or is contained in it.
        pub tax_added: Option<bool>,
    }
}

/// The hours that an entry charges, 10,000 at most. For an order's hold, the hour that it became.
///
/// # Errors
/// `not_found`, for entries of others too.
pub async fn lines(ctx: &Ctx, actor: &Actor, journal: i64) -> Result<Vec<LineRow>> {
    let org = actor.may(Perm::StatementRead)?;
    statement_row(ctx, org, journal).await?;
    select_lines(org, journal).all(&ctx.db).await
}

db::statement! {
    fn select_entries(org: OrgId, before: Option<i64>, limit: i64) -> StatementRow =
        file "entries.sql",
        "where j.org_id = $1 and j.kind <> all('{capture,refund_done,unfit}')
         and (j.kind <> 'tax' or p.amount_micros <> 0) and ($2::bigint is null or j.id < $2)
         order by j.id desc limit $3";

    fn select_entry(org: OrgId, journal: i64) -> StatementRow =
        file "entries.sql",
        "where j.org_id = $1 and j.id = $2";

    fn select_names(ids: &[VpsId]) -> Named = "select id, label from vps where id = any($1)";

    fn select_lines(org: OrgId, journal: i64) -> LineRow = file "select_lines.sql";
}
