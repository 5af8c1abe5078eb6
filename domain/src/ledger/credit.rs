//! Credit that an administrator gives. Whether it needs a second one is decided in [`crate::credit`].

use chrono::{DateTime, Utc};
use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Cause;
use super::account::lock;
use super::journal::{Leg, write};
use super::payment::settle;
use crate::db;
use crate::error::{Error, Result};

/// Gives an organisation credit, for a reason that stays on record; a debt is paid from it first. Returns the journal
/// and the balance after it.
///
/// # Errors
/// `not_found` when the organisation has no wallet; when `id` was booked before.
pub(crate) async fn give_credit(
    tx: &impl ConnectionTrait,
    cause: Cause,
    id: Uuid,
    micros: i64,
    (reason, meta): (&str, Json),
) -> Result<(i64, i64)> {
    let before = lock(tx, cause.org).await?;
    let legs =
        [Leg { account: AccountKind::Wallet, micros }, Leg { account: AccountKind::Adjustment, micros: -micros }];
    let journal = write(tx, &format!("adjust:{id}"), JournalKind::Credit, cause, &legs, meta)
        .await?
        .ok_or_else(|| Error::internal("a fresh id was taken"))?;
    note_reason(tx, journal, reason).await?;
    settle(tx, cause, before, micros, (&format!("settle:{id}"), journal)).await?;
    Ok((journal, before.wallet + micros - before.owed.min(micros)))
}

/// What an administrator gave an organisation since an instant without a second one, in micro-units.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn given_lately(
    tx: &impl ConnectionTrait,
    org: OrgId,
    by: UserId,
    since: DateTime<Utc>,
) -> Result<i64> {
    sum_given(org, &by.to_string(), since).only(tx).await
}

/// Why an administrator moved money, beside the journal, where it can be erased.
pub(crate) async fn note_reason(tx: &impl ConnectionTrait, journal: i64, reason: &str) -> Result<()> {
    insert_reason(journal, reason).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn insert_reason(journal: i64, reason: &str) =
        "insert into journal_reason (journal_id, reason) values ($1, $2)";

    fn sum_given(org: OrgId, by: &str, since: DateTime<Utc>) -> i64 = file "sum_given.sql";
}
