//! Gives money back to a payer.

use domain::RefundId;
use domain::payment::{Refunding, refund_answered, refund_refused, refunding};
use providers::{ErrorClass, NewRefund, Refund};

use super::{provider, seen};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const REFUND: Step = Step::of("payment.refund", "refund");

/// Asks for the refund, once: the same request gives the same one. What the provider refuses is in the wallet again.
pub async fn run(running: &Running, refund: RefundId) -> Result<Outcome, JobError> {
    let Some(due) = refunding(&running.env.ctx, refund).await? else { return Ok(Outcome::Done) };
    match ask(running, &due).await {
        Ok(()) => Ok(Outcome::Done),
        // The provider's own word that it will not: everything else may have happened, and stays where it is.
        Err(JobError::Provider(error)) if error.class == ErrorClass::Permanent && error.status.is_some() => {
            let failure = JobError::Provider(error).into();
            refund_refused(&running.env.ctx, &running.claim, &due, &failure).await?;
            Ok(Outcome::Fail(failure))
        }
        Err(error) => Err(error),
    }
}

async fn ask(running: &Running, due: &Refunding) -> Result<(), JobError> {
    let provider = provider(running)?;
    let begun = running.begin(REFUND, Intent::say("Giving the money back")).await?;
    let asked = async {
        match &due.provider_ref {
            Some(known) => provider.find_refund(known).await?.ok_or_else(|| {
                JobError::from(domain::Error::internal(format!("the provider no longer knows the refund {known}")))
            }),
            None => Ok(provider.refund(&new(due)?).await?),
        }
    };
    let answered = begun.call(asked).await?;
    let note = Note::say("The provider took it").reference(&answered.value().id);
    let told = seen::refund(answered.value())?;
    let keep = async |_: &Refund| refund_answered(&running.env.ctx, &running.claim, due, &told).await;
    answered.commit_with(note, keep).await?;
    Ok(())
}

fn new(due: &Refunding) -> Result<NewRefund, JobError> {
    Ok(NewRefund {
        request_id: format!("ref:{}", due.refund),
        refund: due.refund.to_string(),
        capture: due.capture_ref.clone(),
        amount: seen::amount(due.amount)?,
        note: "Refund of your credit".to_owned(),
    })
}
