//! What really is, for tests to compare with what the answers said.

use serde::{Deserialize, Serialize};

/// The whole truth about the cloud.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Truth {
    /// Every machine ever made since the last reset, the deleted ones too, by id.
    pub instances: Vec<TruthInstance>,
    /// The last 1000 requests, oldest first.
    pub requests: Vec<TruthRequest>,
    /// How many machines were made.
    pub creates: u64,
    /// How many deletions were accepted.
    pub deletes: u64,
}

/// One machine as it really is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TruthInstance {
    /// Number the cloud gave.
    pub id: u64,
    /// Name, unique among the machines that exist.
    pub label: String,
    /// Status as the API words it; `deleted` once gone.
    pub status: String,
    /// Tags.
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
    /// Whether it is gone: a GET answers 404.
    pub deleted: bool,
    /// SHA-256 of the root password in hexadecimal; the password itself is not kept.
    pub root_pass_sha256: Option<String>,
    /// The keys that were installed.
    pub authorized_keys: Vec<String>,
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
    /// Status of the answer, also of an answer that was lost.
    pub status: u16,
    /// Whether the answer was withheld and the connection cut.
    pub lost: bool,
    /// What X-Request-Id said.
    pub request_id: String,
    /// RFC 3339.
    pub at: String,
}
