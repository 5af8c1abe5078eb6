//! The token of a cloud: what it may look like, and how it is sealed at rest.

use entity::CloudId;
use entity::cloud::{self, CloudStatus, Provider};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

use crate::Ctx;
use crate::error::{Error, Result};

/// What a job needs to speak for a cloud.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose API it speaks.
    pub provider: Provider,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
    /// The API token, opened.
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
/// `not_found` when it was removed; `other_account`; `unavailable` while a new token is not validated yet; internal
/// when the token can't be opened.
pub async fn credentials(ctx: &Ctx, id: CloudId) -> Result<Credentials> {
    let row = connected(ctx, id).await?;
    // Asked with it by a job that had begun before: only its validation may.
    if row.status == CloudStatus::Invalid && row.account_seen.is_some() {
        let words = "the cloud's token belongs to another account at the provider; give it one of its former account";
        return Err(Error::conflict("other_account", words));
    }
    if row.token_unchecked && row.account_id.is_some() {
        return Err(Error::unavailable());
    }
    opened(ctx, &row)
}

/// The same for the job that validates the token, whatever is known of it.
///
/// # Errors
/// As [`credentials`].
pub async fn credentials_to_validate(ctx: &Ctx, id: CloudId) -> Result<Credentials> {
    opened(ctx, &connected(ctx, id).await?)
}

async fn connected(ctx: &Ctx, id: CloudId) -> Result<cloud::Model> {
    cloud::Entity::find_by_id(id)
        .filter(cloud::Column::DeletedAt.is_null())
        .one(&ctx.db)
        .await?
        .ok_or_else(|| Error::not_found("cloud"))
}

fn opened(ctx: &Ctx, row: &cloud::Model) -> Result<Credentials> {
    Ok(Credentials {
        provider: row.provider,
        endpoint: row.endpoint.clone(),
        token: ctx.vault.open(&place(row.id), &row.token_sealed)?,
    })
}

/// Refuses what can't be a token.
pub(super) fn check_token(token: &SecretString) -> Result<()> {
    let plain = token.expose_secret();
    if (10..=512).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::field("/token", "paste the API token as the provider shows it: 10 to 512 characters without spaces"))
}

/// The last four characters, by which an administrator recognises a token.
pub(super) fn hint(token: &SecretString) -> String {
    let plain = token.expose_secret();
    format!("…{}", &plain[plain.len().saturating_sub(4)..])
}
