//! Renaming a server: the customer's name for it, which the provider never hears of.

use entity::VpsId;

use super::create::label_taken;
use super::locked::lock_mine;
use super::view::{VpsView, read};
use crate::activity::{self, Event};
use crate::error::Result;
use crate::{Actor, Ctx, EventStatus, db, text};

/// Gives a server another name. The name at the provider stays.
///
/// # Errors
/// Field errors, `label_taken`, `not_found`; `forbidden` for readers.
pub async fn rename(ctx: &Ctx, actor: &Actor, vps: VpsId, label: &str) -> Result<VpsView> {
    let org = actor.org_to_change()?;
    let label = text::label("/label", label)?;
    let tx = ctx.begin().await?;
    let mine = lock_mine(&tx, org, vps).await?;
    if mine.label != label {
        set_label(vps, &label).exec(&tx).await.map_err(label_taken)?;
        let words = format!("{} is now called {label}", mine.label);
        let event = Event::new("vps.rename", EventStatus::Info, words).org(org).actor(actor.user());
        activity::record(&tx, event.entity("vps", vps)).await?;
    }
    let renamed = read(&tx, org, vps).await?;
    tx.commit().await?;
    Ok(renamed)
}

db::statement! {
    fn set_label(vps: VpsId, label: &str) = "update vps set label = $2 where id = $1";
}
