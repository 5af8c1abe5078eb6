//! Reading and changing what an organisation demands of who uses it.

use std::net::IpAddr;

use entity::{OrgId, SessionId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::lock::lock;
use crate::activity::{self, Event};
use crate::actor::Proof;
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, Perm, access, db, factor, key, text};

db::row! {
    /// What an organisation demands of who uses it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Security {
        /// Whether its members need a second factor.
        pub require_mfa: bool,
        /// Networks from which it is used; empty for anywhere.
        pub ip_allow: Vec<String>,
    }
}

/// What shall be different; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SecurityChange {
    /// Whether members need a second factor.
    pub require_mfa: Option<bool>,
    /// Networks as a person writes them; none of them for anywhere.
    pub ip_allow: Option<Vec<String>>,
}

/// What the actor's organisation demands.
///
/// # Errors
/// `forbidden`.
pub async fn security(ctx: &Ctx, actor: &Actor) -> Result<Security> {
    of(&ctx.db, actor.may(Perm::OrgWrite)?).await
}

/// The same of any organisation, for an administrator.
///
/// # Errors
/// `not_found`; `forbidden`.
pub async fn security_of_customer(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Security> {
    actor.admin()?;
    of(&ctx.db, org).await
}

/// Changes what the actor's organisation demands. `from` is the address that they ask from: nobody shuts themself out.
///
/// # Errors
/// Field errors; `own_address_missing`, `own_factor_missing`; `forbidden`, `step_up_required`.
pub async fn change_security(
    ctx: &Ctx,
    actor: &Actor,
    change: &SecurityChange,
    from: Option<IpAddr>,
) -> Result<Security> {
    let org = actor.may(Perm::OrgSecurity)?;
    let nets = change.ip_allow.as_deref().map(|nets| key::networks("/ip_allow", nets)).transpose()?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    access::confirm(&tx, actor, Perm::OrgSecurity).await?;
    access::verified(ctx, &tx, actor).await?;
    if nets.as_deref().is_some_and(|nets| !key::admit(nets, from)) {
        let then = "you could not use the organisation from here";
        return Err(key::own_address_missing(from, then, "Nothing was changed."));
    }
    if change.require_mfa == Some(true) && !shows_factor(&tx, actor).await? {
        return Err(own_factor_missing());
    }
    update_security(org, change.require_mfa, nets.as_deref().map(key::words)).exec(&tx).await?;
    let now = of(&tx, org).await?;
    let said = "The organisation’s security was changed";
    let event = Event::new("org.security", EventStatus::Warning, said).org(org).by(actor).entity("org", org);
    // Addresses may be a person's, and the record keeps what it was told.
    let kept = json!({ "require_mfa": now.require_mfa, "networks": now.ip_allow.len() });
    activity::record(&tx, event.metadata(kept)).await?;
    tx.commit().await?;
    Ok(now)
}

/// Lifts the list of networks of an organisation whose owners shut themselves out; for administrators. Its members read
/// that it was done. One without a list stays as it is.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden`, `step_up_required`.
pub async fn lift_networks(ctx: &Ctx, actor: &Actor, org: OrgId, reason: &str) -> Result<Security> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    lock(&tx, org).await?;
    if update_lifted(org).exec(&tx).await? > 0 {
        let said = "Support lifted the list of networks";
        let event = Event::new("org.networks_lifted", EventStatus::Warning, said).org(org).by(actor);
        activity::record(&tx, event.entity("org", org).reason(reason)).await?;
    }
    let now = of(&tx, org).await?;
    tx.commit().await?;
    Ok(now)
}

async fn of(db: &impl ConnectionTrait, org: OrgId) -> Result<Security> {
    select_security(org).one(db).await?.ok_or_else(|| Error::not_found("organisation"))
}

/// Whether the session behind the actor showed a second factor, as its row says.
async fn shows_factor(tx: &impl ConnectionTrait, actor: &Actor) -> Result<bool> {
    let Some(Proof::Session(session)) = actor.person().map(|person| person.proof) else { return Ok(false) };
    Ok(select_amr(session).one(tx).await?.is_some_and(|amr| factor::shown(&amr)))
}

fn own_factor_missing() -> Error {
    Error::conflict(
        "own_factor_missing",
        "You have no second factor yourself, so the organisation would be closed to you. Add an authenticator app or a \
         passkey to your account first. Nothing was changed.",
    )
}

db::statement! {
    fn select_security(org: OrgId) -> Security =
        "select require_mfa, ip_allow from org where id = $1 and deleted_at is null";

    fn select_amr(session: SessionId) -> Vec<String> =
        "select amr from session where id = $1 and revoked_at is null";

    fn update_security(org: OrgId, require_mfa: Option<bool>, ip_allow: Option<Vec<String>>) =
        "update org set require_mfa = coalesce($2, require_mfa), ip_allow = coalesce($3, ip_allow) where id = $1";

    fn update_lifted(org: OrgId) = "update org set ip_allow = '{}' where id = $1 and ip_allow <> '{}'";
}
