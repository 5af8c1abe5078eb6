//! Issues documents: one, or all that are due, each in a transaction of its own.

use chrono::{DateTime, Utc};
use domain::invoice::{self, Issue, Issued};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const ISSUE: Step = Step::of("invoice.issue", "issue");

/// A cause has one document, so a run that is repeated finds what it issued before.
pub async fn run(running: &Running, what: Issue) -> Result<Outcome, JobError> {
    let begun = running.begin(ISSUE, Intent::say("Issuing")).await?;
    let issued = begun
        .call(async {
            if let Issue::Due { tick } = what {
                return due(running, tick).await;
            }
            let (ctx, claim) = (&running.env.ctx, &running.claim);
            let one = invoice::issue_one(ctx, claim, what, &running.env.press.office).await?;
            Ok::<_, JobError>(u64::from(one.is_some()))
        })
        .await?;
    let words = match issued.value() {
        0 => "Nothing was left to issue".to_owned(),
        1 => "1 document issued".to_owned(),
        count => format!("{count} documents issued"),
    };
    issued.commit(Note::say(words)).await?;
    Ok(Outcome::Done)
}

/// Each call remembers how far it came, and the next run continues from there.
async fn due(running: &Running, tick: DateTime<Utc>) -> Result<u64, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    // Where no document is drawn for long, this is what finds that a font was added.
    let found = running.env.press.fonts.having(&invoice::glyphs_sought(ctx).await?);
    invoice::glyphs_found(ctx, claim, &found).await?;
    let mut so_far = Issued::from(&claim.step_data);
    while !so_far.done {
        so_far = invoice::issue_some(ctx, claim, tick, so_far, &running.env.press.office).await?;
    }
    Ok(so_far.count)
}
