//! Credit that promo codes give: it was never paid, so it is spent first and never goes back to a payer
//! (`sources.rs`).

use entity::PromoId;
use entity::account::AccountKind;
use entity::journal::JournalKind;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::Cause;
use super::account::lock;
use super::journal::{Leg, write};
use super::payment::settle;
use crate::error::Result;

/// Gives an organisation what a promo code is worth; a debt is paid from it first. Returns the journal and the balance
/// after it; none when the organisation used the code before.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub(crate) async fn give_promo(
    tx: &impl ConnectionTrait,
    cause: Cause,
    (promo, code): (PromoId, &str),
    micros: i64,
) -> Result<Option<(i64, i64)>> {
    let before = lock(tx, cause.org).await?;
    let legs = [Leg { account: AccountKind::Wallet, micros }, Leg { account: AccountKind::Promo, micros: -micros }];
    let (key, meta) = (format!("promo:{promo}:{}", cause.org), json!({ "promo": promo, "code": code }));
    let Some(journal) = write(tx, &key, JournalKind::Promo, cause, &legs, meta).await? else { return Ok(None) };
    settle(tx, cause, before, micros, (&format!("settle:{promo}:{}", cause.org), journal)).await?;
    Ok(Some((journal, before.wallet + micros - before.owed.min(micros))))
}
