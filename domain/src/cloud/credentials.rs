//! The token of a cloud, sealed at rest.

use entity::CloudId;
use entity::cloud::{self, Provider};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::SecretString;

use crate::Ctx;
use crate::error::{Error, Result};

/// What a job needs to speak for a cloud.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose API it speaks.
    pub provider: Provider,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
    /// The API token.
    pub token: SecretString,
}

/// Where a cloud's token is sealed for. A token opens only under the name that it was sealed under, so the
/// name of the table's first version stays.
pub(super) fn place(id: CloudId) -> String {
    format!("provider_account:{id}:token")
}

/// What a job needs to speak for the cloud.
///
/// # Errors
/// `not_found` when it was removed; internal when the token can't be opened.
pub async fn credentials(ctx: &Ctx, id: CloudId) -> Result<Credentials> {
    let row = cloud::Entity::find_by_id(id)
        .filter(cloud::Column::DeletedAt.is_null())
        .one(&ctx.db)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))?;
    Ok(Credentials {
        provider: row.provider,
        endpoint: row.endpoint,
        token: ctx.vault.open(&place(id), &row.token_sealed)?,
    })
}
