//! Messages of the provider: fetches the certificates that they name, and reads the list of those that were sent.

use chrono::{DateTime, TimeDelta, Utc};
use domain::payment::{self, ListedEvent};
use providers::{ErrorClass, PaymentProvider};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const CERTIFICATES: Step = Step::of("payment.events", "certificates");
const LIST: Step = Step::of("payment.events", "list");

/// Certificates first: what they prove need not be found in the list.
pub async fn run(running: &Running, list: Option<DateTime<Utc>>) -> Result<Outcome, JobError> {
    // A tick where nothing is set up has nothing to do.
    let Some(provider) = running.env.payments.clone() else { return Ok(Outcome::Done) };
    let begun = running.begin(CERTIFICATES, Intent::say("Fetching certificates")).await?;
    let fetched = begun.call(certificates(running, provider.as_ref())).await?;
    let words = format!("{} certificates fetched", fetched.value());
    fetched.commit(Note::say(words)).await?;
    if list.is_some() {
        let begun = running.begin(LIST, Intent::say("Reading the provider’s list of messages")).await?;
        let read = begun.call(sent(running, provider.as_ref())).await?;
        let words = format!("{} messages had not arrived", read.value());
        read.commit(Note::say(words)).await?;
    }
    Ok(Outcome::Done)
}

async fn certificates(running: &Running, provider: &dyn PaymentProvider) -> Result<usize, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let unknown = payment::unknown(ctx).await?;
    for certificate in &unknown {
        let pem = match provider.certificate(&certificate.url).await {
            Ok(pem) => Some(pem),
            Err(error) if matches!(error.class, ErrorClass::RateLimited | ErrorClass::Credentials) => {
                return Err(error.into());
            }
            Err(error) => {
                tracing::warn!(%error, url = certificate.url, "a certificate could not be fetched");
                None
            }
        };
        payment::keep_certificate(ctx, claim, &certificate.url, pem.as_deref()).await?;
    }
    Ok(unknown.len())
}

/// Hour by hour: the provider lists a bounded number at once.
async fn sent(running: &Running, provider: &dyn PaymentProvider) -> Result<usize, JobError> {
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    let (mut from, until) = payment::list_since(ctx).await?;
    let mut lost = 0;
    while from < until {
        let to = (from + TimeDelta::hours(1)).min(until);
        let found = provider.events(from, to).await?;
        let events: Vec<_> = found.into_iter().map(|event| ListedEvent { body: event.body }).collect();
        lost += payment::listed(ctx, claim, &events).await?;
        from = to;
    }
    Ok(lost)
}
