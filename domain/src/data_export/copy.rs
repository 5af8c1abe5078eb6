//! What a copy holds, by the map's lines.

use entity::{DataExportId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde_json::{Value as Json, json};

use super::request::{KEPT_FOR, place};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::queue::{self, Claim};
use crate::{Actor, Ctx, EventStatus, db, erasure};

/// The longest document that is kept, in bytes.
pub const MAX_BYTES: usize = 32_000_000;

/// Writes a person's copy, tells them by mail, and ends the job. A copy that is ready already stays as it is; one that
/// no longer has a reader is not written.
///
/// # Errors
/// `fenced`; `export_too_long` beyond [`MAX_BYTES`].
pub async fn copy(ctx: &Ctx, claim: &Claim, user: UserId, export: DataExportId) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    if lock_waiting(export, user).one(&tx).await?.is_some() {
        let now = ctx.clock.now(&tx).await?;
        let text = read(&tx, user, now).await?.to_string();
        if text.len() > MAX_BYTES {
            let words = "The copy is longer than 32 MB. Write it with: skypanel user export";
            return Err(Error::conflict("export_too_long", words));
        }
        let bytes = i32::try_from(text.len()).unwrap_or(i32::MAX);
        let sealed = ctx.vault.seal(&ctx.chance, &place(export), &SecretString::from(text))?;
        set_ready(export, now, now + KEPT_FOR, sealed, bytes).exec(&tx).await?;
        mail::send(ctx, &tx, Mail::ExportReady { user, export }).await?;
    }
    queue::succeed(&tx, claim, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The same document at once, on the record. For the command line.
///
/// # Errors
/// `forbidden` for others than the operator; `not_found`.
pub async fn document(ctx: &Ctx, actor: &Actor, user: UserId) -> Result<Json> {
    if !matches!(actor, Actor::Operator) {
        return Err(Error::forbidden());
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    select_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    let document = read(&tx, user, now).await?;
    let words = "A copy of the person’s data was written by the operator";
    activity::record(&tx, Event::new("user.export", EventStatus::Warning, words).entity("user", user)).await?;
    tx.commit().await?;
    Ok(document)
}

/// Every line of the map that shows something, with its rows.
async fn read(tx: &impl ConnectionTrait, user: UserId, now: chrono::DateTime<chrono::Utc>) -> Result<Json> {
    let mut tables = serde_json::Map::new();
    for (line, show) in erasure::shown() {
        let mut rows = show(user).only(tx).await?;
        let more = rows.as_array_mut().is_some_and(|rows| {
            let more = rows.len() > erasure::SHOWN;
            rows.truncate(erasure::SHOWN);
            more
        });
        tables.insert(line.name.to_owned(), json!({ "about": line.about, "rows": rows, "more": more }));
    }
    Ok(json!({
        "format": "skypanel-person-1",
        "person": user,
        "made_at": now,
        "about": "All that is held about you. Each table has what it is about and its rows; `more` says that there are \
                  more rows than are shown. Ids are written without the prefix that pages show before them.",
        "tables": tables,
    }))
}

db::statement! {
    fn lock_waiting(export: DataExportId, user: UserId) -> DataExportId =
        "select e.id from data_export e join app_user u on u.id = e.user_id
         where e.id = $1 and e.user_id = $2 and e.ready_at is null and u.deleted_at is null for update of e";

    fn set_ready(
        export: DataExportId,
        now: chrono::DateTime<chrono::Utc>,
        until: chrono::DateTime<chrono::Utc>,
        sealed: Vec<u8>,
        bytes: i32,
    ) = "update data_export set ready_at = $2, expires_at = $3, sealed = $4, bytes = $5 where id = $1";

    fn select_user(user: UserId) -> UserId = "select id from app_user where id = $1 and erased_at is null";
}
