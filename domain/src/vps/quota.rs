//! How many servers an organisation has, and may have.

use entity::OrgId;

use crate::error::{Error, Result};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// How many servers an organisation has, and may have.
    #[derive(Clone, Copy, Debug)]
    pub struct VpsQuota {
        /// Those that count: neither deleted nor failed.
        pub used: i64,
        /// An order beyond so many is refused.
        pub most: i32,
    }
}

/// How many servers the actor's organisation has, and may have.
///
/// # Errors
/// `forbidden` for actors without an organisation.
pub async fn quota(ctx: &Ctx, actor: &Actor) -> Result<VpsQuota> {
    select_quota(actor.may(Perm::VpsRead)?).one(&ctx.db).await?.ok_or_else(|| Error::not_found("organisation"))
}

db::statement! {
    fn select_quota(org: OrgId) -> VpsQuota =
        "select o.vps_quota as most, (select count(*) from vps_live v where v.org_id = o.id) as used
         from org o where o.id = $1";
}
