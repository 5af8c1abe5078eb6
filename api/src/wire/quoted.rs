//! Answers of operations that say what they would cost, when they are asked with `dry_run`. Where the change answers
//! 200 itself, both stand under it, and the question says which of them comes.

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
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
        if STATUS == 200 {
            return one_of_two(&T::schema_ref(), &Q::schema_ref());
        }
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

/// What was done or what it would cost, under 200.
fn one_of_two(did: &MetaSchemaRef, would: &MetaSchemaRef) -> MetaResponses {
    let either = MetaSchema { any_of: vec![did.clone(), would.clone()], ..MetaSchema::ANY };
    let schema = MetaSchemaRef::Inline(Box::new(either));
    MetaResponses {
        responses: vec![MetaResponse {
            description: "Success; or what it would write and mean, for `dry_run`, and nothing was done.",
            status: Some(200),
            status_range: None,
            content: vec![MetaMediaType { content_type: "application/json", schema }],
            headers: vec![],
        }],
    }
}
