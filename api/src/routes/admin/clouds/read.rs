//! Reading clouds and their catalogs.

use domain::CloudId;
use domain::cloud::{self, CloudView};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::catalog::CloudCatalog;
use super::model::{Cloud, shown};
use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, Id, List};

/// The operations that read clouds.
pub struct ReadApi;

#[OpenApi]
impl ReadApi {
    /// List clouds
    ///
    /// All connected clouds, never with their tokens.
    #[oai(path = "/api/admin/clouds", method = "get", operation_id = "listClouds", tag = "Tag::Admin")]
    async fn list(&self, admin: Admin, app: Data<&Shared>) -> Done<List<Cloud>> {
        let actor = admin.actor();
        let clouds = cloud::list(&app.ctx, &actor).await?;
        let ids: Vec<_> = clouds.iter().map(|cloud| cloud.id).collect();
        let budgets = cloud::budgets(&app.ctx, &actor, &ids).await?;
        let shown = |cloud: CloudView| {
            let own = budgets.iter().filter(|budget| budget.cloud == cloud.id).cloned().collect();
            Cloud::of(cloud, own)
        };
        Ok(Answer::new(List::of(clouds, shown)))
    }

    /// Read a cloud
    ///
    /// Its state and the size of its catalog, never its token.
    #[oai(path = "/api/admin/clouds/:id", method = "get", operation_id = "getCloud", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
    ) -> Done<Cloud> {
        let cloud = cloud::get(&app.ctx, &admin.actor(), id.0.0).await?;
        Ok(Answer::new(shown(&app, &admin, cloud).await?))
    }

    /// Read a cloud's catalog
    ///
    /// Its sizes, regions and images as last read.
    #[oai(path = "/api/admin/clouds/:id/catalog", method = "get", operation_id = "getCloudCatalog", tag = "Tag::Admin")]
    async fn catalog(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
    ) -> Done<CloudCatalog> {
        Ok(Answer::new(domain::cloud::read_catalog(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
