//! Removing a cloud, which no server may depend on.

use chrono::{DateTime, Utc};
use entity::{CloudId, cloud};
use sea_orm::{ActiveModelTrait, Set};

use super::connect::lock_cloud;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db};

/// Removes a cloud without servers, together with its plans. Its token is forgotten.
///
/// # Errors
/// `in_use`; `not_found`; `forbidden` for others than administrators.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let row = lock_cloud(&tx, id).await?;
    let now = ctx.clock.now(&tx).await?;
    let servers = count_servers(id).only(&tx).await?;
    if servers > 0 {
        return Err(in_use(servers));
    }
    let mut next: cloud::ActiveModel = row.into();
    next.deleted_at = Set(Some(now));
    next.active = Set(false);
    next.token_sealed = Set(Vec::new());
    next.update(&tx).await?;
    delete_plans(id, now).exec(&tx).await?;
    let event = Event::new("cloud.remove", EventStatus::Info, "Cloud removed");
    activity::record(&tx, event.actor(admin).entity("cloud", id)).await?;
    tx.commit().await?;
    Ok(())
}

fn in_use(servers: i64) -> Error {
    let has = if servers == 1 { "1 server".to_owned() } else { format!("{servers} servers") };
    let words = format!(
        "This cloud has {has}, so it was not removed. Delete the servers first, or switch the cloud off so that \
         nothing new is sold on it."
    );
    Error::conflict("in_use", words)
}

db::statement! {
    fn count_servers(cloud: CloudId) -> i64 = "select count(*) from vps_live where cloud_id = $1";

    fn delete_plans(cloud: CloudId, now: DateTime<Utc>) =
        "update plan set deleted_at = $2, active = false where cloud_id = $1 and deleted_at is null";
}
