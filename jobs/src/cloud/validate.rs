//! Asks a provider whether it knows the account's token.

use domain::ProviderAccountId;
use providers::{Answer, CloudAccount};

use crate::outcome::{JobError, Outcome};
use crate::step::{Done, Intent, Step};
use crate::{Running, outcome};

const ASK: Step = Step::of("provider.validate", "ask");

/// Validates the account; success asks for the catalog next.
pub async fn run(running: &Running, account: ProviderAccountId) -> Result<Outcome, JobError> {
    match ask(running, account).await {
        Ok(()) => Ok(Outcome::Done),
        Err(error) => refused(running, account, error).await,
    }
}

async fn ask(running: &Running, account: ProviderAccountId) -> Result<(), JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let begun = running.begin(ASK, Intent::say("Asking the provider about the token")).await?;
    let asked = begun.call(async { Ok::<_, JobError>(running.env.cloud(account).await?.account().await?) }).await?;
    let done = Done::say("The provider accepted the token").request(asked.value().request_id.as_deref());
    let keep = async |asked: &Answer<CloudAccount>| {
        domain::catalog::mark_valid(ctx, claim, account, asked.value.email.as_deref()).await
    };
    asked.commit_with(done, keep).await?;
    Ok(())
}

/// A validation that fails for good leaves its verdict on the account, whatever it failed of.
async fn refused(running: &Running, account: ProviderAccountId, error: JobError) -> Result<Outcome, JobError> {
    match error.into_outcome(running) {
        Outcome::Fail(mut failure) => {
            "The cloud could not be validated.".clone_into(&mut failure.customer);
            domain::catalog::mark_invalid(&running.env.ctx, &running.claim, account, &failure).await?;
            Ok(Outcome::Fail(failure))
        }
        Outcome::Retry { failure, pause, counts } => Ok(Outcome::Retry {
            failure: outcome::failure(&failure.code, failure.admin, failure.provider_request_id),
            pause,
            counts,
        }),
        other => Ok(other),
    }
}
