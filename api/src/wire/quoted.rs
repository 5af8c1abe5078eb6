//! Answers of operations that say what they would cost, when they are asked with `dry_run`.

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ToJSON, Type};

use super::Answer;

/// What was done, under its status; or what it would cost, under 200.
#[derive(Debug)]
pub enum Quoted<T, Q, const STATUS: u16> {
    /// It was done.
    Did(Answer<T, STATUS>),
    /// Nothing was done.
    Would(Answer<Q, 200>),
}

impl<T: ToJSON + Send, Q: ToJSON + Send, const STATUS: u16> IntoResponse for Quoted<T, Q, STATUS> {
    fn into_response(self) -> Response {
        match self {
            Self::Did(answer) => answer.into_response(),
            Self::Would(answer) => answer.into_response(),
        }
    }
}

impl<T: ToJSON + Type + Send, Q: ToJSON + Type + Send, const STATUS: u16> ApiResponse for Quoted<T, Q, STATUS> {
    fn meta() -> MetaResponses {
        let mut would = Answer::<Q, 200>::meta();
        for response in &mut would.responses {
            response.description = "What it would write and mean, for `dry_run`; nothing was done.";
        }
        would.responses.extend(Answer::<T, STATUS>::meta().responses);
        would
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        Q::register(registry);
    }
}
