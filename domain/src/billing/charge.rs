//! A tick: all servers, charged in chunks of organisations. Each chunk is a job and one transaction, so any number of
//! workers share a tick.

use chrono::{DateTime, Utc};
use entity::{JobId, OrgId};
use sea_orm::ConnectionTrait;

use super::reprice;
use crate::error::{Result, sql_state};
use crate::ledger::{self, Charge, Usage};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, Error, db};

/// Servers charged in one transaction, about.
const SERVERS: i64 = 20_000;
/// What an organisation costs a transaction, in servers: its wallet is locked, and gets a journal with its postings.
const ORG_COSTS: i64 = 20;
/// Tries of a chunk that was chosen as a deadlock's victim.
const TRIES: u8 = 3;

db::row! {
    /// Organisations that are charged together, by id.
    struct Chunk {
        first_org: OrgId,
        last_org: OrgId,
        orgs: i64,
        servers: i64,
    }
}

db::row! {
    /// A chunk that is to be charged.
    struct Waiting {
        tick: DateTime<Utc>,
        first_org: OrgId,
        last_org: OrgId,
        done: bool,
    }
}

/// Divides the organisations with servers into chunks, and enqueues a job for each. Ends the job. A run that was
/// divided before stays as it is. Returns how many chunks there are.
///
/// # Errors
/// `fenced`.
pub async fn divide(ctx: &Ctx, claim: &Claim, tick: DateTime<Utc>) -> Result<usize> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let mut count = 0;
    if insert_run(claim.id, tick).exec(&tx).await? > 0 {
        reprice::end_moves(&tx).await?;
        let chunks = select_chunks(SERVERS, ORG_COSTS).all(&tx).await?;
        count = chunks.len();
        enqueue(ctx, &tx, claim.id, &chunks).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(count)
}

async fn enqueue(ctx: &Ctx, tx: &impl ConnectionTrait, run: JobId, chunks: &[Chunk]) -> Result<()> {
    let now = ctx.clock.estimate();
    let mut jobs = Vec::with_capacity(chunks.len());
    for (chunk, no) in chunks.iter().zip(1..) {
        let job: JobId = ctx.chance.id(now);
        insert_chunk(run, no, job, chunk.first_org, chunk.last_org, chunk.orgs, chunk.servers).exec(tx).await?;
        jobs.push(NewJob::new(Job::ChargeChunk { run, no }).id(job));
    }
    if !jobs.is_empty() {
        work::enqueue_many(ctx, tx, &jobs).await?;
    }
    Ok(())
}

/// Charges one chunk of a run up to its tick, writes what came of it into the run's report, and ends the job.
///
/// # Errors
/// `fenced`, `not_found`, and when the database does not answer.
pub async fn charge_chunk(ctx: &Ctx, claim: &Claim, run: JobId, no: i32) -> Result<()> {
    let mut tries = 0;
    loop {
        match try_chunk(ctx, claim, run, no).await {
            Err(error) if tries < TRIES && is_deadlock(&error) => tries += 1,
            other => return other,
        }
    }
}

fn is_deadlock(error: &Error) -> bool {
    let state = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<sea_orm::DbErr>()).and_then(sql_state);
    matches!(state.as_deref(), Some("40001" | "40P01"))
}

async fn try_chunk(ctx: &Ctx, claim: &Claim, run: JobId, no: i32) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let chunk = select_chunk(run, no).one(&tx).await?.ok_or_else(|| Error::not_found("chunk"))?;
    if !chunk.done {
        let orgs = select_charged_orgs(chunk.first_org, chunk.last_org).only(&tx).await?;
        reprice::apply_moves(ctx, &tx, &orgs, None, chunk.tick, claim.id).await?;
        let key = format!("usage:{}", chunk.tick.timestamp());
        let charge = Charge { orgs: &orgs, only: None, ending: &[], at: chunk.tick, key: &key, job: claim.id };
        let Usage { orgs, in_debt, lines, micros } = ledger::charge_usage(&tx, charge).await?;
        update_chunk(run, no, orgs, in_debt, lines, micros).exec(&tx).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn insert_run(id: JobId, tick: DateTime<Utc>) =
        "insert into charge_run (id, tick, started_at) values ($1, $2, clock_timestamp())
         on conflict (id) do nothing";

    fn select_chunks(servers: i64, org_costs: i64) -> Chunk = file "select_chunks.sql";

    fn insert_chunk(run: JobId, no: i32, job: JobId, first: OrgId, last: OrgId, orgs: i64, servers: i64) =
        "insert into charge_chunk (run_id, no, job_id, first_org, last_org, orgs, servers)
         values ($1, $2, $3, $4, $5, $6::bigint, $7::bigint)";

    fn select_chunk(run: JobId, no: i32) -> Waiting =
        "select r.tick, c.first_org, c.last_org, c.done_at is not null as done
         from charge_chunk c join charge_run r on r.id = c.run_id
         where c.run_id = $1 and c.no = $2 for no key update of c";

    fn select_charged_orgs(first: OrgId, last: OrgId) -> Vec<OrgId> =
        "select coalesce(array_agg(distinct org_id order by org_id), '{}')
         from usage_segment where ended_at is null and org_id between $1 and $2";

    fn update_chunk(run: JobId, no: i32, charged: i64, in_debt: i64, lines: i64, micros: i64) =
        file "update_chunk.sql";
}
