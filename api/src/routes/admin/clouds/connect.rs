//! Connecting, changing and removing a cloud.

use domain::cloud::{self, CloudChange, Connected, NewCloud};
use domain::{CloudId, Provider};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::model::{CloudJob, with_job};
use crate::auth::Admin;
use crate::problem::{Common, Failure, Problems, Refused};
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Accepted, Answer, Body, Choice, Gone, Id, NoContent, Secret};

/// A cloud to connect.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ConnectCloud {
    /// Whose API it speaks.
    provider: Choice<Provider>,
    /// Its name, which only administrators see.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// The API token, exactly as the provider shows it.
    #[oai(validator(min_length = 10, max_length = 512))]
    token: Secret,
    /// The API's base URL, when it differs from the provider's own.
    #[oai(validator(max_length = 300))]
    endpoint: Option<String>,
}

/// Changes to a cloud; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeCloud {
    /// A new name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: Option<String>,
    /// A new token, which a job validates.
    #[oai(validator(min_length = 10, max_length = 512))]
    token: Option<Secret>,
    /// Whether its plans are on sale.
    active: Option<bool>,
}

/// The response to a change of a cloud.
#[derive(Debug, ApiResponse)]
pub enum CloudChanged {
    /// The change is done.
    #[oai(status = 200)]
    Done(Json<CloudJob>),
    /// The change was accepted; the job in the response validates the new token.
    #[oai(status = 202)]
    Accepted(Json<CloudJob>),
}

/// Why a cloud is not removed.
pub struct RemoveProblems;

impl Problems for RemoveProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "in_use")];
}

/// Why a catalog is not read.
pub struct SyncProblems;

impl Problems for SyncProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "busy")];
}

async fn accepted(app: &State, admin: &Admin, connected: Connected) -> Result<Answer<CloudJob, 202>, Failure> {
    let path = connected.job.map(|job| format!("/api/admin/jobs/{job}")).unwrap_or_default();
    Ok(Answer::new(with_job(app, admin, connected).await?).at(&path))
}

/// The operations that connect, change and remove clouds.
pub struct ConnectApi;

#[OpenApi]
impl ConnectApi {
    /// Connect a cloud
    ///
    /// Seals the token. The job then validates it with the provider and reads the catalog.
    #[oai(path = "/api/admin/clouds", method = "post", operation_id = "connectCloud", tag = "Tag::Admin")]
    async fn connect(&self, admin: Admin, app: Data<&Shared>, body: Body<ConnectCloud>) -> Accepted<CloudJob> {
        let new = NewCloud {
            provider: body.0.provider.0,
            name: body.0.name,
            token: body.0.token.0,
            endpoint: body.0.endpoint,
        };
        let connected = cloud::connect(&app.ctx, &admin.actor(), new).await?;
        Ok(accepted(&app, &admin, connected).await?)
    }

    /// Change a cloud
    ///
    /// Its name, its token, and whether its plans are on sale. A job validates a new token; the plans
    /// of a cloud that is valid stay on sale meanwhile.
    #[oai(path = "/api/admin/clouds/:id", method = "patch", operation_id = "changeCloud", tag = "Tag::Admin")]
    async fn change(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
        body: Body<ChangeCloud>,
    ) -> Result<CloudChanged, Refused<Common>> {
        let change = CloudChange { name: body.0.name, token: body.0.token.map(|token| token.0), active: body.0.active };
        let connected = cloud::change(&app.ctx, &admin.actor(), id.0.0, change).await?;
        let body = with_job(&app, &admin, connected).await?;
        Ok(if body.job.is_some() { CloudChanged::Accepted(Json(body)) } else { CloudChanged::Done(Json(body)) })
    }

    /// Refresh a cloud's catalog
    ///
    /// The job reads what the provider offers now. Each cloud's is read every hour by itself.
    #[oai(path = "/api/admin/clouds/:id/sync", method = "post", operation_id = "syncCloud", tag = "Tag::Admin")]
    async fn sync(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
    ) -> Accepted<CloudJob, SyncProblems> {
        let connected = cloud::request_sync(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(accepted(&app, &admin, connected).await?)
    }

    /// Remove a cloud
    ///
    /// Together with its plans, and only while it has no servers. Its token is erased.
    #[oai(path = "/api/admin/clouds/:id", method = "delete", operation_id = "removeCloud", tag = "Tag::Admin")]
    async fn remove(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
    ) -> Gone<RemoveProblems> {
        cloud::remove(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}
