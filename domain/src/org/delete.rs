//! Deleting an organisation: only what holds no server and no money ends.

use chrono::{DateTime, Utc};
use entity::{Money, OrgId, UserId};
use sea_orm::ConnectionTrait;

use super::lock::lock;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, Perm, access, db, ledger};

/// Deletes the actor's organisation, after `name` confirmed which one. Its members' tokens are void within seconds.
///
/// # Errors
/// A field error for another name; `org_has_servers`, `org_has_money`, `in_debt`; `forbidden`, `step_up_required`.
pub async fn delete(ctx: &Ctx, actor: &Actor, name: &str) -> Result<()> {
    let org = actor.may(Perm::OrgDelete)?;
    let tx = ctx.begin().await?;
    let found = lock(&tx, org).await?;
    access::confirm(&tx, actor, Perm::OrgDelete).await?;
    access::verified(ctx, &tx, actor).await?;
    if found.name != name.trim() {
        return Err(Error::field("/name", "write the organisation's name exactly as it is shown"));
    }
    // An order holds the wallet's lock until its server is counted.
    let money = ledger::remaining(&tx, org).await?;
    let servers = count_servers(org).only(&tx).await?;
    may_end(servers, &money)?;
    let now = ctx.clock.now(&tx).await?;
    end(org, now).exec(&tx).await?;
    end_invitations(org, now).exec(&tx).await?;
    raise_epochs(org, now).exec(&tx).await?;
    let event = Event::new("org.delete", EventStatus::Warning, "Organisation deleted").org(org).by(actor);
    activity::record(&tx, event.entity("org", org)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends an organisation without other members, whose person is erased. It is locked. Money that is left stays
/// on its books, if they said so: nobody can spend it, and the mail that they get says how to have it paid back.
///
/// # Errors
/// `org_has_servers`, `org_has_money`, `in_debt`.
pub(crate) async fn close_with(
    tx: &impl ConnectionTrait,
    org: OrgId,
    person: UserId,
    leave_balance: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let money = ledger::remaining(tx, org).await?;
    let servers = count_servers(org).only(tx).await?;
    may_end(servers, &ledger::Remaining { wallet_micros: 0, ..money })?;
    if money.wallet_micros > 0 && !leave_balance {
        let balance = Money::usd(money.wallet_micros);
        let words = format!(
            "The wallet of an organisation without other members still holds {}. Ask support to pay it back first, \
             or say that it may stay there until you ask for it. Nothing was changed.",
            balance.exact()
        );
        return Err(Error::conflict("org_has_money", words).with("available", balance));
    }
    end(org, now).exec(tx).await?;
    set_closed_with(org, person).exec(tx).await?;
    end_invitations(org, now).exec(tx).await?;
    let event = Event::new("org.delete", EventStatus::Warning, "Organisation deleted: its last member was erased");
    activity::record(tx, event.org(org).actor(person).entity("org", org)).await
}

/// Organisations that ended before, and whose only member a person was, end with them.
pub(crate) async fn claim_ended(tx: &impl ConnectionTrait, person: UserId) -> Result<()> {
    claim_closed(person).exec(tx).await?;
    Ok(())
}

fn may_end(servers: i64, money: &ledger::Remaining) -> Result<()> {
    if servers > 0 {
        let words = format!("The organisation still has servers: {servers}. Delete them first. Nothing was changed.");
        return Err(Error::conflict("org_has_servers", words));
    }
    if money.owed_micros > 0 {
        let owed = Money::usd(money.owed_micros);
        let words =
            format!("The organisation owes {}. Add credit to settle it first. Nothing was changed.", owed.exact());
        return Err(Error::conflict("in_debt", words).with("owed", owed));
    }
    if money.held_micros > 0 {
        let words = "Money is set aside for an order that is still in progress. Wait until it has ended, then delete \
                     the organisation. Nothing was changed.";
        return Err(Error::conflict("org_has_money", words));
    }
    if money.wallet_micros > 0 {
        let balance = Money::usd(money.wallet_micros);
        let words = format!(
            "The wallet still holds {}. Ask support to pay it back, then delete the organisation. Nothing was changed.",
            balance.exact()
        );
        return Err(Error::conflict("org_has_money", words).with("available", balance));
    }
    Ok(())
}

db::statement! {
    fn set_closed_with(org: OrgId, person: UserId) = "update org set closed_with = $2 where id = $1";

    fn claim_closed(person: UserId) = file "claim_closed.sql";

    fn count_servers(org: OrgId) -> i64 = "select count(*) from vps_live where org_id = $1";

    fn end(org: OrgId, now: DateTime<Utc>) = "update org set deleted_at = $2 where id = $1";

    fn end_invitations(org: OrgId, now: DateTime<Utc>) =
        "update invitation set state = 'revoked', ended_at = $2, sealed = null
         where org_id = $1 and state = 'pending'";

    fn raise_epochs(org: OrgId, now: DateTime<Utc>) =
        "update app_user set token_epoch = token_epoch + 1, epoch_changed_at = $2
         where id in (select user_id from org_member where org_id = $1)";
}
