//! Debts that will not be paid. The revenue stays: it was earned, and the loss is a cost of its own.

use entity::Money;
use entity::account::AccountKind;
use entity::journal::JournalKind;
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Cause;
use super::account::lock;
use super::credit::note_reason;
use super::journal::{Leg, write};
use crate::error::{Error, Result};

/// Takes so much off what an organisation owes, for a reason that stays on record. Returns the journal and what is
/// still owed.
///
/// # Errors
/// A field error when less is owed; `not_found` when the organisation has no wallet.
pub(crate) async fn write_off(
    tx: &impl ConnectionTrait,
    cause: Cause,
    id: Uuid,
    micros: i64,
    (reason, meta): (&str, Json),
) -> Result<(i64, i64)> {
    let before = lock(tx, cause.org).await?;
    if micros > before.owed {
        let words = format!("this organisation owes {}", Money::usd(before.owed));
        return Err(Error::field("/amount/amount", words));
    }
    let legs =
        [Leg { account: AccountKind::Receivable, micros }, Leg { account: AccountKind::BadDebt, micros: -micros }];
    let journal = write(tx, &format!("bad_debt:{id}"), JournalKind::WriteOff, cause, &legs, meta)
        .await?
        .ok_or_else(|| Error::internal("a fresh id was taken"))?;
    note_reason(tx, journal, reason).await?;
    Ok((journal, before.owed - micros))
}
