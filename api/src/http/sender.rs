//! Who sends a request, before anything else of it is judged.

use std::time::Duration;

use poem::Request;
use poem::http::StatusCode;

use crate::auth::client::{client_ip, peer_ip};
use crate::auth::{Caller, Found, Identify, MeantFor, RefusedKey, Sender};
use crate::limits::Class;
use crate::problem::Problem;
use crate::state::State;

/// Who sends the request.
///
/// # Errors
/// The problem to answer, when an address shows too many keys of which nothing is known.
pub(super) async fn of(app: &State, identify: &Identify, request: &Request) -> Result<Sender, Box<Problem>> {
    let now = app.ctx.clock.estimate();
    app.forwarded.look(&app.http, peer_ip(request), request.headers());
    let ip = client_ip(&app.http, peer_ip(request), request.headers());
    let (caller, refused_key) = match identify(app, request.headers(), now) {
        Found::Nobody => (None, None),
        Found::Caller(caller) => (Some(caller), None),
        Found::NoKey => (None, Some(RefusedKey::Nobodys)),
        Found::Unread(text) => {
            // What makes us ask the database counts by its address, or made-up keys could ask at will.
            let counted = app.limits.request(&app.ctx, Class::Anonymous(ip)).await;
            if let Some(Err(wait)) = counted.map(|counted| counted.verdict.passes) {
                return Err(Box::new(Problem::rate_limited(wait)));
            }
            match app.keys.read(&app.ctx, &text, now).await {
                Ok(Some(key)) => (Some(Caller::Key(key)), None),
                Ok(None) => (None, Some(RefusedKey::Nobodys)),
                Err(error) => {
                    tracing::warn!(cause = %error, "an API key could not be read");
                    (None, Some(RefusedKey::Unread))
                }
            }
        }
    };
    let meant_for = MeantFor::of(request.headers());
    if let Some(Caller::Key(key)) = &caller {
        if !key.admits(ip) {
            return Ok(Sender { ip, caller: None, refused_key: Some(RefusedKey::FromElsewhere), meant_for });
        }
        app.keys.note(key.id, ip, now);
    }
    Ok(Sender { ip, caller, refused_key, meant_for })
}

/// What its requests are counted by.
pub(super) fn class(sender: &Sender) -> Class {
    match &sender.caller {
        Some(Caller::Key(key)) => Class::Key(key.id.0, key.user),
        Some(caller) if caller.is_admin() => Class::Admin(caller.user()),
        Some(caller) => Class::User(caller.user()),
        None => Class::Anonymous(sender.ip),
    }
}

/// Lets a request pass unless it shows a key that may not be used from here, or that could not be read. One that is no
/// key passes as nobody's.
pub(super) fn key_counts(sender: &Sender) -> Result<(), Box<Problem>> {
    match sender.refused_key {
        Some(RefusedKey::FromElsewhere) => Err(Box::new(Problem::new(
            StatusCode::FORBIDDEN,
            "address_not_allowed",
            "This API key may not be used from your address. Its maker lists the networks from which it may. Nothing \
             was changed.",
        ))),
        Some(RefusedKey::Unread) => {
            let words = "The API key could not be checked just now. Nothing was changed. Try again in a moment.";
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", words);
            Err(Box::new(Problem { retry_after: Some(Duration::from_secs(2)), ..problem }))
        }
        Some(RefusedKey::Nobodys) | None => Ok(()),
    }
}
