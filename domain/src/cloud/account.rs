//! Whose account a cloud is: the provider's own id of it, kept since the first validation. Another account does not
//! know our machines, and what it says of them proves nothing.

use entity::CloudId;

use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::{Ctx, EventStatus, db};

db::row! {
    /// The accounts of a cloud: the one that it has, and another that was told of.
    struct Accounts {
        kept: Option<String>,
        seen: Option<String>,
    }
}

/// Compares the account that the provider speaks for with the one that the cloud has had since its first validation,
/// and keeps it where none is known. Another one is noted, and told once. Returns whether it is the same.
///
/// # Errors
/// `fenced`.
pub async fn meet_account(ctx: &Ctx, claim: &Claim, cloud: CloudId, account: Option<&str>) -> Result<bool> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let Accounts { kept, seen } = lock_accounts(cloud).only(&tx).await?;
    let is_same = kept.is_none() || kept.as_deref() == account;
    let other = (!is_same).then(|| account.unwrap_or("unknown"));
    if kept.is_none() || seen.as_deref() != other {
        set_accounts(cloud, kept.as_deref().or(account), other).exec(&tx).await?;
        if let Some(other) = other {
            let words = format!(
                "The token belongs to another account at the provider ({other}); no server is marked as lost and no \
                 machine is deleted. Give the cloud a token of its former account, or accept this one under Clouds"
            );
            let event = Event::new("cloud.account", EventStatus::Error, words).entity("cloud", cloud).job(claim.id);
            activity::record(&tx, event).await?;
        }
    }
    tx.commit().await?;
    Ok(is_same)
}

/// Whether this is the account that the cloud has had since its first validation; true where none is known.
///
/// # Errors
/// When the database does not answer.
pub async fn is_its_account(ctx: &Ctx, cloud: CloudId, account: Option<&str>) -> Result<bool> {
    has_account(cloud, account).only(&ctx.db).await
}

db::statement! {
    fn lock_accounts(cloud: CloudId) -> Accounts =
        "select account_id as kept, account_seen as seen from cloud where id = $1 for update";

    fn set_accounts(cloud: CloudId, kept: Option<&str>, seen: Option<&str>) =
        "update cloud set account_id = $2, account_seen = $3 where id = $1";

    fn has_account(cloud: CloudId, account: Option<&str>) -> bool =
        "select coalesce(account_id, $2) is not distinct from $2::text from cloud where id = $1";
}
