//! Payments: money that arrived, and where it is. What arrived and fits nothing waits, and has no owner until an
//! administrator says whose it is.

use chrono::{DateTime, Utc};
use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{CaptureId, Currency, JobId, OrgId, PaymentId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::Cause;
use super::account::{Locked, lock};
use super::journal::{Leg, all_posted, columns, write};
use crate::db;
use crate::error::Result;

/// Money that a payment took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Topup {
    /// The payment.
    pub(crate) payment: PaymentId,
    /// What it took: it names the cause.
    pub(crate) capture: CaptureId,
    /// What was taken, in micro-units.
    pub(crate) micros: i64,
    /// What the provider kept of it, in micro-units.
    pub(crate) fee_micros: i64,
    /// Its currency.
    pub(crate) currency: Currency,
}

impl Topup {
    fn meta(&self) -> Json {
        json!({ "payment": self.payment, "capture": self.capture })
    }
}

/// The cause of everything that books a capture: it is booked once, as what it is.
fn key(capture: CaptureId) -> String {
    format!("paypal:capture:{capture}")
}

/// Credits a payment to the wallet; a debt is paid from it first. None when the capture was booked before.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub(crate) async fn topup(tx: &impl ConnectionTrait, cause: Cause, new: &Topup) -> Result<Option<i64>> {
    let before = lock(tx, cause.org).await?;
    let legs = [
        Leg { account: AccountKind::Wallet, micros: new.micros },
        Leg { account: AccountKind::PaypalClearing, micros: -(new.micros - new.fee_micros) },
        Leg { account: AccountKind::PaypalFee, micros: -new.fee_micros },
    ];
    let written = write(tx, &key(new.capture), JournalKind::Topup, cause, &legs, new.meta()).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, new.micros, (&format!("settle:{}", new.capture), journal)).await?;
    }
    Ok(written)
}

/// New money pays an old debt, as far as it reaches.
pub(super) async fn settle(
    tx: &impl ConnectionTrait,
    cause: Cause,
    before: Locked,
    micros: i64,
    (key, journal): (&str, i64),
) -> Result<()> {
    let settled = before.owed.min(micros);
    if settled > 0 {
        let legs = [
            Leg { account: AccountKind::Wallet, micros: -settled },
            Leg { account: AccountKind::Receivable, micros: settled },
        ];
        write(tx, key, JournalKind::Settlement, cause, &legs, json!({ "credit": journal })).await?;
    }
    Ok(())
}

/// Books money that does not fit its payment, in whatever currency. None when the capture was booked before.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn book_unfit(tx: &impl ConnectionTrait, cause: Cause, new: &Topup) -> Result<Option<i64>> {
    let legs = [
        Leg { account: AccountKind::Unallocated, micros: new.micros },
        Leg { account: AccountKind::PaypalClearing, micros: -(new.micros - new.fee_micros) },
        Leg { account: AccountKind::PaypalFee, micros: -new.fee_micros },
    ];
    write_ours(tx, &key(new.capture), JournalKind::Unfit, cause, new.currency, &legs, new.meta()).await
}

/// Gives money that waited to an organisation's wallet; a debt is paid from it first. None when that was done before.
///
/// # Errors
/// `not_found` when the organisation has no wallet.
pub(crate) async fn allocate(
    tx: &impl ConnectionTrait,
    cause: Cause,
    new: &Topup,
    rest_micros: i64,
) -> Result<Option<i64>> {
    let before = lock(tx, cause.org).await?;
    let legs = [
        Leg { account: AccountKind::Unallocated, micros: -rest_micros },
        Leg { account: AccountKind::Wallet, micros: rest_micros },
    ];
    let key = format!("allocate:{}", new.capture);
    let written = write(tx, &key, JournalKind::Allocation, cause, &legs, new.meta()).await?;
    if let Some(journal) = written {
        settle(tx, cause, before, rest_micros, (&format!("settle:{}", new.capture), journal)).await?;
    }
    Ok(written)
}

/// What the provider paid out to our bank.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn payout(
    tx: &impl ConnectionTrait,
    id: Uuid,
    at: DateTime<Utc>,
    micros: i64,
    meta: Json,
) -> Result<Option<i64>> {
    let legs =
        [Leg { account: AccountKind::PaypalClearing, micros }, Leg { account: AccountKind::Bank, micros: -micros }];
    let (accounts, amounts) = columns(&legs);
    let (key, kind) = (format!("payout:{id}"), JournalKind::Payout);
    let written =
        write_ours_journal(&key, kind, None, None, at, meta, accounts, amounts, Currency::USD).one(tx).await?;
    Ok(written.map(|written| written.id))
}

/// Writes a journal between accounts of ours alone, in a currency that they may not have had before.
pub(super) async fn write_ours(
    tx: &impl ConnectionTrait,
    key: &str,
    kind: JournalKind,
    cause: Cause,
    currency: Currency,
    legs: &[Leg],
    meta: Json,
) -> Result<Option<i64>> {
    let (accounts, micros) = columns(legs);
    open_ours(&accounts, currency).exec(tx).await?;
    let written = write_ours_journal(key, kind, Some(cause.org), cause.job, cause.at, meta, accounts, micros, currency)
        .one(tx)
        .await?;
    written.map(|written| all_posted(written.complete, cause.org).map(|()| written.id)).transpose()
}

db::row! {
    struct WrittenOurs {
        id: i64,
        complete: bool,
    }
}

db::statement! {
    fn open_ours(accounts: &[AccountKind], currency: Currency) =
        "insert into account (kind, currency) select kind, $2 from unnest($1::text[]) kind on conflict do nothing";

    #[expect(clippy::too_many_arguments, reason = "one for each column, and the legs")]
    fn write_ours_journal(
        key: &str,
        kind: JournalKind,
        org: Option<OrgId>,
        job: Option<JobId>,
        at: DateTime<Utc>,
        meta: Json,
        accounts: Vec<AccountKind>,
        micros: Vec<i64>,
        currency: Currency,
    ) -> WrittenOurs =
        file "write_journal.sql",
        file "write_ours_journal.sql";
}
