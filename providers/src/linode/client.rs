//! Requests to the provider: addresses, headers, pages, and answers decoded.
//!
//! Invariant: a list is whole or an error. Half a list would read as "the others no longer exist".

use std::{collections::HashSet, sync::Arc, time::Instant};

use reqwest::{
    Client, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;
use url::Url;

use super::{
    fault::{refusal, undecodable},
    wire::{Listed, Page},
};
use crate::{
    cloud::Answered,
    error::{ErrorClass, ProviderError, code},
    http::{self, Effect, Reply, request_id},
    meter::{CallClass, Meter, Pending},
};

/// The largest page the document allows.
const PAGE_SIZE: u32 = 500;
/// 100 000 entries are more than any cloud has.
const MAX_PAGES: u64 = 200;
/// How often a list is read again because it changed between two of its pages.
const MAX_LIST_ATTEMPTS: u32 = 3;
static X_FILTER: HeaderName = HeaderName::from_static("x-filter");

/// One request, before the address and the token are added.
pub(super) struct Draft<'a> {
    pub method: Method,
    /// Path segments after the endpoint; each is encoded.
    pub path: &'a [&'a str],
    pub query: Vec<(&'static str, String)>,
    pub filter: Option<HeaderValue>,
    pub body: Option<Vec<u8>>,
    pub effect: Effect,
    /// Decides whose budget it is taken from.
    pub class: CallClass,
}

impl<'a> Draft<'a> {
    pub(super) fn get(path: &'a [&'a str]) -> Self {
        Self {
            method: Method::GET,
            path,
            query: Vec::new(),
            filter: None,
            body: None,
            effect: Effect::Repeatable,
            class: CallClass::Read,
        }
    }
}

/// A client with the token of one cloud.
pub(super) struct LinodeClient {
    http: Client,
    endpoint: Url,
    authorization: HeaderValue,
    meter: Option<Arc<dyn Meter>>,
}

impl LinodeClient {
    pub(super) fn new(
        http: Client,
        endpoint: &Url,
        token: &SecretString,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<Self, ProviderError> {
        Ok(Self { authorization: http::bearer(token)?, http, endpoint: endpoint.clone(), meter })
    }

    /// Sends a request; any status outside 2xx is an error.
    pub(super) async fn send(&self, draft: Draft<'_>) -> Result<Reply, ProviderError> {
        self.perform(draft, Ok).await
    }

    /// Sends a request and decodes the body of its answer.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, draft: Draft<'_>) -> Result<Answered<T>, ProviderError> {
        let effect = draft.effect;
        self.perform(draft, |reply| decode(&reply, effect)).await
    }

    /// One exchange: allowed by the meter, made inside its span, and reported to the meter once,
    /// whether it succeeds, fails, cannot be read, or is given up.
    async fn perform<T>(
        &self,
        draft: Draft<'_>,
        read: impl FnOnce(Reply) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let (effect, class) = (draft.effect, draft.class);
        let request = self.request(draft)?;
        if let Some(meter) = &self.meter {
            meter.before(class).await?;
        }
        let span = tracing::info_span!(
            "provider.call",
            "http.request.method" = %request.method(),
            "url.path" = request.url().path(),
            "http.response.status_code" = tracing::field::Empty,
            "provider.request_id" = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
            "otel.kind" = "client",
        );
        let mut pending = Pending::begin(self.meter.clone(), class, &request, Instant::now(), span.clone());
        let exchange = async {
            let reply = http::exchange(&self.http, request, effect).await?;
            pending.answered(&reply.headers);
            let (status, id) = (reply.status.as_u16(), request_id(&reply.headers));
            let value = if reply.status.is_success() { read(reply) } else { Err(refusal(&reply, effect)) }?;
            Ok((value, status, id))
        };
        match exchange.instrument(span).await {
            Ok((value, status, id)) => {
                pending.succeeded(status, id);
                Ok(value)
            }
            Err(error) => {
                pending.failed(&error);
                Err(error)
            }
        }
    }

    /// All pages of a list, read again when it changed meanwhile.
    pub(super) async fn list<T: DeserializeOwned + Listed>(
        &self,
        path: &[&str],
        class: CallClass,
        filter: Option<&HeaderValue>,
    ) -> Result<Answered<Vec<T>>, ProviderError> {
        for _ in 0..MAX_LIST_ATTEMPTS {
            if let Some(answer) = self.list_once(path, class, filter).await? {
                return Ok(answer);
            }
        }
        Err(ProviderError::new(ErrorClass::Transient, code::BAD_ANSWER, "the list kept changing while it was read"))
    }

    /// `None` when things moved between the pages, so that some may have been missed.
    async fn list_once<T: DeserializeOwned + Listed>(
        &self,
        path: &[&str],
        class: CallClass,
        filter: Option<&HeaderValue>,
    ) -> Result<Option<Answered<Vec<T>>>, ProviderError> {
        let (mut items, mut seen) = (Vec::new(), HashSet::new());
        let mut total = None;
        for number in 1..=MAX_PAGES {
            let query = vec![("page", number.to_string()), ("page_size", PAGE_SIZE.to_string())];
            let draft = Draft { query, filter: filter.cloned(), class, ..Draft::get(path) };
            let page: Answered<Page<T>> = self.fetch(draft).await?;
            if *total.get_or_insert(page.value.results) != page.value.results {
                return Ok(None);
            }
            items.extend(page.value.data.into_iter().filter(|it| seen.insert(it.id())));
            if number >= page.value.pages {
                let whole = number == 1 || items.len() as u64 == page.value.results;
                return Ok(whole.then_some(Answered { value: items, request_id: page.request_id }));
            }
        }
        Err(ProviderError::new(
            ErrorClass::Permanent,
            code::BAD_ANSWER,
            format!("the list has more than {MAX_PAGES} pages"),
        ))
    }

    fn request(&self, draft: Draft<'_>) -> Result<Request, ProviderError> {
        let mut url = self.endpoint.clone();
        url.path_segments_mut()
            .map_err(|()| ProviderError::invalid("endpoint", "it cannot have a path"))?
            .pop_if_empty()
            .extend(draft.path);
        if !draft.query.is_empty() {
            url.query_pairs_mut().extend_pairs(draft.query);
        }
        let mut request = Request::new(draft.method, url);
        let headers: &mut HeaderMap = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(filter) = draft.filter {
            headers.insert(X_FILTER.clone(), filter);
        }
        if let Some(body) = draft.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}

/// The value in a successful answer.
pub(super) fn decode<T: DeserializeOwned>(reply: &Reply, effect: Effect) -> Result<Answered<T>, ProviderError> {
    if reply.cut_short {
        return Err(undecodable(reply, effect, "it is too long"));
    }
    // The decoder's own words could repeat a value from the body: only the place is reported.
    let value = serde_json::from_slice(&reply.body).map_err(|error| {
        let (length, line, column) = (reply.body.len(), error.line(), error.column());
        let detail = format!("{length} bytes, wrong at line {line} column {column}");
        undecodable(reply, effect, &detail)
    })?;
    Ok(Answered { value, request_id: request_id(&reply.headers) })
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
