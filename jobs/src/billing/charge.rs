//! Charges the hours of all servers up to a tick, chunk by chunk; a new run goes on where the
//! last one ended.

use chrono::{DateTime, Utc};
use domain::StepPhase::Done;
use domain::billing::charge_chunk;
use domain::jobs::record_step;
use domain::{Money, OrgId};

use crate::Running;
use crate::outcome::{JobError, Outcome};

/// Charges every organisation.
pub async fn run(running: &Running, tick: DateTime<Utc>) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let mut after: Option<OrgId> = claim.step_data["after"].as_str().and_then(|org| org.parse().ok());
    let (mut orgs, mut micros) = (0, 0);
    loop {
        let charged = charge_chunk(ctx, claim, tick, after).await?;
        orgs += charged.orgs;
        micros += charged.micros;
        match charged.last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    record_step(
        &ctx.db,
        claim,
        0,
        "charge",
        Done,
        &format!("{orgs} organisations charged {} in all", Money::usd(micros)),
    )
    .await?;
    Ok(Outcome::Done)
}
