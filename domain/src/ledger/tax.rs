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

/// What an invoice says, and what its hours moved before, in micro-units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posted {
    /// The tax of the document that is not posted yet; negative where too much was.
    pub(crate) tax: i64,
    /// What the customer still pays, where another rate holds than that of the hours; may be negative.
    pub(crate) due: i64,
    /// What the document says beyond what the customer pays, with tax; may be negative.
    pub(crate) rounding: i64,
}

/// Posts what an invoice says beyond what its hours posted: tax of another rate, and what rounding left. What the
/// customer still pays takes what the wallet has, and the rest becomes a debt; what they paid too much pays a debt
/// first. Returns what is owed afterwards, in micro-units. The wallet stays locked.
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
    let Posted { tax, due, rounding } = posted;
    let paid = due.min(before.wallet);
    // Of what comes back, the part that pays a debt.
    let settled = before.owed.min(-due).max(0);
    let legs = [
        Leg { account: AccountKind::Wallet, micros: -paid - settled },
        Leg { account: AccountKind::Receivable, micros: settled - (due - paid) },
        Leg { account: AccountKind::Revenue, micros: due - tax + rounding },
        Leg { account: AccountKind::TaxDue, micros: tax },
        Leg { account: AccountKind::Rounding, micros: -rounding },
    ];
    if legs.iter().any(|leg| leg.micros != 0) {
        let meta = json!({ "invoice": invoice });
        write(tx, &format!("tax:{invoice}"), JournalKind::Tax, cause, &legs, meta).await?;
    }
    Ok(before.owed + due - paid - settled)
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
