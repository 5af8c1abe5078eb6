//! What a refusal means: from a status and a body to a [`ProviderError`].
//!
//! Invariant: a message for an administrator names no supplier and repeats no body of markup.

use reqwest::StatusCode;
use serde_json::from_slice;

use super::wire::{ErrorBody, ErrorReason};
use crate::{
    error::{ErrorClass, ProviderError, code},
    http::{Effect, Reply, request_id, retry_after},
};

const MAX_REASONS: usize = 5;
const MAX_MESSAGE_CHARS: usize = 500;
const MAX_FIELD_CHARS: usize = 80;

/// The error behind an answer that is not a success.
pub(super) fn refusal(reply: &Reply, effect: Effect) -> ProviderError {
    let body = from_slice::<ErrorBody>(&reply.body).ok();
    let reasons = body.map(|body| body.errors);
    let (class, code) = verdict(reply.status, reasons.as_deref(), effect);
    let message = match &reasons {
        Some(reasons) if !reasons.is_empty() => words(reasons),
        _ => format!("status {} without a reason", reply.status.as_u16()),
    };
    let mut error = about(reply, class, code, &message);
    error.field = reasons
        .into_iter()
        .flatten()
        .find_map(|reason| reason.field)
        .map(|field| field.chars().take(MAX_FIELD_CHARS).collect());
    if code == code::LABEL_TAKEN {
        error.field = Some("label".to_owned());
    }
    error
}

/// The error behind a success whose body is not what the document promises.
pub(super) fn undecodable(reply: &Reply, effect: Effect, detail: &str) -> ProviderError {
    about(reply, effect.when_unclear(), code::BAD_ANSWER, &format!("an answer that cannot be understood: {detail}"))
}

fn about(reply: &Reply, class: ErrorClass, code: &str, message: &str) -> ProviderError {
    let mut error = ProviderError::new(class, code, nameless(message));
    error.status = Some(reply.status.as_u16());
    error.request_id = request_id(&reply.headers);
    let may_wait = matches!(class, ErrorClass::RateLimited) || reply.status.is_server_error();
    error.retry_after = may_wait.then(|| retry_after(&reply.headers)).flatten();
    error
}

/// `reasons` is `None` when the body is not the provider's own: a gateway spoke, not the API.
fn verdict(status: StatusCode, reasons: Option<&[ErrorReason]>, effect: Effect) -> (ErrorClass, &'static str) {
    let says = |part: &str| reasons.unwrap_or_default().iter().any(|it| it.reason.to_ascii_lowercase().contains(part));
    match status.as_u16() {
        // A token without the scope is answered 401 as well, with these words.
        401 if says("not authorized") => (ErrorClass::Credentials, code::FORBIDDEN),
        401 => (ErrorClass::Credentials, code::UNAUTHENTICATED),
        403 => (ErrorClass::Credentials, code::FORBIDDEN),
        429 => (ErrorClass::RateLimited, code::RATE_LIMITED),
        408 | 504 => (effect.when_unclear(), code::TIMEOUT),
        500..=599 => (effect.when_unclear(), code::UNAVAILABLE),
        // A gateway's 404 must not read as "the server no longer exists".
        400..=499 if reasons.is_none() => (ErrorClass::Transient, code::BAD_ANSWER),
        404 => (ErrorClass::Permanent, code::NOT_FOUND),
        409 | 423 => (ErrorClass::Busy, code::BUSY),
        400..=499 if says("label must be unique") => (ErrorClass::Permanent, code::LABEL_TAKEN),
        400..=499 if says("busy") => (ErrorClass::Busy, code::BUSY),
        400..=499 => (ErrorClass::Permanent, code::VALIDATION),
        _ => (ErrorClass::Permanent, code::BAD_ANSWER),
    }
}

fn words(reasons: &[ErrorReason]) -> String {
    let mut parts: Vec<String> = Vec::with_capacity(MAX_REASONS);
    for it in reasons.iter().take(MAX_REASONS) {
        parts.push(match &it.field {
            Some(field) if !field.is_empty() => format!("{field}: {}", it.reason),
            _ => it.reason.clone(),
        });
    }
    parts.join("; ")
}

/// The same text without the supplier's name and without control characters, cut to a length.
pub(super) fn nameless(text: &str) -> String {
    const NAMES: [(&str, &str); 3] = [("linodes", "servers"), ("linode", "server"), ("akamai", "provider")];
    let clean = |ch: char| if ch.is_control() { ' ' } else { ch };
    let text: String = text.chars().take(MAX_MESSAGE_CHARS).map(clean).collect();
    NAMES.iter().fold(text, |text, (name, ours)| replaced(&text, name, ours))
}

/// `name` is ASCII in lower case; the search does not mind the case of the text.
fn replaced(text: &str, name: &str, ours: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in lower.match_indices(name) {
        result.push_str(&text[from..at]);
        let capital = text[at..].starts_with(|ch: char| ch.is_ascii_uppercase());
        let (first, rest) = ours.split_at(1);
        if capital {
            result.push_str(&first.to_ascii_uppercase());
        } else {
            result.push_str(first);
        }
        result.push_str(rest);
        from = at + name.len();
    }
    result.push_str(&text[from..]);
    result
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            cut_short: false,
        }
    }

    fn because(reason: &str) -> String {
        serde_json::json!({ "errors": [{ "reason": reason }] }).to_string()
    }

    #[test]
    fn each_status_has_its_class_and_code() {
        use ErrorClass::{Busy, Credentials, Permanent, RateLimited, Transient, Unknown};
        let html = "<html><h1>502 Bad Gateway</h1></html>".to_owned();
        let once = Effect::Once;
        let again = Effect::Repeatable;
        for (status, body, effect, class, code) in [
            (401, because("Invalid Token"), again, Credentials, code::UNAUTHENTICATED),
            (
                401,
                because("Your OAuth token is not authorized to use this endpoint."),
                again,
                Credentials,
                code::FORBIDDEN,
            ),
            (403, because("Unauthorized"), again, Credentials, code::FORBIDDEN),
            (404, because("Not found"), again, Permanent, code::NOT_FOUND),
            (404, html.clone(), again, Transient, code::BAD_ANSWER),
            (400, because("Label must be unique"), once, Permanent, code::LABEL_TAKEN),
            (400, because("Linode busy."), again, Busy, code::BUSY),
            (409, because("Conflict"), again, Busy, code::BUSY),
            (400, because("region is not valid"), once, Permanent, code::VALIDATION),
            (400, html.clone(), once, Transient, code::BAD_ANSWER),
            (429, because("Too many requests"), once, RateLimited, code::RATE_LIMITED),
            (502, html.clone(), again, Transient, code::UNAVAILABLE),
            (502, html.clone(), once, Unknown, code::UNAVAILABLE),
            (504, html.clone(), once, Unknown, code::TIMEOUT),
            (408, String::new(), once, Unknown, code::TIMEOUT),
            (302, html, once, Permanent, code::BAD_ANSWER),
        ] {
            let error = refusal(&reply(status, &body), effect);
            assert_eq!((error.class, error.code.as_str()), (class, code), "{status} {body}");
            assert!(!error.message.contains('<'), "{}", error.message);
        }
    }

    #[test]
    fn the_supplier_is_not_named() {
        let error = refusal(
            &reply(400, &because("LINODE busy. Ask Linode or Akamai, about your linodes\u{fc}\n")),
            Effect::Once,
        );
        assert_eq!(error.message, "Server busy. Ask Server or Provider, about your servers\u{fc} ");
    }

    #[test]
    fn the_field_at_fault_is_kept() {
        let body = r#"{"errors":[{"reason":"x"},{"field":"root_pass","reason":"too weak"}]}"#;
        let error = refusal(&reply(400, body), Effect::Once);
        assert_eq!(error.field.as_deref(), Some("root_pass"));
        assert_eq!(error.message, "x; root_pass: too weak");
    }
}
