//! What is remembered of requests by their `PayPal-Request-Id`.

use std::collections::HashMap;

use aws_lc_rs::digest;
use chrono::{DateTime, TimeDelta, Utc};

use super::reply::Reply;

/// How long Orders remembers.
const ORDERS: TimeDelta = TimeDelta::hours(6);
/// How long Payments remembers.
const PAYMENTS: TimeDelta = TimeDelta::days(45);
/// Requests remembered at once.
const MAX_REMEMBERED: usize = 100_000;

/// What a request led to.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A thing by its id: a repeat shows it as it is by then.
    Thing(String),
    /// A refusal, which a repeat gets again.
    Refusal(Box<Reply>),
}

struct Entry {
    body: Vec<u8>,
    outcome: Outcome,
    until: DateTime<Utc>,
}

/// The memory of both APIs.
#[derive(Default)]
pub(super) struct Memory {
    entries: HashMap<(String, String), Entry>,
}

impl Memory {
    /// What the same request led to before. The real one says nothing of a known id with another body, so nobody may
    /// send that: here it is refused aloud.
    pub(super) fn recall(
        &self,
        place: &str,
        id: Option<&str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<Outcome>, Reply> {
        let Some(id) = id else { return Ok(None) };
        let entry = self.entries.get(&(place.to_owned(), id.to_owned())).filter(|entry| entry.until > now);
        match entry {
            Some(entry) if entry.body == hash(body) => Ok(Some(entry.outcome.clone())),
            Some(_) => Err(Reply::bad("PAYPAL_REQUEST_ID_WITH_ANOTHER_BODY", None)),
            None => Ok(None),
        }
    }

    pub(super) fn keep(&mut self, place: &str, id: Option<&str>, body: &[u8], outcome: Outcome, now: DateTime<Utc>) {
        let Some(id) = id else { return };
        if self.entries.len() >= MAX_REMEMBERED {
            self.entries.retain(|_, entry| entry.until > now);
        }
        let until = now + if place.starts_with("/v2/payments") { PAYMENTS } else { ORDERS };
        self.entries.insert((place.to_owned(), id.to_owned()), Entry { body: hash(body), outcome, until });
    }
}

fn hash(body: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, body).as_ref().to_vec()
}
