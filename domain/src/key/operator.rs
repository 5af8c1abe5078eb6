//! What the operator sees and ends of everybody's keys.

use entity::{ApiKeyId, OrgId};

use super::revoke::end;
use super::view::{KeyView, MAX_LISTED};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// Keys of all organisations, or of one, or of one user by their e-mail address: the newest first, ended ones too.
///
/// # Errors
/// `forbidden` for customers.
pub async fn list(ctx: &Ctx, actor: &Actor, org: Option<OrgId>, email: Option<&str>) -> Result<Vec<KeyView>> {
    actor.admin()?;
    let email = email.map(|email| crate::text::canonical_email(email).unwrap_or_else(|| email.to_owned()));
    select_all_keys(org, email.as_deref(), MAX_LISTED).all(&ctx.db).await
}

/// Ends any key. Gives it as it is then, and whether it was alive before.
///
/// # Errors
/// `forbidden` for customers; `not_found`.
pub async fn revoke(ctx: &Ctx, actor: &Actor, key: ApiKeyId) -> Result<(KeyView, bool)> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let found = select_any_key(key).one(&tx).await?.ok_or_else(|| Error::not_found("API key"))?;
    let ended = end(&tx, actor, &found, now).await?;
    let now_is = select_any_key(key).only(&tx).await?;
    tx.commit().await?;
    Ok((now_is, ended))
}

db::statement! {
    fn select_all_keys(org: Option<OrgId>, email: Option<&str>, limit: i64) -> KeyView =
        file "keys.sql",
        "where ($1::uuid is null or k.org_id = $1) and ($2::text is null or u.email = $2)
         order by k.created_at desc, k.id limit $3";

    fn select_any_key(key: ApiKeyId) -> KeyView = file "keys.sql", "where k.id = $1";
}
