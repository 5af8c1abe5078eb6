//! Money of an order: set aside, then earned or given back.

use chrono::{DateTime, Utc};
use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{JobId, Money, OrgId, UserId, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::Cause;
use super::account::lock;
use super::journal::{Leg, all_posted, columns, write};
use crate::db;
use crate::error::{Error, ErrorKind, Result};
use crate::tax;

/// The order that money is set aside for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The job that creates the server: it names the hold.
    pub job: JobId,
    /// The server.
    pub vps: VpsId,
    /// The first hour's price in micro-units, as the page says it.
    pub micros: i64,
    /// The administrator who ordered in a member's place.
    pub impersonator: Option<UserId>,
}

/// What an order set aside.
#[derive(Clone, Copy, Debug)]
pub struct SetAside {
    /// The first hour with the tax that is added to it, in micro-units.
    pub micros: i64,
    /// Whether the organisation has limits of its own, which an order must keep too.
    pub limited: bool,
}

/// Tax on an hour that was set aside.
#[derive(Clone, Copy, Debug)]
pub struct HeldTax {
    /// How much, in micro-units.
    pub micros: i64,
    /// Whether it was added to the price, or is contained in it.
    pub added: bool,
}

/// The first hour of an order, earned.
#[derive(Clone, Copy, Debug)]
pub struct Captured {
    /// The journal.
    pub journal: i64,
    /// The hour's price in micro-units.
    pub micros: i64,
    /// The tax on it.
    pub tax: Option<HeldTax>,
}

impl Order {
    /// What the journals of an order say of it: what is not true of most is left out.
    fn meta(&self, impersonator: Option<String>, tax: Option<HeldTax>) -> Json {
        let mut meta = json!({ "vps": self.vps });
        if let Some(admin) = impersonator {
            meta["impersonator"] = json!(admin);
        }
        if let Some(HeldTax { micros, added }) = tax {
            (meta["tax"], meta["tax_added"]) = (json!(micros), json!(added));
        }
        meta
    }
}

fn added(tax: Option<HeldTax>) -> i64 {
    tax.map_or(0, |tax| if tax.added { tax.micros } else { 0 })
}

db::row! {
    /// The balances that a hold was judged by, in micro-units.
    struct Judged {
        wallet: Option<i64>,
        owed: i64,
        /// What the hours cost in full that servers by the second are in.
        running: i64,
        complete: bool,
        limited: bool,
    }
}

db::row! {
    /// What an order set aside.
    struct Held {
        amount_micros: i64,
        /// The administrator who ordered in a member's place: what becomes of the money names them too.
        impersonator: Option<String>,
        tax_micros: Option<i64>,
        tax_added: Option<bool>,
    }
}

impl Held {
    fn tax(&self) -> Option<HeldTax> {
        Some(HeldTax { micros: self.tax_micros?, added: self.tax_added? })
    }
}

fn key(verb: &str, job: JobId) -> String {
    format!("{verb}:{job}")
}

/// Sets the first hour of an order aside, with its tax. The wallet must hold the hours too that servers by the second
/// are in: they are not charged yet. Locks the wallet until the transaction ends. Harmless when that was done for this
/// job before.
///
/// # Errors
/// `in_debt` while anything is owed, `insufficient_funds` with what is needed and available.
pub async fn hold(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<SetAside> {
    let levy = tax::levy_of(tx, cause.org).await?;
    let share = levy.at(cause.at);
    let tax = (share.part > 0).then(|| HeldTax { micros: share.of(order.micros), added: levy.added });
    let whole = order.micros + added(tax);
    let (part, of) = if levy.added { (share.part, share.whole) } else { (0, 1) };
    let legs =
        [Leg { account: AccountKind::Wallet, micros: -whole }, Leg { account: AccountKind::Hold, micros: whole }];
    let (accounts, micros) = columns(&legs);
    let admin = order.impersonator.map(|admin| admin.to_string());
    let (key, kind, meta) = (key("hold", order.job), JournalKind::Hold, order.meta(admin, tax));
    let judged = write_hold(&key, kind, cause.org, cause.job, cause.at, meta, accounts, micros, whole, part, of);
    let judged = judged.only(tx).await?;
    let wallet = judged.wallet.ok_or_else(|| Error::not_found("organisation"))?;
    if judged.owed > 0 {
        return Err(in_debt(judged.owed));
    }
    if wallet < whole + judged.running {
        return Err(insufficient_funds(whole + judged.running, wallet));
    }
    all_posted(judged.complete, cause.org)?;
    Ok(SetAside { micros: whole, limited: judged.limited })
}

fn in_debt(owed: i64) -> Error {
    let words = "Your wallet has an open debt, so nothing was ordered. Add credit to settle it, then order again.";
    Error::new(ErrorKind::PaymentRequired, "in_debt", words).with("owed", Money::usd(owed))
}

pub(crate) fn insufficient_funds(needed: i64, available: i64) -> Error {
    let words = "Your wallet doesn't hold enough for the first hour, so nothing was ordered. Add credit, then order \
                 again.";
    Error::new(ErrorKind::PaymentRequired, "insufficient_funds", words)
        .with("needed", Money::usd(needed))
        .with("available", Money::usd(available))
}

/// What the job set aside and has neither earned nor given back. The wallet's lock is held, so a hold
/// ends once.
async fn held(tx: &impl ConnectionTrait, job: JobId) -> Result<Option<Held>> {
    select_held(&key("hold", job), &key("capture", job), &key("release", job)).one(tx).await
}

/// Earns what an order set aside; its tax becomes due. None when that happened before.
///
/// # Errors
/// When the database refuses it.
pub async fn capture(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<Option<Captured>> {
    lock(tx, cause.org).await?;
    let Some(held) = held(tx, order.job).await? else { return Ok(None) };
    let (whole, tax) = (held.amount_micros, held.tax());
    let due = tax.map_or(0, |tax| tax.micros);
    let legs = [
        Leg { account: AccountKind::Hold, micros: -whole },
        Leg { account: AccountKind::Revenue, micros: whole - due },
        Leg { account: AccountKind::TaxDue, micros: due },
    ];
    let meta = order.meta(held.impersonator, None);
    let journal = write(tx, &key("capture", order.job), JournalKind::Capture, cause, &legs, meta).await?;
    Ok(journal.map(|journal| Captured { journal, micros: whole - added(tax), tax }))
}

/// Gives back what an order set aside. Harmless, and false, when that happened before or when it was earned.
///
/// # Errors
/// When the database refuses it.
pub async fn release(tx: &impl ConnectionTrait, cause: Cause, order: &Order) -> Result<bool> {
    lock(tx, cause.org).await?;
    let Some(Held { amount_micros: micros, impersonator, .. }) = held(tx, order.job).await? else {
        return Ok(false);
    };
    let legs = [Leg { account: AccountKind::Hold, micros: -micros }, Leg { account: AccountKind::Wallet, micros }];
    let meta = order.meta(impersonator, None);
    Ok(write(tx, &key("release", order.job), JournalKind::Release, cause, &legs, meta).await?.is_some())
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "those of write_journal, and what the wallet must hold")]
    fn write_hold(
        key: &str,
        kind: JournalKind,
        org: OrgId,
        job: Option<JobId>,
        at: DateTime<Utc>,
        meta: Json,
        accounts: Vec<AccountKind>,
        micros: Vec<i64>,
        needed: i64,
        tax_part: i64,
        tax_whole: i64,
    ) -> Judged =
        file "write_hold.sql",
        file "postings.sql",
        "select b.wallet, b.owed, b.running, p.complete, exists(
           select from wallet_policy w where w.org_id = $3) as limited
         from balance b cross join posted_all p";

    fn select_held(hold: &str, capture: &str, release: &str) -> Held = file "select_held.sql";
}
