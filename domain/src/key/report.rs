//! Reporting a key that was found where it does not belong.

use entity::{ApiKeyId, OrgId};

use super::text::KeyText;
use super::view;
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::{Ctx, EventStatus, db};

db::row! {
    struct Found {
        id: ApiKeyId,
        org_id: OrgId,
        hash: Vec<u8>,
    }
}

/// Ends the key with this text, by anybody who shows it: a key that a stranger can show is nobody's any more. What is
/// no living key's text changes nothing, and is not told apart.
///
/// # Errors
/// A field error for what has not the form of a key.
pub async fn report(ctx: &Ctx, text: &str) -> Result<()> {
    let text = KeyText::parse(text.trim()).ok_or_else(|| {
        Error::field("/key", "send the whole text of a key; this has not the form of one, or a wrong checksum")
    })?;
    let tx = ctx.begin().await?;
    let found = select_reported(text.ident()).one(&tx).await?.filter(|found| text.proves(&found.hash));
    let Some(found) = found else { return Ok(()) };
    let key = view::one(&tx, found.org_id, found.id).await?;
    let words = format!("The API key {NAME} was found in public and revoked");
    let event = Event::new("key.report", EventStatus::Warning, words).org(key.org_id).entity("key", key.id);
    end_reported(key.id).exec(&tx).await?;
    activity::record(&tx, event).await?;
    mail::send(ctx, &tx, Mail::KeyReported { user: key.user_id, key: key.id }).await?;
    tx.commit().await?;
    Ok(())
}

db::statement! {
    fn select_reported(ident: &str) -> Found =
        "select id, org_id, hash from api_key where ident = $1 and revoked_at is null for update";

    fn end_reported(key: ApiKeyId) = "update api_key set revoked_at = business_now() where id = $1";
}
