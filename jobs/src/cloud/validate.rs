//! Checks with a provider whether it accepts the cloud's token.

use domain::CloudId;
use domain::queue::Failure;
use providers::{Answered, CloudIdentity};

use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};
use crate::{Running, outcome};

const ASK: Step = Step::of("cloud.validate", "ask");

/// Validates the cloud; success asks for the catalog next.
pub async fn run(running: &Running, cloud: CloudId) -> Result<Outcome, JobError> {
    if running.claim.overdue {
        return refused(running, cloud, outcome::late()).await;
    }
    let Err(error) = ask(running, cloud).await else {
        return Ok(Outcome::Done);
    };
    match error.into_outcome(running) {
        Outcome::Fail(failure) => refused(running, cloud, failure).await,
        other => Ok(other),
    }
}

async fn ask(running: &Running, cloud: CloudId) -> Result<(), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let begun = running.begin(ASK, Intent::say("Checking the token with the provider")).await?;
    let whose = async {
        let known = running.cloud_to_validate(cloud).await?.identity().await?;
        let is_ours = domain::cloud::meet_account(ctx, claim, cloud, known.value.account.as_deref()).await?;
        if is_ours { Ok(known) } else { Err(JobError::from(outcome::other_account())) }
    };
    let asked = begun.call(whose).await?;
    let note = Note::say("The provider accepted the token").request(asked.value().request_id.as_deref());
    let keep = async |asked: &Answered<CloudIdentity>| {
        domain::cloud::mark_valid(ctx, claim, cloud, asked.value.email.as_deref()).await
    };
    asked.commit_with(note, keep).await?;
    Ok(())
}

/// A validation that fails for good leaves its verdict on the cloud, whatever it failed of.
async fn refused(running: &Running, cloud: CloudId, mut why: Failure) -> Result<Outcome, JobError> {
    "The cloud could not be validated.".clone_into(&mut why.customer);
    domain::cloud::mark_invalid(&running.env.ctx, &running.claim, cloud, &why).await?;
    Ok(Outcome::Fail(why))
}
