//! Who has neither a second factor nor a password shows at the issuer again who they are.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{SessionId, UserId};

use super::begin::factor_needed;
use super::{Named, link, sign_in};
use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, factor};

/// How far the issuer's clock may be behind ours.
const BEHIND: TimeDelta = TimeDelta::seconds(30);

/// Notes that the issuer named the session's user again, who signed in there after `asked_at`: the session may do for
/// ten minutes what asks for it.
///
/// # Errors
/// `oidc_not_again` when they did not sign in again; `oidc_other_person` when it named another; `factor_needed` when a
/// factor was added meanwhile; `unauthenticated` when the session has ended.
pub async fn verify(ctx: &Ctx, named: &Named, user: UserId, session: SessionId, asked_at: DateTime<Utc>) -> Result<()> {
    if named.signed_in_at.is_none_or(|at| at < asked_at - BEHIND) {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "oidc_not_again",
            "You were not asked to sign in again, so this proves nothing new. Sign out there, then start again.",
        ));
    }
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    link::lives(&tx, user, session, now).await?;
    if sign_in::holder_in(&tx, named).await? != Some(user) {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "oidc_other_person",
            "You signed in there as another person than here. Nothing was changed.",
        ));
    }
    if factor::enrolled(ctx, &tx, user).await?.any() {
        return Err(factor_needed());
    }
    factor::note_step_up(&tx, session, factor::BY_ISSUER, now).await?;
    tx.commit().await?;
    Ok(())
}
