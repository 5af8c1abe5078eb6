//! Clouds as administrators see them, never with their tokens.

use chrono::{DateTime, Utc};
use entity::CloudId;
use entity::cloud::{CloudStatus, Provider};

use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

db::row! {
    /// A cloud as administrators see it: never with its token.
    #[derive(Clone, Debug)]
    pub struct CloudView {
        /// What plans and servers refer to it by.
        pub id: CloudId,
        /// Whose API it speaks.
        pub provider: Provider,
        /// The name that an administrator gave it.
        pub name: String,
        /// What the last validation said.
        pub status: CloudStatus,
        /// Why the last validation failed, for an administrator.
        pub status_detail: Option<String>,
        /// Whether its plans are sold.
        pub active: bool,
        /// The e-mail address that the provider has for the token's owner.
        pub email: Option<String>,
        /// The token's last four characters.
        pub token_hint: String,
        /// The base URL when it is not the provider's own.
        pub endpoint: Option<String>,
        /// When its catalog was last read, in business time.
        pub synced_at: Option<DateTime<Utc>>,
        /// When it was connected, in business time.
        pub created_at: DateTime<Utc>,
        /// How many sizes it sells.
        pub types: i64,
        /// In how many regions.
        pub regions: i64,
        /// With how many images, deprecated ones left out.
        pub images: i64,
        /// Our customers' servers on it that are neither failed nor deleted.
        pub servers: i64,
        /// Whether its jobs wait until it is resumed.
        pub paused: bool,
        /// The operator's reason, or the platform's.
        pub paused_reason: Option<String>,
        /// Servers that are not marked as lost and machines that are not deleted until an administrator allows it.
        pub held: i64,
        /// Whether the token belongs to another account than before.
        pub other_account: bool,
        /// Whether this may not be the database that knows its machines.
        pub untrusted: bool,
    }
}

/// All clouds, the oldest first; at most 500.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<CloudView>> {
    actor.admin()?;
    select_clouds().all(&ctx.db).await
}

/// One cloud.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, id: CloudId) -> Result<CloudView> {
    actor.admin()?;
    select_cloud(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("cloud"))
}

db::statement! {
    fn select_clouds() -> CloudView =
        file "clouds.sql",
        "order by c.created_at limit 500";

    fn select_cloud(id: CloudId) -> CloudView =
        file "clouds.sql",
        "and c.id = $1";
}
