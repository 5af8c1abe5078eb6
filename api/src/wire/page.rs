//! Lists and pages of lists.

use domain::page::{Page, PageRequest};
use poem_openapi::Object;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

/// A list that is short enough to be given in one response.
#[derive(Clone, Debug, Object)]
pub struct List<T: Type + ParseFromJSON + ToJSON> {
    /// The entries, at most 1,000.
    #[oai(validator(max_items = 1000))]
    pub items: Vec<T>,
}

impl<T: Type + ParseFromJSON + ToJSON> List<T> {
    /// The list of what the rows turn into.
    pub fn of<R>(rows: Vec<R>, turn: impl FnMut(R) -> T) -> Self {
        Self { items: rows.into_iter().map(turn).collect() }
    }
}

/// One page of a list.
#[derive(Clone, Debug, Object)]
pub struct Paged<T: Type + ParseFromJSON + ToJSON> {
    /// The entries of this page, at most 100.
    #[oai(validator(max_items = 100))]
    pub items: Vec<T>,
    /// The `cursor` of the next page; null on the last page.
    #[oai(validator(max_length = 200))]
    pub next: Option<String>,
}

impl<T: Type + ParseFromJSON + ToJSON> Paged<T> {
    /// The page of what the rows turn into.
    pub fn of<R>(page: Page<R>, turn: impl FnMut(R) -> T) -> Self {
        let page = page.map(turn);
        Self { items: page.items, next: page.next }
    }
}

/// The page that a request asks for.
#[must_use]
pub fn page(cursor: Option<String>, limit: Option<u16>) -> PageRequest {
    PageRequest { cursor, limit }
}
