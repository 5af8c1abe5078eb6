//! Asks a provider whether it knows the account's token.

use domain::ProviderAccountId;
use domain::jobs::Failure;
use providers::{Answer, CloudAccount};

use crate::outcome::{JobError, Outcome};
use crate::step::{Done, Intent, Step};
use crate::{Running, outcome};

const ASK: Step = Step::of("provider.validate", "ask");

/// Validates the account; success asks for the catalog next.
pub async fn run(running: &Running, account: ProviderAccountId) -> Result<Outcome, JobError> {
    if running.claim.overdue {
        return refused(running, account, outcome::late()).await;
    }
    let Err(error) = ask(running, account).await else {
        return Ok(Outcome::Done);
    };
    match error.into_outcome(running) {
        Outcome::Fail(failure) => refused(running, account, failure).await,
        other => Ok(other),
    }
}

async fn ask(running: &Running, account: ProviderAccountId) -> Result<(), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let begun = running.begin(ASK, Intent::say("Asking the provider about the token")).await?;
    let asked = begun.call(async { Ok::<_, JobError>(running.cloud(account).await?.account().await?) }).await?;
    let done = Done::say("The provider accepted the token").request(asked.value().request_id.as_deref());
    let keep = async |asked: &Answer<CloudAccount>| {
        domain::catalog::mark_valid(ctx, claim, account, asked.value.email.as_deref()).await
    };
    asked.commit_with(done, keep).await?;
    Ok(())
}

/// A validation that fails for good leaves its verdict on the account, whatever it failed of.
async fn refused(running: &Running, account: ProviderAccountId, mut why: Failure) -> Result<Outcome, JobError> {
    "The cloud could not be validated.".clone_into(&mut why.customer);
    domain::catalog::mark_invalid(&running.env.ctx, &running.claim, account, &why).await?;
    Ok(Outcome::Fail(why))
}
