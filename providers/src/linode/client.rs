//! Requests to the provider: addresses, headers, pages, and answers decoded.
//!
//! Invariant: a list is whole or an error. Half a list would read as "the others are gone".

use std::{collections::HashSet, time::Instant};

use reqwest::{
    Client, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    fault::{refusal, undecodable},
    wire::{Listed, Page},
};
use crate::{
    cloud::Answer,
    error::{ErrorClass, ProviderError, code},
    http::{self, Effect, Reply, request_id},
};

/// The largest page the document allows.
const PAGE_SIZE: u32 = 500;
/// 100 000 things are more than any account has.
const MAX_PAGES: u64 = 200;
/// How often a list is begun again because it changed between two of its pages.
const MAX_LIST_ATTEMPTS: u32 = 3;
static X_FILTER: HeaderName = HeaderName::from_static("x-filter");

/// One request, before the address and the token are added.
pub(super) struct Call<'a> {
    pub method: Method,
    /// Path segments after the endpoint; each is encoded.
    pub path: &'a [&'a str],
    pub query: Vec<(&'static str, String)>,
    pub filter: Option<HeaderValue>,
    pub body: Option<Vec<u8>>,
    pub effect: Effect,
}

impl<'a> Call<'a> {
    pub(super) fn get(path: &'a [&'a str]) -> Self {
        Self { method: Method::GET, path, query: Vec::new(), filter: None, body: None, effect: Effect::Repeatable }
    }
}

/// One provider account.
pub(super) struct LinodeClient {
    http: Client,
    endpoint: Url,
    authorization: HeaderValue,
}

impl LinodeClient {
    pub(super) fn new(endpoint: &Url, token: &SecretString) -> Result<Self, ProviderError> {
        http::check_endpoint(endpoint)?;
        Ok(Self { authorization: http::bearer(token)?, http: http::client(endpoint)?, endpoint: endpoint.clone() })
    }

    /// Sends a request; any status outside 2xx is an error.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Reply, ProviderError> {
        let effect = call.effect;
        let started = Instant::now();
        let (method, path) = (call.method.clone(), call.path.join("/"));
        let result = http::exchange(&self.http, self.request(call)?, effect).await;
        let result =
            result.and_then(|reply| if reply.status.is_success() { Ok(reply) } else { Err(refusal(&reply, effect)) });
        let (status, id, code) = match &result {
            Ok(reply) => (Some(reply.status.as_u16()), request_id(&reply.headers), None),
            Err(error) => (error.status, error.request_id.clone(), Some(&error.code)),
        };
        let elapsed_ms = started.elapsed().as_millis();
        tracing::debug!(%method, path, status, request_id = id, code, elapsed_ms, "cloud call");
        result
    }

    /// Sends a request and decodes the body of its answer.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<Answer<T>, ProviderError> {
        let effect = call.effect;
        let reply = self.send(call).await?;
        decode(&reply, effect)
    }

    /// All pages of a list, begun again when it changed meanwhile.
    pub(super) async fn list<T: DeserializeOwned + Listed>(
        &self,
        path: &[&str],
        filter: Option<&HeaderValue>,
    ) -> Result<Answer<Vec<T>>, ProviderError> {
        for _ in 0..MAX_LIST_ATTEMPTS {
            if let Some(answer) = self.list_once(path, filter).await? {
                return Ok(answer);
            }
        }
        Err(ProviderError::new(ErrorClass::Transient, code::BAD_ANSWER, "the list kept changing while it was read"))
    }

    /// `None` when things moved between the pages, so that some may have been missed.
    async fn list_once<T: DeserializeOwned + Listed>(
        &self,
        path: &[&str],
        filter: Option<&HeaderValue>,
    ) -> Result<Option<Answer<Vec<T>>>, ProviderError> {
        let (mut items, mut seen) = (Vec::new(), HashSet::new());
        let mut total = None;
        for number in 1..=MAX_PAGES {
            let mut call = Call::get(path);
            call.query = vec![("page", number.to_string()), ("page_size", PAGE_SIZE.to_string())];
            call.filter = filter.cloned();
            let page: Answer<Page<T>> = self.fetch(call).await?;
            if *total.get_or_insert(page.value.results) != page.value.results {
                return Ok(None);
            }
            items.extend(page.value.data.into_iter().filter(|it| seen.insert(it.id())));
            if number >= page.value.pages {
                let whole = number == 1 || items.len() as u64 == page.value.results;
                return Ok(whole.then_some(Answer { value: items, request_id: page.request_id }));
            }
        }
        Err(ProviderError::new(
            ErrorClass::Permanent,
            code::BAD_ANSWER,
            format!("the list has more than {MAX_PAGES} pages"),
        ))
    }

    fn request(&self, call: Call<'_>) -> Result<Request, ProviderError> {
        let mut url = self.endpoint.clone();
        url.path_segments_mut()
            .map_err(|()| ProviderError::invalid("endpoint", "it cannot have a path"))?
            .pop_if_empty()
            .extend(call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let mut request = Request::new(call.method, url);
        let headers: &mut HeaderMap = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(filter) = call.filter {
            headers.insert(X_FILTER.clone(), filter);
        }
        if let Some(body) = call.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}

/// The value in a successful answer.
pub(super) fn decode<T: DeserializeOwned>(reply: &Reply, effect: Effect) -> Result<Answer<T>, ProviderError> {
    if reply.cut_short {
        return Err(undecodable(reply, effect, "it is too long"));
    }
    // The decoder's own words could repeat a value from the body: only the place is told.
    let value = serde_json::from_slice(&reply.body).map_err(|error| {
        let (length, line, column) = (reply.body.len(), error.line(), error.column());
        let detail = format!("{length} bytes, wrong at line {line} column {column}");
        undecodable(reply, effect, &detail)
    })?;
    Ok(Answer { value, request_id: request_id(&reply.headers) })
}

/// An `X-Filter` header that asks for one value of one field.
pub(super) fn filter(field: &str, value: &str) -> Result<HeaderValue, ProviderError> {
    const MAX_VALUE_CHARS: usize = 128;
    let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if value.is_empty() || value.len() > MAX_VALUE_CHARS || !printable {
        let message = "it must be 1 to 128 printable ASCII characters";
        return Err(ProviderError::invalid(field, message));
    }
    let json = serde_json::json!({ field: value }).to_string();
    HeaderValue::from_str(&json).map_err(|_| ProviderError::invalid(field, "it cannot be put into a header"))
}
