//! What an organisation said of itself before, and since when: each change, as documents froze it.

use chrono::{DateTime, Utc};
use entity::{OrgId, UserId};

use super::profile::Profile;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::vault::Counter;
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// What an organisation said of itself for some time.
    #[derive(Clone, Debug)]
    pub struct ProfileVersion {
        /// Rises with each change.
        pub id: i64,
        /// What it said.
        #[sea_orm(nested)]
        pub profile: Profile,
        /// The parts that differ from before, by their names.
        pub changed: Vec<String>,
        /// Since when; by business time.
        pub changed_at: DateTime<Utc>,
        /// Until when; none for what it says now.
        pub until: Option<DateTime<Utc>>,
        /// The user who said so; none for an erasure, and where it is not known.
        pub changed_by: Option<UserId>,
        /// That user's name.
        pub changed_by_name: Option<String>,
        /// Receipts, invoices and credit notes that were issued meanwhile.
        pub documents: i64,
    }
}

/// What the actor's organisation said of itself, the newest first.
///
/// # Errors
/// A field error for a cursor that is not ours; `forbidden`.
pub async fn profile_history(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<ProfileVersion>> {
    page(ctx, actor.may(Perm::StatementRead)?, false, request).await
}

/// The same of a customer, for an administrator.
///
/// # Errors
/// `not_found`; a field error for a cursor that is not ours; `forbidden` for others than administrators.
pub async fn profile_history_of_customer(
    ctx: &Ctx,
    actor: &Actor,
    customer: OrgId,
    request: &PageRequest,
) -> Result<Page<ProfileVersion>> {
    actor.admin()?;
    select_customer(customer).one(&ctx.db).await?.ok_or_else(|| Error::not_found("organisation"))?;
    page(ctx, customer, true, request).await
}

async fn page(ctx: &Ctx, org: OrgId, everybody: bool, request: &PageRequest) -> Result<Page<ProfileVersion>> {
    let before = request.after_veiled(&ctx.vault, Counter::Version)?;
    let rows = select_versions(org, before, request.fetch()?, everybody).all(&ctx.db).await?;
    request.page(rows, |row: &ProfileVersion| ctx.vault.veil(Counter::Version, row.id))
}

db::statement! {
    fn select_customer(org: OrgId) -> OrgId = "select id from org where id = $1";

    fn select_versions(org: OrgId, before: Option<i64>, limit: i64, everybody: bool) -> ProfileVersion =
        file "select_versions.sql";
}
