//! Charges the hours of all servers up to a tick, chunk by chunk; a new run continues where the
//! last one ended.

use chrono::{DateTime, Utc};
use domain::billing::charge_chunk;
use domain::{Money, OrgId};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const CHARGE: Step = Step::of("billing.charge", "charge");

/// Charges every organisation.
pub async fn run(running: &Running, tick: DateTime<Utc>) -> Result<Outcome, JobError> {
    let begun = running.begin(CHARGE, Intent::say("Charging the hours")).await?;
    let charged = begun.call(all_chunks(running, tick)).await?;
    let (orgs, micros) = charged.value();
    let words = format!("{orgs} organisations charged {} in all", Money::usd(*micros));
    charged.commit(Note::say(words)).await?;
    Ok(Outcome::Done)
}

/// Each chunk is a transaction that also notes how far it came.
async fn all_chunks(running: &Running, tick: DateTime<Utc>) -> Result<(u64, i64), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let mut after: Option<OrgId> = claim.step_data["after"].as_str().and_then(|org| org.parse().ok());
    let (mut orgs, mut micros) = (0, 0);
    loop {
        let charged = charge_chunk(ctx, claim, tick, after).await?;
        orgs += charged.orgs;
        micros += charged.micros;
        match charged.last {
            Some(last) => after = Some(last),
            None => return Ok((orgs, micros)),
        }
    }
}
