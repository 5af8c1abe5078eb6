//! What a refusal means: from a status and a body to a [`ProviderError`].

use serde_json::from_slice;

use super::wire::Problem;
use crate::error::{ErrorClass, ProviderError, code};
use crate::http::{Effect, Reply, retry_after};

const MAX_MESSAGE_CHARS: usize = 500;
const MAX_FIELD_CHARS: usize = 80;
const MAX_ID_CHARS: usize = 128;

/// The first issue that a refusal names, where it is the API's own.
pub(super) fn issue(reply: &Reply) -> Option<String> {
    let problem: Problem = from_slice(&reply.body).ok()?;
    problem.details.into_iter().find_map(|detail| detail.issue)
}

/// The error behind an answer that is not a success.
pub(super) fn refusal(reply: &Reply, effect: Effect) -> ProviderError {
    let problem: Option<Problem> = from_slice(&reply.body).ok();
    let (class, code) = match reply.status.as_u16() {
        401 => (ErrorClass::Credentials, code::UNAUTHENTICATED),
        403 => (ErrorClass::Credentials, code::FORBIDDEN),
        404 => (ErrorClass::Permanent, code::NOT_FOUND),
        // Of a request in progress with the same id: the same again later.
        409 => (ErrorClass::Busy, code::BUSY),
        429 => (ErrorClass::RateLimited, code::RATE_LIMITED),
        408 | 500.. => (effect.when_unclear(), code::UNAVAILABLE),
        // A gateway speaks, not the API: nothing is known of the request.
        _ if problem.is_none() => (effect.when_unclear(), code::BAD_ANSWER),
        _ => (ErrorClass::Permanent, code::VALIDATION),
    };
    let problem = problem.unwrap_or_default();
    let detail = problem.details.into_iter().next();
    let field = detail.as_ref().and_then(|detail| detail.field.clone());
    let (word, words) = match detail {
        Some(detail) => (detail.issue, detail.description),
        None => (problem.name.or(problem.error), problem.message.or(problem.error_description)),
    };
    let message = match (word, words) {
        (Some(word), Some(words)) => format!("{word}: {words}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => format!("status {} without a reason", reply.status.as_u16()),
    };
    let mut error = about(reply, class, code, &message);
    error.field = field.map(|field| field.chars().take(MAX_FIELD_CHARS).collect());
    error
}

/// The error behind a success whose body is not what the document promises.
pub(super) fn undecodable(reply: &Reply, effect: Effect, detail: &str) -> ProviderError {
    about(reply, effect.when_unclear(), code::BAD_ANSWER, &format!("an answer that cannot be understood: {detail}"))
}

fn about(reply: &Reply, class: ErrorClass, code: &str, message: &str) -> ProviderError {
    let mut error = ProviderError::new(class, code, nameless(message));
    error.status = Some(reply.status.as_u16());
    error.request_id = debug_id(reply);
    let may_wait = matches!(class, ErrorClass::RateLimited) || reply.status.is_server_error();
    error.retry_after = may_wait.then(|| retry_after(&reply.headers)).flatten();
    error
}

/// PayPal's own id of an exchange.
pub(super) fn debug_id(reply: &Reply) -> Option<String> {
    let text = reply.headers.get("paypal-debug-id")?.to_str().ok()?;
    Some(text.chars().take(MAX_ID_CHARS).collect())
}

/// The words without the supplier's name.
fn nameless(message: &str) -> String {
    let words = message.replace("PayPal", "the provider").replace("paypal", "the-provider");
    words.chars().filter(|character| !character.is_control()).take(MAX_MESSAGE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        let status = StatusCode::from_u16(status).unwrap();
        Reply { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec(), cut_short: false }
    }

    #[test]
    fn a_status_has_one_meaning() {
        let body = r#"{"name":"X","message":"PayPal says no","details":[{"issue":"A_B","description":"No."}]}"#;
        for (status, class) in [
            (401, ErrorClass::Credentials),
            (403, ErrorClass::Credentials),
            (404, ErrorClass::Permanent),
            (409, ErrorClass::Busy),
            (422, ErrorClass::Permanent),
            (400, ErrorClass::Permanent),
            (429, ErrorClass::RateLimited),
            (500, ErrorClass::Unknown),
            (503, ErrorClass::Unknown),
        ] {
            let error = refusal(&reply(status, body), Effect::Once);
            assert_eq!((error.class, error.message.as_str()), (class, "A_B: No."), "{status}");
        }
        assert_eq!(refusal(&reply(500, body), Effect::Repeatable).class, ErrorClass::Transient);
    }

    #[test]
    fn a_page_of_a_gateway_proves_nothing() {
        for status in [400, 403, 422, 502] {
            let error = refusal(&reply(status, "<html>PayPal</html>"), Effect::Once);
            let known = status == 403;
            assert_eq!(error.class, if known { ErrorClass::Credentials } else { ErrorClass::Unknown }, "{status}");
            assert!(!error.message.contains("PayPal") && !error.message.contains('<'), "{}", error.message);
        }
    }
}
