//! What really exists, for tests to compare with what the answers said.

use serde::{Deserialize, Serialize};

use super::limits::LimitClass;

/// The whole truth about the cloud.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Truth {
    /// Every machine ever made since the last reset, the deleted ones too, by id.
    pub instances: Vec<TruthInstance>,
    /// The last 1000 requests, oldest first.
    pub requests: Vec<TruthRequest>,
    /// How many machines were ordered through the API.
    pub creates: u64,
    /// How many deletions were accepted by the API.
    pub deletes: u64,
    /// Counts of requests since the last start or reset.
    #[serde(default)]
    pub traffic: Traffic,
}

/// Counts of the requests that reached the cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Requests by method and route, in order of both.
    pub routes: Vec<TrafficRoute>,
    /// Answers 429 in all, those of the fault `rate_limited` too.
    pub rate_limited: u64,
    /// Requests in progress now.
    pub concurrent: u64,
    /// The most requests that were in progress at once.
    pub max_concurrent: u64,
    /// Connections accepted.
    pub connections: u64,
}

impl Traffic {
    /// How many requests there were of this method and route.
    #[must_use]
    pub fn requests(&self, method: &str, route: &str) -> u64 {
        self.routes.iter().find(|it| it.method == method && it.route == route).map_or(0, |it| it.requests)
    }
}

/// Counts of the requests to one method of one route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficRoute {
    /// HTTP method.
    pub method: String,
    /// Path below `/v4`, with `{id}` in the place of ids; `other` for unknown paths.
    pub route: String,
    /// The class that rate limits count it in.
    pub class: LimitClass,
    /// Requests, also those that were refused or lost.
    pub requests: u64,
    /// Those of them that were answered 429.
    pub rate_limited: u64,
}

/// One machine as it really is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TruthInstance {
    /// The cloud's id for it.
    pub id: u64,
    /// Name, unique among the machines that exist.
    pub label: String,
    /// Status as the API words it; `deleted` once it was deleted.
    pub status: String,
    /// Its tags, in the order of the request.
    pub tags: Vec<String>,
    /// Id of the type.
    #[serde(rename = "type")]
    pub type_id: String,
    /// Id of the region.
    pub region: String,
    /// Id of the image, if made from one.
    pub image: Option<String>,
    /// First public IPv4 address.
    pub ipv4: String,
    /// RFC 3339.
    pub created: String,
    /// Whether it was deleted: a GET answers 404.
    pub deleted: bool,
    /// SHA-256 of the root password in hexadecimal; the password itself is not kept.
    pub root_pass_sha256: Option<String>,
    /// The keys that were installed.
    pub authorized_keys: Vec<String>,
    /// Whether it was put there by the control server, and never ordered through the API.
    #[serde(default)]
    pub stray: bool,
}

/// One request that reached the cloud.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TruthRequest {
    /// HTTP method.
    pub method: String,
    /// Path without the query, with `/v4`.
    pub path: String,
    /// Query, without the question mark.
    pub query: Option<String>,
    /// The X-Filter header.
    pub filter: Option<String>,
    /// Status of the answer, also of an answer that was lost; 0 where none was made.
    pub status: u16,
    /// Whether the caller got no answer.
    pub lost: bool,
    /// What X-Request-Id said.
    pub request_id: String,
    /// RFC 3339.
    pub at: String,
}
