//! A tick: all servers of a chunk of organisations, charged in one transaction.

use chrono::{DateTime, Utc};
use entity::OrgId;
use serde_json::json;

use crate::error::{Result, sql_state};
use crate::queue::{self, Claim};
use crate::{Ctx, Error, db, ledger};

/// Organisations charged in one transaction.
pub const CHUNK: i64 = 500;
/// Tries of a chunk that was chosen as a deadlock's victim.
const TRIES: u8 = 3;

/// What a chunk was charged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Charged {
    /// Organisations that were charged.
    pub orgs: u64,
    /// What they were charged in all, in micro-units.
    pub micros: i64,
    /// The last organisation of the chunk; none when there are no more.
    pub last: Option<OrgId>,
}

/// Charges the next chunk of organisations after `after`, up to the tick.
///
/// # Errors
/// `fenced`, and when the database does not answer.
pub async fn charge_chunk(ctx: &Ctx, claim: &Claim, tick: DateTime<Utc>, after: Option<OrgId>) -> Result<Charged> {
    let mut tries = 0;
    loop {
        match try_chunk(ctx, claim, tick, after).await {
            Err(error) if tries < TRIES && is_deadlock(&error) => tries += 1,
            other => return other,
        }
    }
}

fn is_deadlock(error: &Error) -> bool {
    let state = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<sea_orm::DbErr>()).and_then(sql_state);
    matches!(state.as_deref(), Some("40001" | "40P01"))
}

async fn try_chunk(ctx: &Ctx, claim: &Claim, tick: DateTime<Utc>, after: Option<OrgId>) -> Result<Charged> {
    let tx = ctx.begin().await?;
    let orgs = select_charged_orgs(after, CHUNK).only(&tx).await?;
    let Some(&last) = orgs.last() else {
        return Ok(Charged::default());
    };
    let key = format!("usage:{}", tick.timestamp());
    let usage = ledger::charge_usage(&tx, &orgs, None, tick, &key, claim.id).await?;
    queue::remember(&tx, claim, &json!({ "after": last })).await?;
    tx.commit().await?;
    Ok(Charged { orgs: usage.orgs, micros: usage.micros, last: Some(last) })
}

db::statement! {
    fn select_charged_orgs(after: Option<OrgId>, limit: i64) -> Vec<OrgId> = file "select_charged_orgs.sql";
}
