//! Lists in pages.

use serde_json::{Value, json};

use super::{
    filter::Filter,
    reply::{ApiError, ApiResult, ErrorReason},
};

const DEFAULT_SIZE: usize = 100;
const MIN_SIZE: usize = 25;
const MAX_SIZE: usize = 500;

/// Which page of which items a request wants.
#[derive(Debug)]
pub(crate) struct PageQuery<'a> {
    /// Query without the question mark.
    pub(crate) query: Option<&'a str>,
    /// The X-Filter header.
    pub(crate) filter: Option<&'a str>,
}

impl PageQuery<'_> {
    /// Filters the items and cuts the page out.
    pub(crate) fn page(&self, items: Vec<Value>, filterable: &[&str]) -> ApiResult {
        let (page, size) = self.position()?;
        let items = match self.filter {
            Some(header) => Filter::parse(header, filterable)?.apply(items),
            None => items,
        };
        let results = items.len();
        let pages = results.div_ceil(size).max(1);
        if page > pages {
            return Err(ApiError::not_found());
        }
        let data: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        Ok(json!({ "data": data, "page": page, "pages": pages, "results": results }))
    }

    fn position(&self) -> Result<(usize, usize), ApiError> {
        let (mut page, mut size, mut reasons) = (1, DEFAULT_SIZE, Vec::new());
        for pair in self.query.unwrap_or_default().split('&') {
            match pair.split_once('=') {
                Some(("page", text)) => match text.parse() {
                    Ok(number) if number >= 1 => page = number,
                    _ => reasons.push(ErrorReason::of("page", "Must be an integer of 1 or more")),
                },
                Some(("page_size", text)) => match text.parse() {
                    Ok(number) if (MIN_SIZE..=MAX_SIZE).contains(&number) => size = number,
                    _ => reasons.push(ErrorReason::of("page_size", "Must be 25-500")),
                },
                _ => {}
            }
        }
        if reasons.is_empty() { Ok((page, size)) } else { Err(reasons.into()) }
    }
}
