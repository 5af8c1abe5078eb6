//! Keyset pagination with opaque cursors.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike as _, Utc};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::vault::{Counter, Vault};

/// The most rows that one page holds.
pub const MAX_LIMIT: u16 = 100;
/// The rows of a page when no limit is given.
pub const DEFAULT_LIMIT: u16 = 20;

/// Which rows of a list are requested.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The `next` of the previous page.
    pub cursor: Option<String>,
    /// How many rows, 1 to [`MAX_LIMIT`].
    pub limit: Option<u16>,
}

/// Rows of a list, and where the next page begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// At most as many rows as were requested.
    pub items: Vec<T>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which way a list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The least first.
    Asc,
    /// The greatest first.
    #[default]
    Desc,
}

impl Order {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Asc, Self::Desc];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

/// Where a page begins in a list that is ordered by a text and then by the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The last row's text; short, as a cursor has at most 200 characters.
    pub key: String,
    /// The last row's id.
    pub id: Uuid,
}

impl fmt::Display for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.key)
    }
}

impl FromStr for Keyed {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (id, key) = text.split_once(' ').filter(|(_, key)| !key.contains('\0')).ok_or(())?;
        Ok(Self { key: key.to_owned(), id: id.parse().map_err(|_| ())? })
    }
}

impl PageRequest {
    /// The number of rows to fetch: one more than asked, to learn whether there is a next page.
    ///
    /// # Errors
    /// A field error when the limit is out of range.
    pub fn fetch(&self) -> Result<i64> {
        Ok(i64::from(self.limit()?) + 1)
    }

    fn limit(&self) -> Result<u16> {
        match self.limit.unwrap_or(DEFAULT_LIMIT) {
            limit @ 1..=MAX_LIMIT => Ok(limit),
            _ => Err(Error::field("/limit", format!("request 1 to {MAX_LIMIT} rows"))),
        }
    }

    /// The key after which the page begins.
    ///
    /// # Errors
    /// A field error when the cursor does not come from a [`Page`].
    pub fn after<K: FromStr>(&self) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.parse().ok())
            .map(Some)
            .ok_or_else(strange)
    }

    /// The same for a list that is ordered by time. A cursor may name a year that the database can't hold.
    ///
    /// # Errors
    /// A field error when the cursor does not come from a [`Page`].
    pub fn after_time(&self) -> Result<Option<DateTime<Utc>>> {
        let after: Option<DateTime<Utc>> = self.after()?;
        if after.is_none_or(|at| (1970..=9999).contains(&at.year())) { Ok(after) } else { Err(strange()) }
    }

    /// The same for a list whose key is a number that nobody outside is to count.
    ///
    /// # Errors
    /// A field error when the cursor does not come from a [`Page`].
    pub fn after_veiled(&self, vault: &Vault, counter: Counter) -> Result<Option<i64>> {
        let wrong = || Error::field("/cursor", "use the cursor of the previous page, unchanged");
        self.after::<i64>()?.map(|veiled| vault.unveil(counter, veiled).ok_or_else(wrong)).transpose()
    }

    /// Cuts the rows fetched to the page and says where the next begins.
    ///
    /// # Errors
    /// A field error when the limit is out of range.
    pub fn page<T, K: ToString>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Result<Page<T>> {
        let limit = usize::from(self.limit()?);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| URL_SAFE_NO_PAD.encode(key(row).to_string()));
        Ok(Page { items: rows, next })
    }
}

fn strange() -> Error {
    Error::field("/cursor", "use the cursor of the previous page, unchanged")
}

impl<T> Page<T> {
    /// The same page with its rows turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_cursor() {
        let key = Keyed { key: "bäcker & söhne".to_owned(), id: Uuid::from_u128(7) };
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in ["", "x", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007 a\0"] {
            assert!(wrong.parse::<Keyed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_at_the_edge_of_time_is_refused() {
        let after = |at: &str| {
            PageRequest { cursor: Some(URL_SAFE_NO_PAD.encode(at)), limit: None }.after_time().map(|at| at.is_some())
        };
        assert_eq!(after("2026-11-29 10:00:00 UTC").ok(), Some(true));
        for edge in ["-262143-01-01T00:00:00Z", "+262142-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "yesterday"] {
            assert!(after(edge).is_err(), "{edge}");
        }
    }
}
