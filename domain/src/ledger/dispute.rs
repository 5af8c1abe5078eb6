//! Disputed payments: what of them is left is set aside until the dispute ends.

use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{CaptureId, DisputeId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::Cause;
use super::account::{lock, lock_held};
use super::journal::{Leg, write};
use super::payment::settle;
use crate::error::Result;

/// Sets a disputed amount aside, as far as the wallet reaches. Returns how much that was, in micro-units; zero when it
/// was done before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn hold_disputed(
    tx: &impl ConnectionTrait,
    cause: Cause,
    (dispute, capture): (DisputeId, CaptureId),
    micros: i64,
) -> Result<i64> {
    let held = lock(tx, cause.org).await?.wallet.min(micros);
    if held <= 0 {
        return Ok(0);
    }
    let legs = [Leg { account: AccountKind::Wallet, micros: -held }, Leg { account: AccountKind::Hold, micros: held }];
    let meta = json!({ "dispute": dispute, "capture": capture });
    let written = write(tx, &format!("dispute:{dispute}"), JournalKind::DisputeHold, cause, &legs, meta).await?;
    Ok(written.map_or(0, |_| held))
}

/// Gives back what a dispute still had set aside; a debt is paid from it first.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn release_disputed(
    tx: &impl ConnectionTrait,
    cause: Cause,
    (dispute, capture): (DisputeId, CaptureId),
    micros: i64,
) -> Result<()> {
    let before = lock(tx, cause.org).await?;
    let micros = micros.min(lock_held(tx, cause.org).await?);
    if micros <= 0 {
        return Ok(());
    }
    let legs = [Leg { account: AccountKind::Hold, micros: -micros }, Leg { account: AccountKind::Wallet, micros }];
    let meta = json!({ "dispute": dispute, "capture": capture });
    let written = write(tx, &format!("dispute:{dispute}:back"), JournalKind::DisputeBack, cause, &legs, meta).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, micros, (&format!("settle:{dispute}"), journal)).await?;
    }
    Ok(())
}
