//! Asks a provider whether it knows the account's token.

use domain::ProviderAccountId;
use domain::StepPhase::{Done, Intent};
use domain::jobs::record_step;

use crate::outcome::{JobError, Outcome};
use crate::{Running, outcome};

/// Validates the account; success asks for the catalog next.
pub async fn run(running: &Running, account: ProviderAccountId) -> Result<Outcome, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    record_step(&ctx.db, claim, 0, "ask", Intent, "Asking the provider about the token").await?;
    let asked = match running.env.cloud(account).await {
        Ok(cloud) => cloud.account().await.map_err(JobError::from),
        Err(error) => Err(error),
    };
    match asked {
        Ok(answer) => {
            record_step(&ctx.db, claim, 0, "ask", Done, "The provider accepted the token").await?;
            domain::catalog::mark_valid(ctx, claim, account, answer.value.email.as_deref()).await?;
            Ok(Outcome::Done)
        }
        Err(error) => refused(running, account, error).await,
    }
}

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
