//! Money that goes back: asked for, gone or come back; and money that was taken back without us.

use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{CaptureId, Currency, PaymentId, RefundId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::Cause;
use super::account::{lock, lock_held};
use super::journal::{Leg, write};
use super::payment::{settle, write_ours};
use crate::error::{Error, ErrorKind, Result};

/// A refund, as the books see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reversal {
    /// Names it.
    pub(crate) refund: RefundId,
    /// The payment that it is about.
    pub(crate) payment: PaymentId,
    /// The capture that it is of.
    pub(crate) capture: CaptureId,
    /// How much, in micro-units.
    pub(crate) micros: i64,
    /// What of the fee came back to us, in micro-units; negative for what it cost us.
    pub(crate) fee_micros: i64,
    /// Its currency.
    pub(crate) currency: Currency,
    /// Whether the money waits for an administrator: then it is nobody's, and no wallet is touched.
    pub(crate) unfit: bool,
}

impl Reversal {
    fn meta(&self) -> Json {
        json!({ "refund": self.refund, "payment": self.payment, "capture": self.capture })
    }

    /// What leaves the provider's balance, and what the fee does.
    fn gone(&self) -> [Leg; 2] {
        [
            Leg { account: AccountKind::PaypalClearing, micros: self.micros - self.fee_micros },
            Leg { account: AccountKind::PaypalFee, micros: self.fee_micros },
        ]
    }
}

/// Takes what goes back from the wallet. The caller holds the wallet's lock and has judged how much may.
///
/// # Errors
/// `insufficient_funds` when the wallet has less.
pub(crate) async fn ask_refund(tx: &impl ConnectionTrait, cause: Cause, refund: &Reversal) -> Result<Option<i64>> {
    if refund.unfit {
        // What is nobody's leaves its account when it has gone.
        return Ok(None);
    }
    let before = lock(tx, cause.org).await?;
    if before.wallet < refund.micros {
        let words = "The wallet no longer holds that much. Nothing was paid back.";
        return Err(Error::new(ErrorKind::PaymentRequired, "insufficient_funds", words)
            .with("available", entity::Money::usd(before.wallet)));
    }
    let legs = [
        Leg { account: AccountKind::Wallet, micros: -refund.micros },
        Leg { account: AccountKind::Refund, micros: refund.micros },
    ];
    write(tx, &format!("refund:{}", refund.refund), JournalKind::Refund, cause, &legs, refund.meta()).await
}

/// The money went back. Harmless when that was booked before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn end_refund(tx: &impl ConnectionTrait, cause: Cause, refund: &Reversal) -> Result<Option<i64>> {
    let (key, kind) = (format!("refund:{}:done", refund.refund), JournalKind::RefundDone);
    let [clearing, fee] = refund.gone();
    if refund.unfit {
        let legs = [Leg { account: AccountKind::Unallocated, micros: -refund.micros }, clearing, fee];
        return write_ours(tx, &key, kind, cause, refund.currency, &legs, refund.meta()).await;
    }
    lock(tx, cause.org).await?;
    let legs = [Leg { account: AccountKind::Refund, micros: -refund.micros }, clearing, fee];
    write(tx, &key, kind, cause, &legs, refund.meta()).await
}

/// The money did not go back: it is in the wallet again, where it pays a debt first. Harmless when that was booked
/// before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn back_refund(tx: &impl ConnectionTrait, cause: Cause, refund: &Reversal) -> Result<Option<i64>> {
    if refund.unfit {
        return Ok(None);
    }
    let before = lock(tx, cause.org).await?;
    let legs = [
        Leg { account: AccountKind::Refund, micros: -refund.micros },
        Leg { account: AccountKind::Wallet, micros: refund.micros },
    ];
    let key = format!("refund:{}:back", refund.refund);
    let written = write(tx, &key, JournalKind::RefundBack, cause, &legs, refund.meta()).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, refund.micros, (&format!("settle:{}", refund.refund), journal)).await?;
    }
    Ok(written)
}

/// Gives a charge back to the wallet; a debt is paid from it first.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn refund_wallet(
    tx: &impl ConnectionTrait,
    cause: Cause,
    (refund, payment): (RefundId, PaymentId),
    micros: i64,
) -> Result<Option<i64>> {
    let before = lock(tx, cause.org).await?;
    let legs = [Leg { account: AccountKind::Revenue, micros: -micros }, Leg { account: AccountKind::Wallet, micros }];
    let (key, meta) = (format!("refund:{refund}:wallet"), json!({ "refund": refund, "payment": payment }));
    let written = write(tx, &key, JournalKind::RefundWallet, cause, &legs, meta).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, micros, (&format!("settle:{refund}"), journal)).await?;
    }
    Ok(written)
}

/// What a reversal took from where, in micro-units.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// From what was set aside for a dispute.
    pub(crate) held: i64,
    /// From the wallet.
    pub(crate) wallet: i64,
    /// What became debt.
    pub(crate) owed: i64,
}

/// Money was taken back without us: from what a dispute had set aside, then from the wallet, and the rest becomes debt.
/// None when that was booked before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn reverse(
    tx: &impl ConnectionTrait,
    cause: Cause,
    refund: &Reversal,
    disputed_micros: i64,
) -> Result<Option<Taken>> {
    let (key, kind) = (format!("paypal:refund:{}", refund.refund), JournalKind::Reversal);
    let [clearing, fee] = refund.gone();
    if refund.unfit {
        let legs = [Leg { account: AccountKind::Unallocated, micros: -refund.micros }, clearing, fee];
        let written = write_ours(tx, &key, kind, cause, refund.currency, &legs, refund.meta()).await?;
        return Ok(written.map(|_| Taken::default()));
    }
    let before = lock(tx, cause.org).await?;
    let held = disputed_micros.min(lock_held(tx, cause.org).await?).min(refund.micros);
    let wallet = before.wallet.min(refund.micros - held);
    let taken = Taken { held, wallet, owed: refund.micros - held - wallet };
    let legs = [
        Leg { account: AccountKind::Wallet, micros: -taken.wallet },
        Leg { account: AccountKind::Hold, micros: -taken.held },
        Leg { account: AccountKind::Receivable, micros: -taken.owed },
        clearing,
        fee,
    ];
    Ok(write(tx, &key, kind, cause, &legs, refund.meta()).await?.map(|_| taken))
}

/// Money that had gone back came back to us: it is in the wallet again, where it pays a debt first. Harmless when that
/// was booked before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn return_refund(tx: &impl ConnectionTrait, cause: Cause, refund: &Reversal) -> Result<Option<i64>> {
    let key = format!("refund:{}:back", refund.refund);
    let [clearing, fee] = refund.gone().map(|leg| Leg { micros: -leg.micros, ..leg });
    if refund.unfit {
        let legs = [Leg { account: AccountKind::Unallocated, micros: refund.micros }, clearing, fee];
        return write_ours(tx, &key, JournalKind::RefundBack, cause, refund.currency, &legs, refund.meta()).await;
    }
    let before = lock(tx, cause.org).await?;
    let legs = [Leg { account: AccountKind::Wallet, micros: refund.micros }, clearing, fee];
    let written = write(tx, &key, JournalKind::RefundBack, cause, &legs, refund.meta()).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, refund.micros, (&format!("settle:{}", refund.refund), journal)).await?;
    }
    Ok(written)
}
