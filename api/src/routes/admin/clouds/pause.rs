//! Pausing a cloud and resuming it.

use domain::{CloudId, cloud};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::model::{Cloud, shown};
use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::admin::queues::Reason;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id};

/// The operations that pause and resume clouds.
pub struct PauseApi;

#[OpenApi]
impl PauseApi {
    /// Pause a cloud
    ///
    /// None of its jobs begins until it is resumed; running jobs continue.
    #[oai(path = "/api/admin/clouds/:id/pause", method = "post", operation_id = "pauseCloud", tag = "Tag::Admin")]
    async fn pause(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::pause(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }

    /// Resume a paused cloud
    ///
    /// Adds the time of the pause to its jobs' deadlines.
    #[oai(path = "/api/admin/clouds/:id/resume", method = "post", operation_id = "resumeCloud", tag = "Tag::Admin")]
    async fn resume(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
        body: Body<Reason>,
    ) -> Done<Cloud> {
        cloud::resume(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }
}
