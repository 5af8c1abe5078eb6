//! Any error of a handler or of the framework as an answer.

use poem::Response;
use poem::http::StatusCode;
use poem_openapi::error::{ParseParamError, ParsePathError};

use super::asked::Asked;
use crate::problem::{Failure, Problem};

/// The answer to a request that failed. Internal errors are logged with their cause, and shown
/// without it.
pub fn answer(error: poem::Error, request_id: &str, asked: &Asked) -> Response {
    if let Some(Failure(error)) = error.downcast_ref::<Failure>() {
        if let Some(cause) = &error.cause {
            tracing::error!(code = error.code, cause = %cause, "a request failed");
        }
        return Problem::from(error).response(request_id);
    }
    if error.is_from_response() {
        return error.into_response();
    }
    framework(&error, asked).response(request_id)
}

fn framework(error: &poem::Error, asked: &Asked) -> Problem {
    if error.is::<ParsePathError>() {
        return Problem::not_found();
    }
    if let Some(ParseParamError { name, .. }) = error.downcast_ref() {
        return Problem::invalid(asked.faults(name));
    }
    match error.status() {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem {
            allow: asked.allow(),
            ..Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address does not support that method.",
            )
        },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send the body as application/json.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "The body is too large. Send at most 64 KiB.",
        ),
        StatusCode::UNAUTHORIZED => Problem::from(&domain::Error::unauthenticated()),
        status if status.is_client_error() => Problem::invalid(Vec::new()),
        _ => {
            tracing::error!(cause = %error, "a request failed");
            Problem::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::Request;
    use serde_json::{Value, json};

    fn asked(uri: &str) -> Asked {
        Asked::of(&Request::builder().uri_str(uri).finish())
    }

    async fn body(response: Response) -> Value {
        serde_json::from_slice(&response.into_body().into_vec().await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn causes_stay_in_the_log() {
        let error = poem::Error::from(Failure(domain::Error::internal("relation \"vps\" does not exist")));
        let response = answer(error, "r2", &asked("/api/vps"));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body(response).await.to_string().contains("relation"));
        let error = poem::Error::from_string("secret of the framework", StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body(answer(error, "r3", &asked("/api/vps"))).await.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn the_frameworks_errors_are_problems_too() {
        let error = ParsePathError { name: "param0", reason: "no".into() };
        assert_eq!(answer(error.into(), "r", &asked("/api/vps/x")).status(), StatusCode::NOT_FOUND);
        let error = ParseParamError { name: "limit", reason: "a secret".into() };
        let problem = body(answer(error.into(), "r", &asked("/api/vps?limit=101"))).await;
        assert_eq!(problem["errors"], json!([{ "pointer": "/limit", "detail": "must be at most 100" }]));
        let response = answer(poem::error::MethodNotAllowedError.into(), "r", &asked("/api/vps"));
        assert_eq!(response.header("allow"), Some("GET, HEAD, POST"));
        assert_eq!(body(response).await["code"], "method_not_allowed");
    }
}
