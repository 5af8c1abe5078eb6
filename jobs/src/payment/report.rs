//! Compares the provider's report with our captures and refunds.

use domain::payment::{Reported, compared, report};
use providers::ReportRow;

use super::seen;
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const COMPARE: Step = Step::of("payment.report", "compare");

/// One report of a few days; what differs is kept, and told to administrators.
pub async fn run(running: &Running) -> Result<Outcome, JobError> {
    // A tick where nothing is set up has nothing to do.
    let Some(provider) = running.env.payments.clone() else { return Ok(Outcome::Done) };
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let (since, until) = report(ctx).await?;
    let begun = running.begin(COMPARE, Intent::say("Reading the provider’s report")).await?;
    let read = begun.call(provider.report(since, until)).await?;
    let note = Note::say(format!("{} movements compared", read.value().len()));
    let keep = async |rows: &Vec<ReportRow>| {
        let rows = rows.iter().map(reported).collect::<domain::Result<Vec<_>>>()?;
        compared(ctx, claim, (since, until), &rows).await.map(|_| ())
    };
    read.commit_with(note, keep).await?;
    Ok(Outcome::Done)
}

fn reported(row: &ReportRow) -> domain::Result<Reported> {
    let amount = seen::money(&row.amount).map_err(|_| domain::Error::internal("an amount of the report is odd"))?;
    let (id, kind) = (row.id.clone(), row.kind.clone());
    Ok(Reported { id, kind, amount, payment: row.payment.clone(), at: row.at })
}
