//! Successful answers: a status that the type states, a JSON body, and headers.

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};

use crate::problem::{Common, Refused};

/// A JSON body under one status.
#[derive(Debug)]
pub struct Answer<T, const STATUS: u16> {
    body: T,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// 200 with a body, or a problem; `P` names those that are the operation's own.
pub type Done<T, P = Common> = Result<Answer<T, 200>, Refused<P>>;
/// 201 with a body, or a problem.
pub type Created<T, P = Common> = Result<Answer<T, 201>, Refused<P>>;
/// 202 with a body, or a problem.
pub type Accepted<T, P = Common> = Result<Answer<T, 202>, Refused<P>>;
/// 204, or a problem.
pub type Gone<P = Common> = Result<NoContent, Refused<P>>;

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// The answer with this body.
    pub fn new(body: T) -> Self {
        Self { body, headers: Vec::new() }
    }

    /// The same with another body.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U, STATUS> {
        Answer { body: change(self.body), headers: self.headers }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with a `Location`, the address of the job.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        match HeaderValue::from_str(path) {
            Ok(value) => self.with(header::LOCATION, value),
            Err(_) => self,
        }
    }
}

impl<T: ToJSON + Send, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or_default();
        let mut response =
            Response::builder().status(status).content_type("application/json").body(self.body.to_json_string());
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

impl<T: ToJSON + Type + Send, const STATUS: u16> ApiResponse for Answer<T, STATUS> {
    fn meta() -> MetaResponses {
        let (description, headers) = match STATUS {
            201 => ("It was created.", vec![]),
            202 => ("It was accepted; the job in the response does the rest.", vec![location()]),
            _ => ("Success.", vec![]),
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description,
                status: Some(STATUS),
                status_range: None,
                content: vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }],
                headers,
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

fn location() -> MetaHeader {
    address("The address of the job.", 200)
}

fn address(description: &str, length: usize) -> MetaHeader {
    let MetaSchemaRef::Inline(mut schema) = String::schema_ref() else { unreachable!("a plain string is inline") };
    schema.max_length = Some(length);
    MetaHeader {
        name: "Location".to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(schema),
    }
}

/// 303: a browser continues to another page.
#[derive(Debug)]
pub struct See {
    to: HeaderValue,
    cookies: Vec<HeaderValue>,
}

impl See {
    /// To this address of the panel.
    #[must_use]
    pub fn other(path: &str) -> Self {
        let to = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
        Self { to, cookies: Vec::new() }
    }

    /// The same with a cookie.
    #[must_use]
    pub fn with(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for See {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(StatusCode::SEE_OTHER).finish();
        response.headers_mut().insert(header::LOCATION, self.to);
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl ApiResponse for See {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The browser continues to a page of the panel.",
                status: Some(303),
                status_range: None,
                content: vec![],
                headers: vec![address("The page, with what came of it in a word.", 2000)],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

/// 204: success without a body.
#[derive(Debug, Default)]
pub struct NoContent {
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl NoContent {
    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

impl ApiResponse for NoContent {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Success, without a body.",
                status: Some(204),
                status_range: None,
                content: vec![],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}
