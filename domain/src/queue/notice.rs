//! What a page needs to know when a job moved on.

use entity::job::JobState;
use entity::{JobId, OrgId};
use uuid::Uuid;

use crate::error::Result;
use crate::{Ctx, db};

db::row! {
    /// Where a job is, and whom that concerns.
    #[derive(Clone, Debug)]
    pub struct JobNotice {
        /// The job.
        pub id: JobId,
        /// Whose it is.
        pub org_id: Option<OrgId>,
        /// The noun of the thing that it works on.
        pub target_type: Option<String>,
        /// That thing's id.
        pub target_id: Option<Uuid>,
        /// Its state.
        pub state: JobState,
    }
}

/// The notice about a job; none once it is archived.
///
/// # Errors
/// When the database does not answer.
pub async fn notice(ctx: &Ctx, id: JobId) -> Result<Option<JobNotice>> {
    select_notice(id).one(&ctx.db).await
}

db::statement! {
    fn select_notice(id: JobId) -> JobNotice =
        "select id, org_id, target_type, target_id, state from job where id = $1";
}
