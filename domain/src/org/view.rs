//! Reading an organisation.

use chrono::{DateTime, Utc};
use entity::OrgId;
use sea_orm::ConnectionTrait;

use super::profile::Profile;
use super::quota::{self, Quotas};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// What an organisation is called.
    struct Named {
        name: String,
        created_at: DateTime<Utc>,
    }
}

/// An organisation as its members see it.
#[derive(Clone, Debug)]
pub struct OrgView {
    /// Its id.
    pub id: OrgId,
    /// 1 to 100 characters.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it says of itself.
    pub profile: Profile,
    /// What it has, and may have.
    pub quotas: Quotas,
}

/// The actor's organisation.
///
/// # Errors
/// `forbidden`; `not_found`.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<OrgView> {
    read(&ctx.db, actor.may(Perm::MembersRead)?).await
}

pub(super) async fn read(db: &impl ConnectionTrait, org: OrgId) -> Result<OrgView> {
    let named = select_named(org).one(db).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let (profile, quotas) = (super::profile::of(db, org).await?, quota::of(db, org).await?);
    Ok(OrgView { id: org, name: named.name, created_at: named.created_at, profile, quotas })
}

db::statement! {
    fn select_named(org: OrgId) -> Named = "select name, created_at from org where id = $1 and deleted_at is null";
}
