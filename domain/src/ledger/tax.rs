//! What documents move: tax of an invoice, what rounding to hundredths left, and money that a credit note gives back.

use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{InvoiceId, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::Cause;
use super::account::lock;
use super::journal::{Leg, write};
use crate::error::Result;

/// What an invoice's journal moves, in micro-units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posted {
    /// The tax of the document.
    pub(crate) tax: i64,
    /// What the document says beyond what the ledger charged, before tax that is added to it; may be negative.
    pub(crate) rounding: i64,
    /// Whether the tax is added to what was charged, and not contained in it.
    pub(crate) added: bool,
}

/// Posts the tax of an invoice and what rounding left. Tax that is added takes what the wallet has; the rest becomes a
/// debt. Returns what is owed afterwards, in micro-units. The wallet stays locked.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn post_document(
    tx: &impl ConnectionTrait,
    cause: Cause,
    invoice: InvoiceId,
    posted: Posted,
) -> Result<i64> {
    let before = lock(tx, cause.org).await?;
    let taken = if posted.added { posted.tax } else { 0 };
    let paid = taken.min(before.wallet);
    let legs = [
        Leg { account: AccountKind::Wallet, micros: -paid },
        Leg { account: AccountKind::Receivable, micros: -(taken - paid) },
        Leg { account: AccountKind::Revenue, micros: posted.rounding - (posted.tax - taken) },
        Leg { account: AccountKind::TaxDue, micros: posted.tax },
        Leg { account: AccountKind::Rounding, micros: -posted.rounding },
    ];
    if legs.iter().any(|leg| leg.micros != 0) {
        let meta = json!({ "invoice": invoice });
        write(tx, &format!("tax:{invoice}"), JournalKind::Tax, cause, &legs, meta).await?;
    }
    Ok(before.owed + taken - paid)
}

/// What a credit note gives back, in micro-units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given {
    /// Without tax.
    pub(crate) net: i64,
    /// Tax that is no longer owed.
    pub(crate) tax: i64,
}

/// Gives money back to the wallet; a debt is paid from it first. Returns the journal; none when that happened before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn give_back(
    tx: &impl ConnectionTrait,
    cause: Cause,
    key: &str,
    given: Given,
    meta: Json,
) -> Result<Option<i64>> {
    let before = lock(tx, cause.org).await?;
    let whole = given.net + given.tax;
    let legs = [
        Leg { account: AccountKind::Wallet, micros: whole },
        Leg { account: AccountKind::Revenue, micros: -given.net },
        Leg { account: AccountKind::TaxDue, micros: -given.tax },
    ];
    let written = write(tx, &format!("credit_note:{key}"), JournalKind::CreditNote, cause, &legs, meta).await?;
    let Some(journal) = written else { return Ok(None) };
    settle(tx, cause, key, journal, before.owed.min(whole)).await?;
    Ok(Some(journal))
}

async fn settle(tx: &impl ConnectionTrait, cause: Cause, key: &str, journal: i64, micros: i64) -> Result<()> {
    if micros > 0 {
        let legs =
            [Leg { account: AccountKind::Wallet, micros: -micros }, Leg { account: AccountKind::Receivable, micros }];
        let meta = json!({ "credit": journal });
        write(tx, &format!("settle:{key}"), JournalKind::Settlement, cause, &legs, meta).await?;
    }
    Ok(())
}

/// Locks an organisation's wallet until the transaction ends.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub(crate) async fn lock_wallet(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    lock(tx, org).await.map(|_| ())
}
