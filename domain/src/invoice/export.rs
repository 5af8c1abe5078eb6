//! Exports, read in chunks as they are consumed: however long one is, a process holds one chunk of it.

use chrono::{DateTime, Utc};
use entity::usage_segment::SegmentKind;
use entity::{OrgId, SegmentId, VpsId};
use futures::Stream;

use super::read::{self, InvoiceRow};
use crate::error::Result;
use crate::ledger::chain::{self, Head, Link};
use crate::page::PageRequest;
use crate::{Actor, Ctx, Perm, db};

/// Hours that are read at once.
const HOURS: i64 = 2_000;
/// Entries of the ledger that are read at once.
const ENTRIES: i64 = 200;

db::row! {
    /// A charged hour.
    #[derive(Clone, Debug)]
    pub struct UsageHour {
        /// The stretch of time at one price that it belongs to.
        pub segment_id: SegmentId,
        /// Its place in it, from 1.
        pub hour_no: i32,
        /// The server.
        pub vps_id: VpsId,
        /// The customer's name for it.
        pub label: String,
        /// For what.
        pub kind: SegmentKind,
        /// When it began.
        pub began_at: DateTime<Utc>,
        /// For how many seconds of it.
        pub seconds: i64,
        /// Its price in micro-units.
        pub micros: i64,
        /// The tax of the hour; none where none was charged with it.
        pub tax_micros: Option<i64>,
        /// Whether the tax was added to the price, or is contained in it.
        pub tax_added: Option<bool>,
    }
}

/// All documents of the actor's organisation, newest first.
///
/// # Errors
/// `forbidden`.
pub fn invoices(ctx: Ctx, actor: &Actor) -> Result<impl Stream<Item = Result<Vec<InvoiceRow>>> + Send + use<>> {
    let actor = *actor;
    actor.may(Perm::StatementRead)?;
    let start = PageRequest { cursor: None, limit: Some(crate::page::MAX_LIMIT) };
    Ok(futures::stream::try_unfold((ctx, actor, Some(start)), |(ctx, actor, next)| async move {
        let Some(request) = next else { return Ok(None) };
        let page = read::list(&ctx, &actor, None, &request).await?;
        let next = page.next.map(|cursor| PageRequest { cursor: Some(cursor), limit: request.limit });
        Ok(Some((page.items, (ctx, actor, next))))
    }))
}

/// All charged hours of the actor's organisation, by server.
///
/// # Errors
/// `forbidden`.
pub fn usage(ctx: Ctx, actor: &Actor) -> Result<impl Stream<Item = Result<Vec<UsageHour>>> + Send + use<>> {
    let org = actor.may(Perm::StatementRead)?;
    Ok(futures::stream::try_unfold((ctx, None::<SegmentId>, 0), move |(ctx, segment, hour)| async move {
        let rows = select_hours(org, segment, hour, HOURS).all(&ctx.db).await?;
        let last = rows.last().map(|row| (row.segment_id, row.hour_no));
        Ok(last.map(|(segment, hour)| (rows, (ctx, Some(segment), hour))))
    }))
}

/// The chain of the actor's organisation with all that its hashes cover, the oldest first, up to its head.
///
/// # Errors
/// `forbidden`, and when the database does not answer.
pub async fn proofs(
    ctx: Ctx,
    actor: &Actor,
) -> Result<(OrgId, Head, impl Stream<Item = Result<Vec<Link>>> + Send + use<>)> {
    let org = actor.may(Perm::StatementRead)?;
    let tx = ctx.begin().await?;
    let head = chain::seal(&tx, org).await?;
    tx.commit().await?;
    let last = head.seq;
    let links = futures::stream::try_unfold((ctx, 0), move |(ctx, after)| async move {
        let mut links = chain::links(&ctx.db, org, after, ENTRIES).await?;
        // What is written meanwhile belongs to a later export.
        links.retain(|link| link.seq <= last);
        let next = links.last().map(|link| link.seq);
        Ok(next.map(|next| (links, (ctx, next))))
    });
    Ok((org, head, links))
}

db::statement! {
    fn select_hours(org: OrgId, segment: Option<SegmentId>, hour: i32, limit: i64) -> UsageHour =
        file "select_hours.sql";
}
