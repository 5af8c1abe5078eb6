//! One request about many jobs.

use domain::work::{self, JobFilter};
use domain::{BulkAction, CloudId, JobId, JobState, OrgId, Queue};
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::jobs::{AdminJob, read};
use crate::auth::Admin;
use crate::problem::{Problems, Refused};
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Body, Choice, Id, Money, Time};

/// Which jobs are meant: those that match every given filter. At least one must be given.
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
    /// Only jobs that call this cloud's provider.
    cloud: Option<Id<CloudId>>,
    /// Only jobs whose last failure is of this class, such as `RATE_LIMITED`.
    #[oai(validator(max_length = 100))]
    error: Option<String>,
    /// Only jobs with this id, or with this text in an error or a name.
    #[oai(validator(max_length = 100))]
    q: Option<String>,
    /// When true, only failed or stuck jobs that no administrator has dealt with yet.
    attention: Option<bool>,
    /// Only jobs created at this instant or later.
    since: Option<Time>,
    /// Only jobs created before this instant.
    until: Option<Time>,
    /// Only these jobs.
    #[oai(validator(max_items = 500))]
    ids: Option<Vec<Id<JobId>>>,
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
            since: filter.since.map(|since| since.0),
            until: filter.until.map(|until| until.0),
            ids: filter.ids.unwrap_or_default().into_iter().map(|id| id.0).collect(),
        }
    }
}

/// What to do with many jobs.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct BulkRequest {
    /// What to do with each of them.
    action: Choice<BulkAction>,
    /// Which jobs are meant.
    filter: BulkFilter,
    /// The reason, which is recorded; required unless jobs are only counted.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// Whether to only count the jobs and show a few, changing nothing.
    dry_run: bool,
    /// The count that was shown: the request is refused when another number matches by now.
    #[oai(validator(minimum(value = "0")))]
    expected: Option<i64>,
}

/// How many jobs are meant, and the job that works through them.
#[derive(Debug, Object)]
pub struct BulkAnswer {
    /// How many jobs match and can take the action; counted up to 100,000.
    count: i64,
    /// The newest few of them, when they are only counted.
    #[oai(validator(max_items = 5))]
    sample: Vec<AdminJob>,
    /// What a retry of all of them takes from customers' wallets again, for orders that gave their money
    /// back; null when it takes nothing, and once they are not only counted.
    takes: Option<Money>,
    /// The job that works through them, with its progress; null when they are only counted.
    job: Option<AdminJob>,
}

impl BulkAnswer {
    /// How many jobs a request would affect.
    #[must_use]
    pub fn preview(preview: work::BulkPreview) -> Self {
        Self {
            count: preview.count,
            sample: preview.sample.into_iter().map(AdminJob::from).collect(),
            takes: Some(preview.takes).filter(|takes| takes.micros > 0).map(Money),
            job: None,
        }
    }

    /// The job of a request that was accepted.
    #[must_use]
    pub fn started(count: i64, job: AdminJob) -> Self {
        Self { count, sample: Vec::new(), takes: None, job: Some(job) }
    }
}

/// The response to a request about many jobs.
#[derive(Debug, ApiResponse)]
pub enum BulkResponse {
    /// The jobs were counted, and nothing was changed.
    #[oai(status = 200)]
    Counted(Json<BulkAnswer>),
    /// The request was accepted; the job in the response carries it out.
    #[oai(status = 202)]
    Accepted(Json<BulkAnswer>),
}

/// Why a request about many jobs is refused.
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
    /// Counts the matching jobs, or has a job take the action on each. Jobs created later are not
    /// affected.
    #[oai(path = "/api/admin/jobs/bulk", method = "post", operation_id = "bulkJobs", tag = "Tag::Admin")]
    async fn bulk(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<BulkRequest>,
    ) -> Result<BulkResponse, Refused<BulkProblems>> {
        let request = body.0;
        let (action, filter) = (request.action.0, JobFilter::from(request.filter));
        let actor = admin.actor();
        let counted = match request.expected {
            Some(expected) if !request.dry_run => expected,
            _ => {
                let preview = work::bulk_preview(&app.ctx, &actor, action, &filter).await?;
                if request.dry_run {
                    return Ok(BulkResponse::Counted(Json(BulkAnswer::preview(preview))));
                }
                preview.count
            }
        };
        let reason = request.reason.unwrap_or_default();
        let job = work::bulk_start(&app.ctx, &actor, action, &filter, &reason, request.expected).await?;
        let job = read(&app, &admin, job).await?;
        Ok(BulkResponse::Accepted(Json(BulkAnswer::started(counted, job))))
    }
}
