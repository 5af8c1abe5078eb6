//! The provider's JSON, as far as we read or write it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub pages: u64,
    #[serde(default)]
    pub results: u64,
}

/// Something in a list, known by its id.
pub(super) trait Listed {
    fn id(&self) -> String;
}

/// Whose token it is: of `/account` and of `/profile` alike.
#[derive(Deserialize)]
pub(super) struct Account {
    pub email: Option<String>,
    /// Of `/account` alone.
    pub euuid: Option<String>,
    /// Of `/profile` alone.
    pub username: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Type {
    pub id: String,
    pub label: Option<String>,
    pub class: Option<String>,
    pub vcpus: i64,
    /// In MB.
    pub memory: i64,
    /// In MB.
    pub disk: i64,
    /// In GB, although the document says MB.
    #[serde(default)]
    pub transfer: i64,
    pub price: Option<Price>,
    /// Where it costs something else.
    pub region_prices: Option<Vec<RegionPrice>>,
}

/// The price of a type in one region.
#[derive(Deserialize)]
pub(super) struct RegionPrice {
    /// The region's.
    pub id: String,
    pub hourly: Option<Box<RawValue>>,
    pub monthly: Option<Box<RawValue>>,
}

/// Whether a region has a type to give. Newer than the document of 4.151; from answers recorded in August 2026.
#[derive(Deserialize)]
pub(super) struct Availability {
    pub region: String,
    pub plan: String,
    pub available: bool,
}

/// Kept as text: a price must not pass through a float.
#[derive(Deserialize)]
pub(super) struct Price {
    pub hourly: Option<Box<RawValue>>,
    pub monthly: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
pub(super) struct Region {
    pub id: String,
    pub label: Option<String>,
    pub country: Option<String>,
    pub status: Option<String>,
    pub capabilities: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Image {
    pub id: String,
    pub label: Option<String>,
    pub vendor: Option<String>,
    pub deprecated: Option<bool>,
    pub is_public: Option<bool>,
    pub status: Option<String>,
    /// In MB.
    pub size: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Instance {
    pub id: u64,
    pub label: Option<String>,
    pub status: String,
    pub tags: Option<Vec<String>>,
    #[serde(rename = "type")]
    pub type_id: Option<String>,
    pub region: Option<String>,
    pub image: Option<String>,
    pub ipv4: Option<Vec<String>>,
    pub ipv6: Option<String>,
    pub created: Option<String>,
}

/// An order. It holds the root password: never print it.
#[derive(Serialize)]
pub(super) struct Create<'a> {
    pub label: &'a str,
    #[serde(rename = "type")]
    pub type_id: &'a str,
    pub region: &'a str,
    pub image: &'a str,
    pub root_pass: &'a str,
    pub authorized_keys: &'a [String],
    pub tags: &'a [String],
    pub booted: bool,
}

/// New tags of an instance: they replace all that it has.
#[derive(Serialize)]
pub(super) struct Tags<'a> {
    pub tags: &'a [String],
}

/// The body of every refusal.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub errors: Vec<ErrorReason>,
}

#[derive(Deserialize)]
pub(super) struct ErrorReason {
    pub field: Option<String>,
    #[serde(default)]
    pub reason: String,
}

impl Listed for Type {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Listed for Availability {
    fn id(&self) -> String {
        format!("{} {}", self.region, self.plan)
    }
}

impl Listed for Region {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Listed for Image {
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// Something that was done to a thing.
#[derive(Deserialize)]
pub(super) struct Event {
    pub id: u64,
    pub status: Option<String>,
}

impl Listed for Event {
    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Listed for Instance {
    fn id(&self) -> String {
        self.id.to_string()
    }
}
