//! Which jobs an administrator means.

use chrono::{DateTime, TimeDelta, Utc};
use entity::job::{JobState, Queue};
use entity::{AnyId, CloudId, JobId, OrgId, TypedId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::text;

/// The version in which a filter is stored with a bulk request. Another one is refused: to leave out a condition that
/// this build does not know would take jobs that were not meant.
pub(super) const VERSION: i16 = 1;
/// Jobs that may be named one by one.
pub const MAX_NAMED: usize = 500;
/// How far the clock that ids are made by may be behind the database's own.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Which jobs an administrator means: those that fit everything that is said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobFilter {
    /// In this state.
    pub state: Option<JobState>,
    /// Of this kind.
    pub kind: Option<String>,
    /// In this queue.
    pub queue: Option<Queue>,
    /// Of this organisation.
    pub org: Option<OrgId>,
    /// That speak to this cloud.
    pub cloud: Option<CloudId>,
    /// Whose last failure is of this class.
    pub error: Option<String>,
    /// With this id, or with these words in an error or a name.
    pub q: Option<String>,
    /// That failed or are stuck and that no administrator has dealt with.
    #[serde(default)]
    pub attention: bool,
    /// Created at this instant or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// Created before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// One of these, at most [`MAX_NAMED`]; every job where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<JobId>,
}

/// A filter as statements take it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub state: Option<JobState>,
    pub kind: Option<String>,
    pub queue: Option<Queue>,
    pub org: Option<OrgId>,
    pub cloud: Option<CloudId>,
    pub error: Option<String>,
    /// A pattern for `ilike`, its wildcards escaped.
    pub q: Option<String>,
    /// The id that `q` may be.
    pub id: Option<Uuid>,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// No job created since then has a lower id: ids begin with their instant, and business time is never behind.
    pub floor: Option<Uuid>,
    pub ids: Option<Vec<Uuid>>,
}

impl JobFilter {
    pub(super) fn wanted(&self) -> Wanted {
        let clean = |text: &Option<String>| {
            text.as_deref().map(|text| text.trim().replace('\0', "")).filter(|text| !text.is_empty())
        };
        let q = clean(&self.q);
        Wanted {
            state: self.state,
            kind: clean(&self.kind),
            queue: self.queue,
            org: self.org,
            cloud: self.cloud,
            error: clean(&self.error),
            id: q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0),
            q: q.map(|q| text::like(&q)),
            since: self.since,
            until: self.until,
            floor: self.since.map(floor),
            ids: (!self.ids.is_empty()).then(|| self.ids.iter().map(|id| id.uuid()).collect()),
        }
    }

    /// The same of jobs in any state: what counts by state count.
    pub(super) fn without_state(self) -> Self {
        Self { state: None, attention: false, ..self }
    }

    /// Refuses a range that ends before it begins, and more ids than may be named.
    pub(super) fn check(&self) -> Result<()> {
        if self.since.zip(self.until).is_some_and(|(since, until)| since >= until) {
            return Err(Error::field("/until", "choose an end after the beginning"));
        }
        if self.ids.len() > MAX_NAMED {
            return Err(Error::field("/filter/ids", format!("name at most {MAX_NAMED} jobs, or use a filter")));
        }
        Ok(())
    }

    /// Refuses a filter that every job fits.
    pub(super) fn require_any(&self) -> Result<()> {
        let any = self.state.is_some() || self.queue.is_some() || self.org.is_some() || self.cloud.is_some();
        let said = [&self.kind, &self.error, &self.q]
            .iter()
            .any(|text| text.as_deref().is_some_and(|text| !text.trim().is_empty()));
        let when = self.since.is_some() || self.until.is_some();
        if any || said || when || self.attention || !self.ids.is_empty() {
            Ok(())
        } else {
            Err(Error::field("/filter", "say which jobs: choose at least one filter"))
        }
    }

    /// Reads a filter that was stored.
    ///
    /// # Errors
    /// When it is of another version, or has a condition that this build does not know.
    pub(super) fn stored(version: i16, filter: Json) -> Result<Self> {
        if version != VERSION {
            return Err(Error::internal(format!("a filter of version {version} can't be read by this build")));
        }
        serde_json::from_value(filter).map_err(Error::internal)
    }
}

fn floor(at: DateTime<Utc>) -> Uuid {
    let ms = u128::try_from((at - SKEW).timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stored_filter_is_read_whole_or_not_at_all() {
        let filter = JobFilter { state: Some(JobState::Failed), attention: true, ..JobFilter::default() };
        let stored = serde_json::to_value(&filter).unwrap();
        let read = JobFilter::stored(VERSION, stored.clone()).unwrap();
        assert_eq!((read.state, read.attention), (filter.state, true));
        assert!(JobFilter::stored(VERSION + 1, stored).is_err(), "of another version");
        assert!(JobFilter::stored(VERSION, json!({ "state": "failed", "region": "us-east" })).is_err(), "says more");
    }

    #[test]
    fn a_build_that_knows_no_range_reads_a_filter_without_one() {
        let stored = serde_json::to_value(JobFilter::default()).unwrap();
        for name in ["since", "until", "ids"] {
            assert!(stored.get(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_range_has_a_lowest_id() {
        let at = DateTime::from_timestamp_millis(0x0193_0000_0000).unwrap();
        assert_eq!(floor(at + SKEW), Uuid::from_u128(0x0193_0000_0000_0000_0000_0000_0000_0000));
    }
}
