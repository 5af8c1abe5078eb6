//! Messages of the provider: taken as they come, verified offline over their raw bytes, and turned into rings.

use chrono::{DateTime, Utc};
use entity::payment::PayProvider;
use entity::payment_event::PayEventState;
use entity::{OrgId, PaymentId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::event::{self, About, Told};
use super::row::ring;
use super::signature::{Headers, Verifier};
use super::{act, dispute};
use crate::error::{Error, ErrorKind, Result};
use crate::queue::{self, Claim};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, db};

/// Messages whose certificate is not known yet that are kept at most: the rest comes again.
const MAX_UNVERIFIED: i64 = 1_000;
/// After so many tries to fetch it, what names a certificate is not the provider's.
const MAX_ATTEMPTS: i32 = 10;

/// A message as it came.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// `PAYPAL-TRANSMISSION-ID`.
    pub transmission_id: &'a str,
    /// `PAYPAL-TRANSMISSION-TIME`.
    pub transmission_time: &'a str,
    /// `PAYPAL-CERT-URL`.
    pub cert_url: &'a str,
    /// `PAYPAL-AUTH-ALGO`.
    pub auth_algo: &'a str,
    /// `PAYPAL-TRANSMISSION-SIG`.
    pub transmission_sig: &'a str,
    /// Byte for byte.
    pub body: &'a [u8],
}

impl Message<'_> {
    fn headers(&self) -> Headers<'_> {
        Headers {
            transmission_id: self.transmission_id,
            transmission_time: self.transmission_time,
            cert_url: self.cert_url,
            auth_algo: self.auth_algo,
            transmission_sig: self.transmission_sig,
        }
    }

    fn to_json(self) -> Json {
        json!({
            "transmission_id": self.transmission_id,
            "transmission_time": self.transmission_time,
            "auth_algo": self.auth_algo,
            "transmission_sig": self.transmission_sig,
        })
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the provider's, and rang what it is about.
    Rang,
    /// It came before.
    Known,
    /// It is the provider's, and about nothing that we know.
    Parked,
    /// Its certificate is fetched first.
    Unverified,
}

impl Taken {
    /// The word for this value, in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rang => "rang",
            Self::Known => "known",
            Self::Parked => "parked",
            Self::Unverified => "unverified",
        }
    }
}

/// Takes a message. When this returns, it is stored, or need not be.
///
/// # Errors
/// `invalid` for what is not the provider's; `not_found` without a provider; `unavailable` when it is to come again.
pub async fn receive(ctx: &Ctx, message: &Message<'_>) -> Result<Taken> {
    let verifier = ctx.payments.as_ref().ok_or_else(|| Error::not_found("receiver"))?;
    verifier.address(message.cert_url).map_err(|_| not_genuine())?;
    let told = event::read(message.body)?;
    let now = ctx.clock.now(&ctx.db).await?;
    let certificate = select_certificate(message.cert_url).one(&ctx.db).await?;
    let tx = ctx.begin().await?;
    let taken = match certificate {
        Some(pem) => {
            verifier.message(&pem, &message.headers(), message.body, now).map_err(|_| not_genuine())?;
            accept(ctx, &tx, now, &told, Some(message), message.body).await?
        }
        None => keep_unverified(ctx, &tx, now, &told, message).await?,
    };
    tx.commit().await?;
    Ok(taken)
}

fn not_genuine() -> Error {
    Error::new(ErrorKind::Invalid, "not_genuine", "This message is not what it says it is. Nothing was changed.")
}

async fn keep_unverified(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
    told: &Told,
    message: &Message<'_>,
) -> Result<Taken> {
    if count_unverified().only(tx).await? >= MAX_UNVERIFIED {
        return Err(Error::unavailable());
    }
    let (url, headers) = (message.cert_url, message.to_json());
    insert_unverified(PayProvider::Paypal, &told.id, &told.kind, url, headers, message.body, now).exec(tx).await?;
    let job = Job::PaymentEvents { list: None };
    if work::enqueue_many(ctx, tx, &[NewJob::new(job)]).await?.is_empty() {
        work::hurry(tx, &job).await?;
    }
    Ok(Taken::Unverified)
}

/// A genuine message: stored once, and turned into a ring.
async fn accept(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
    told: &Told,
    message: Option<&Message<'_>>,
    body: &[u8],
) -> Result<Taken> {
    let headers = message.map(|message| message.to_json());
    let url = message.map(|message| message.cert_url);
    let fresh = insert_verified(PayProvider::Paypal, &told.id, &told.kind, url, headers, body, now).one(tx).await?;
    if fresh.is_none() {
        return Ok(Taken::Known);
    }
    let found = find(tx, &told.about).await?;
    let state = if found.is_some() { PayEventState::Done } else { PayEventState::Parked };
    let (whose, refund) = (found.as_ref().map(|found| found.id), told.about.refund.as_deref());
    set_settled(PayProvider::Paypal, &told.id, state, whose, now, refund).exec(tx).await?;
    let Some(Whose { id, org_id }) = found else { return Ok(Taken::Parked) };
    if let About { dispute: Some(dispute), capture: Some(capture), .. } = &told.about {
        dispute::heard(ctx, tx, now, dispute, capture).await?;
    }
    if told.kind == event::APPROVED {
        act::approved_again(ctx, tx, id, told.at).await?;
    }
    ring(ctx, tx, id, org_id).await?;
    Ok(Taken::Rang)
}

db::row! {
    struct Whose {
        id: PaymentId,
        org_id: OrgId,
    }
}

/// The payment that a message is about.
async fn find(tx: &impl ConnectionTrait, about: &About) -> Result<Option<Whose>> {
    let payment = about.payment.as_deref().and_then(|id| id.parse::<PaymentId>().ok());
    select_whose(payment, about.order.as_deref(), about.capture.as_deref(), about.dispute.as_deref()).one(tx).await
}

db::row! {
    /// A certificate that messages name and that is not known.
    #[derive(Clone, Debug)]
    pub struct Unknown {
        /// Where it is said to be.
        pub url: String,
    }
}

/// Certificates that messages name and that are not known, ten at most.
///
/// # Errors
/// When the database does not answer.
pub async fn unknown(ctx: &Ctx) -> Result<Vec<Unknown>> {
    select_unknown().all(&ctx.db).await
}

/// The certificate at this address, or none where it could not be fetched: verifies what names it.
///
/// # Errors
/// `fenced`.
pub async fn keep_certificate(ctx: &Ctx, claim: &Claim, url: &str, pem: Option<&[u8]>) -> Result<()> {
    let verifier = ctx.payments.as_ref().ok_or_else(super::create::off)?;
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let now = ctx.clock.now(&tx).await?;
    let Some(pem) = pem else {
        count_attempt(url).exec(&tx).await?;
        reject(url, now, MAX_ATTEMPTS, "its certificate could not be fetched").exec(&tx).await?;
        tx.commit().await?;
        return Ok(());
    };
    if let Err(refusal) = verifier.certificate(pem, now) {
        reject(url, now, 0, &format!("its certificate is not the provider's: {refusal}")).exec(&tx).await?;
    } else {
        insert_certificate(url, pem, now).exec(&tx).await?;
        for row in lock_unverified(url).all(&tx).await? {
            judge(ctx, &tx, verifier, now, pem, &row).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

db::row! {
    struct Unverified {
        event_id: String,
        cert_url: String,
        headers: Json,
        raw: Vec<u8>,
    }
}

async fn judge(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    verifier: &Verifier,
    now: DateTime<Utc>,
    pem: &[u8],
    row: &Unverified,
) -> Result<()> {
    let header = |name: &str| row.headers[name].as_str().unwrap_or_default();
    let message = Message {
        transmission_id: header("transmission_id"),
        transmission_time: header("transmission_time"),
        cert_url: &row.cert_url,
        auth_algo: header("auth_algo"),
        transmission_sig: header("transmission_sig"),
        body: &row.raw,
    };
    match verifier.message(pem, &message.headers(), message.body, now) {
        Ok(()) => accept(ctx, tx, now, &event::read(&row.raw)?, Some(&message), &row.raw).await.map(|_| ()),
        Err(refusal) => {
            reject_one(PayProvider::Paypal, &row.event_id, now, &refusal.to_string()).exec(tx).await?;
            Ok(())
        }
    }
}

/// A message of the provider's own list.
#[derive(Clone, Debug)]
pub struct ListedEvent {
    /// The whole message.
    pub body: Vec<u8>,
}

/// From when the provider's list is read.
///
/// # Errors
/// When the database does not answer.
pub async fn list_since(ctx: &Ctx) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let now = ctx.clock.now(&ctx.db).await?;
    Ok((now - chrono::TimeDelta::hours(6), now))
}

/// Takes what the provider lists as sent: what came already changes nothing. Returns how many had not come.
///
/// # Errors
/// `fenced`.
pub async fn listed(ctx: &Ctx, claim: &Claim, events: &[ListedEvent]) -> Result<usize> {
    let mut lost = 0;
    for listed in events {
        let Ok(told) = event::read(&listed.body) else { continue };
        let tx = ctx.begin().await?;
        queue::fence(&tx, claim).await?;
        let now = ctx.clock.now(&tx).await?;
        if accept(ctx, &tx, now, &told, None, &listed.body).await? != Taken::Known {
            lost += 1;
        }
        tx.commit().await?;
    }
    Ok(lost)
}

/// Forgets the messages themselves after thirty days, and those that were not the provider's.
pub(crate) async fn forget(tx: &impl ConnectionTrait, limit: i64) -> Result<()> {
    empty_raw(limit).exec(tx).await?;
    delete_rejected(limit).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn select_certificate(url: &str) -> Vec<u8> = "select pem from payment_certificate where url = $1";

    fn insert_certificate(url: &str, pem: &[u8], now: DateTime<Utc>) =
        "insert into payment_certificate (url, pem, fetched_at) values ($1, $2, $3) on conflict do nothing";

    fn count_unverified() -> i64 =
        "select count(*) from (select from payment_event where state = 'unverified' limit 1000) u";

    fn insert_unverified(
        provider: PayProvider,
        id: &str,
        kind: &str,
        cert_url: &str,
        headers: Json,
        raw: &[u8],
        now: DateTime<Utc>,
    ) =
        "insert into payment_event (provider, event_id, state, kind, cert_url, headers, raw, received_at)
         values ($1, left($2, 100), 'unverified', left($3, 100), $4, $5, $6, $7) on conflict do nothing";

    fn insert_verified(
        provider: PayProvider,
        id: &str,
        kind: &str,
        cert_url: Option<&str>,
        headers: Option<Json>,
        raw: &[u8],
        now: DateTime<Utc>,
    ) -> String = file "insert_verified.sql";

    fn set_settled(
        provider: PayProvider,
        id: &str,
        state: PayEventState,
        payment: Option<PaymentId>,
        now: DateTime<Utc>,
        refund: Option<&str>,
    ) =
        "update payment_event set state = $3, payment_id = $4, done_at = $5, refund_ref = left($6, 100)
         where provider = $1 and event_id = left($2, 100)";

    fn select_whose(payment: Option<PaymentId>, order: Option<&str>, capture: Option<&str>, dispute: Option<&str>)
        -> Whose = file "select_whose.sql";

    fn select_unknown() -> Unknown =
        "select cert_url as url from payment_event where state = 'unverified' and cert_url is not null
         group by cert_url order by min(received_at) limit 10";

    fn lock_unverified(url: &str) -> Unverified =
        "select event_id, cert_url, headers, raw from payment_event
         where state = 'unverified' and cert_url = $1 order by received_at limit 1000 for update";

    fn count_attempt(url: &str) =
        "update payment_event set attempts = attempts + 1 where state = 'unverified' and cert_url = $1";

    fn reject(url: &str, now: DateTime<Utc>, attempts: i32, why: &str) =
        "update payment_event set state = 'rejected', failure = left($4, 200), done_at = $2
         where state = 'unverified' and cert_url = $1 and attempts >= $3";

    fn reject_one(provider: PayProvider, id: &str, now: DateTime<Utc>, why: &str) =
        "update payment_event set state = 'rejected', failure = left($4, 200), done_at = $3
         where provider = $1 and event_id = $2";

    fn empty_raw(limit: i64) =
        "update payment_event set raw = null, headers = null where ctid = any(array(
           select ctid from payment_event
           where raw is not null and received_at < business_now() - interval '30 days' limit $1))";

    fn delete_rejected(limit: i64) =
        "delete from payment_event where ctid = any(array(
           select ctid from payment_event
           where state = 'rejected' and received_at < business_now() - interval '30 days' limit $1))";
}
