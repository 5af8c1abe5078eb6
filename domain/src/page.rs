//! Keyset pagination with opaque cursors.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
    pub fn after<K: std::str::FromStr>(&self) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.parse().ok())
            .map(Some)
            .ok_or_else(|| Error::field("/cursor", "use the cursor of the previous page, unchanged"))
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

impl<T> Page<T> {
    /// The same page with its rows turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
