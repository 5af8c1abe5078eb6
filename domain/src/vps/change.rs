//! What a customer calls a server and notes about it. The provider never hears of it.

use entity::VpsId;
use sea_orm::ConnectionTrait;

use super::create::label_taken;
use super::locked::{LockedVps, lock_mine};
use super::view::{VpsView, read};
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, Perm, db, text};

/// Tags of one server at most.
pub const MAX_TAGS: usize = 10;
/// Characters of notes at most.
pub const MAX_NOTES: usize = 2000;

/// What shall be different; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct VpsChanges {
    /// The name.
    pub label: Option<String>,
    /// All tags, in the customer's order.
    pub tags: Option<Vec<String>>,
    /// The notes; an empty text removes them.
    pub notes: Option<String>,
}

/// Changes a server's name, tags and notes. The name at the provider stays.
///
/// # Errors
/// Field errors, `label_taken`, `not_found`; `forbidden` for readers.
pub async fn change(ctx: &Ctx, actor: &Actor, vps: VpsId, changes: &VpsChanges) -> Result<VpsView> {
    let org = actor.may(Perm::VpsUse)?;
    let label = changes.label.as_deref().map(|label| text::label("/label", label)).transpose()?;
    let tags = changes.tags.as_deref().map(read_tags).transpose()?;
    let notes = changes.notes.as_deref().map(|notes| text::lines("/notes", notes, MAX_NOTES)).transpose()?;
    let tx = ctx.begin().await?;
    let mine = lock_mine(&tx, org, vps).await?;
    if let Some(label) = label.filter(|label| *label != mine.label) {
        set_label(vps, &label).exec(&tx).await.map_err(label_taken)?;
        tell(&tx, actor, &mine, "vps.rename", format!("{NAME} was renamed")).await?;
    }
    if let Some(tags) = tags.filter(|tags| *tags != mine.tags) {
        set_tags(vps, &tags).exec(&tx).await?;
        let words = if tags.is_empty() { format!("{NAME} has no tags any more") } else { format!("{NAME} was tagged") };
        tell(&tx, actor, &mine, "vps.tags", words).await?;
    }
    if let Some(notes) = notes.filter(|notes| *notes != mine.notes) {
        set_notes(vps, &notes).exec(&tx).await?;
        let did = if notes.is_empty() { "removed" } else { "changed" };
        tell(&tx, actor, &mine, "vps.notes", format!("The notes of {NAME} were {did}")).await?;
    }
    let view = read(&tx, org, vps).await?;
    tx.commit().await?;
    Ok(view)
}

async fn tell(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    vps: &LockedVps,
    event: &'static str,
    words: String,
) -> Result<()> {
    let event = Event::new(event, EventStatus::Info, words).org(vps.org_id).by(actor);
    activity::record(tx, event.entity("vps", vps.id)).await
}

/// Each once, in lower case.
fn read_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut read: Vec<String> = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        let tag = text::tag(&format!("/tags/{at}"), tag)?;
        if !read.contains(&tag) {
            read.push(tag);
        }
    }
    if read.len() > MAX_TAGS {
        return Err(Error::field("/tags", format!("use at most {MAX_TAGS} tags")));
    }
    Ok(read)
}

db::statement! {
    fn set_label(vps: VpsId, label: &str) = "update vps set label = $2 where id = $1";

    fn set_tags(vps: VpsId, tags: &[String]) = "update vps set tags = $2 where id = $1";

    fn set_notes(vps: VpsId, notes: &str) = "update vps set notes = $2 where id = $1";
}
