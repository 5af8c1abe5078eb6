//! One wish about many jobs.

use domain::work::{self, JobFilter};
use domain::{BulkAction, CloudId, JobState, OrgId, Queue};
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::jobs::{AdminJob, read};
use crate::auth::Admin;
use crate::problem::{Problems, Refused};
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Body, Choice, Id};

/// Which jobs a wish is about: those that fit everything that is said. At least one must be said.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct BulkFilter {
    /// Only jobs in this state.
    state: Option<Choice<JobState>>,
    /// Only jobs of this kind.
    #[oai(validator(max_length = 100))]
    kind: Option<String>,
    /// Only jobs of this queue.
    queue: Option<Choice<Queue>>,
    /// Only jobs of this organisation.
    org: Option<Id<OrgId>>,
    /// Only jobs that speak to this cloud.
    cloud: Option<Id<CloudId>>,
    /// Only jobs whose last failure is of this class.
    #[oai(validator(max_length = 100))]
    error: Option<String>,
    /// Only jobs with this id, or with this in an error or a name.
    #[oai(validator(max_length = 100))]
    q: Option<String>,
    /// Only jobs that failed or are stuck and that nobody has seen to, when true.
    attention: Option<bool>,
}

impl From<BulkFilter> for JobFilter {
    fn from(filter: BulkFilter) -> Self {
        Self {
            state: filter.state.map(|state| state.0),
            kind: filter.kind,
            queue: filter.queue.map(|queue| queue.0),
            org: filter.org.map(|org| org.0),
            cloud: filter.cloud.map(|cloud| cloud.0),
            error: filter.error,
            q: filter.q,
            attention: filter.attention.unwrap_or(false),
        }
    }
}

/// What to do to many jobs.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct BulkWish {
    /// What to do to each.
    action: Choice<BulkAction>,
    /// Which jobs.
    filter: BulkFilter,
    /// The reason, for the record; needed unless this only counts.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// Only count them and show a few; change nothing.
    dry_run: bool,
    /// The count that was shown: the wish is refused when another number fits by now.
    #[oai(validator(minimum(value = "0")))]
    expected: Option<i64>,
}

/// What a wish is about, and the job that carries it out.
#[derive(Debug, Object)]
pub struct BulkAnswer {
    /// Jobs that fit and that the action makes sense for; counted up to 100,000.
    count: i64,
    /// The newest few of them, where they are only counted.
    #[oai(validator(max_items = 5))]
    sample: Vec<AdminJob>,
    /// The job that does it, with its progress; null where they are only counted.
    job: Option<AdminJob>,
}

impl BulkAnswer {
    /// What a wish would do.
    #[must_use]
    pub fn preview(preview: work::BulkPreview) -> Self {
        Self { count: preview.count, sample: preview.sample.into_iter().map(AdminJob::from).collect(), job: None }
    }

    /// What a wish that was taken on does.
    #[must_use]
    pub fn started(count: i64, job: AdminJob) -> Self {
        Self { count, sample: Vec::new(), job: Some(job) }
    }
}

/// What a wish comes to.
#[derive(Debug, ApiResponse)]
pub enum BulkTaken {
    /// The jobs were counted, and nothing was changed.
    #[oai(status = 200)]
    Counted(Json<BulkAnswer>),
    /// The wish was taken on; the job in the answer carries it out.
    #[oai(status = 202)]
    TakenOn(Json<BulkAnswer>),
}

/// Why nothing is done to many jobs.
pub struct BulkProblems;

impl Problems for BulkProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "count_changed")];
}

/// Operations on many jobs at once.
pub struct BulkApi;

#[OpenApi]
impl BulkApi {
    /// Retry, cancel or discard many jobs
    ///
    /// Counts those that fit, or has a job do it to each. Jobs made later are not meant.
    #[oai(path = "/api/admin/jobs/bulk", method = "post", operation_id = "bulkJobs", tag = "Tag::Admin")]
    async fn bulk(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<BulkWish>,
    ) -> Result<BulkTaken, Refused<BulkProblems>> {
        let wish = body.0;
        let (action, filter) = (wish.action.0, JobFilter::from(wish.filter));
        let actor = admin.actor();
        let counted = match wish.expected {
            Some(expected) if !wish.dry_run => expected,
            _ => {
                let preview = work::bulk_preview(&app.ctx, &actor, action, &filter).await?;
                if wish.dry_run {
                    return Ok(BulkTaken::Counted(Json(BulkAnswer::preview(preview))));
                }
                preview.count
            }
        };
        let reason = wish.reason.unwrap_or_default();
        let job = work::bulk_start(&app.ctx, &actor, action, &filter, &reason, wish.expected).await?;
        let job = read(&app, &admin, job).await?;
        Ok(BulkTaken::TakenOn(Json(BulkAnswer::started(counted, job))))
    }
}
