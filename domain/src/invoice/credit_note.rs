//! Credit notes: money goes back to the wallet at once, and the document follows by a job.

use documents::{Kind, Line, Original, Snapshot, TaxLine};
use entity::invoice::InvoiceKind;
use entity::{InvoiceId, JobId, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::Office;
use super::amounts::share;
use super::issue::Issue;
use super::parties::{day, parties};
use super::store::{New, exists, store};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::idempotency::{self, Begun, IdempotencyKey};
use crate::ledger::{Cause, Given, Quote, give_back, lock_wallet, take_back};
use crate::queue::{self, Claim};
use crate::tax::{split_gross, tax_cents};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, access, db, text};

/// Micro-units in a hundredth.
const PER_CENT: i64 = 10_000;

/// A refund to the wallet, as it was booked.
#[derive(Clone, Copy, Debug)]
pub struct Refund {
    /// The movement.
    pub journal: i64,
    /// What went back, in hundredths.
    pub cents: i64,
    /// The job that issues the credit note.
    pub job: JobId,
}

db::row! {
    struct Corrected {
        kind: InvoiceKind,
        total_cents: i64,
        snapshot: Json,
        given_micros: i64,
    }
}

/// Gives back a part of an invoice, or all that is left of it, to the customer's wallet.
///
/// # Errors
/// Field errors; `not_correctable` for what is no invoice, or has nothing left; `not_found`; `forbidden` for others
/// than administrators; `step_up_required`.
pub async fn credit(
    ctx: &Ctx,
    actor: &Actor,
    invoice: InvoiceId,
    amount: Option<entity::Money>,
    reason: &str,
    idem: &IdempotencyKey,
) -> Result<Refund> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    if let Begun::Answered(body) = idempotency::begin(ctx, &tx, actor, idem).await? {
        tx.rollback().await?;
        return replayed(&body);
    }
    let (_, refund) = give(ctx, &tx, actor, invoice, amount, &reason).await?;
    let Refund { journal, cents, job } = refund;
    idempotency::keep(&tx, actor, idem, json!({ "journal": journal, "cents": cents, "job": job })).await?;
    tx.commit().await?;
    Ok(refund)
}

/// What the same would write and mean; nothing goes back.
///
/// # Errors
/// As [`credit`].
pub async fn quote_credit(
    ctx: &Ctx,
    actor: &Actor,
    invoice: InvoiceId,
    amount: Option<entity::Money>,
    reason: &str,
) -> Result<Quote> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    let tx = ctx.begin().await?;
    let (org, _) = give(ctx, &tx, actor, invoice, amount, &reason).await?;
    take_back(tx, org, None).await
}

/// Gives it back in the caller's transaction.
async fn give(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    invoice: InvoiceId,
    amount: Option<entity::Money>,
    reason: &str,
) -> Result<(OrgId, Refund)> {
    let admin = actor.admin()?;
    access::verified(ctx, tx, actor).await?;
    let org = select_owner(invoice).one(tx).await?.ok_or_else(|| Error::not_found("invoice"))?;
    lock_wallet(tx, org).await?;
    let corrected = select_corrected(invoice, &invoice.to_string()).only(tx).await?;
    if corrected.kind != InvoiceKind::Invoice {
        return Err(Error::conflict("not_correctable", "Only invoices are corrected by credit notes."));
    }
    let left = corrected.total_cents - corrected.given_micros / PER_CENT;
    let cents = whole_cents(amount, left)?;
    let original = snapshot_of(&corrected.snapshot)?;
    let said = correction(&original, cents);
    let at = ctx.clock.now(tx).await?;
    let id: uuid::Uuid = ctx.chance.id(at);
    let given = Given { net: said.net_cents * PER_CENT, tax: said.tax_cents * PER_CENT };
    let meta = json!({ "invoice": invoice, "cents": cents, "by": admin });
    let cause = Cause { org, job: None, at };
    let journal = give_back(tx, cause, &id.to_string(), given, meta)
        .await?
        .ok_or_else(|| Error::internal("a fresh id was taken"))?;
    insert_reason(journal, reason).exec(tx).await?;
    let what = Issue::CreditNote { journal };
    let job = work::enqueue(ctx, tx, NewJob::new(Job::IssueInvoice { what }).org(org).by(actor)).await?;
    let amount = entity::Money::usd(cents * PER_CENT);
    let event = Event::new("billing.credit_note", EventStatus::Success, format!("{amount} of an invoice went back"));
    let event = event.org(org).actor(admin).entity("org", org).job(job);
    activity::record(tx, event.metadata(json!({ "journal": journal, "reason": reason }))).await?;
    Ok((org, Refund { journal, cents, job }))
}

/// So many hundredths of what is left.
fn whole_cents(amount: Option<entity::Money>, left: i64) -> Result<i64> {
    let Some(amount) = amount else {
        let none = || Error::conflict("not_correctable", "All of this invoice went back already.");
        return if left > 0 { Ok(left) } else { Err(none()) };
    };
    if amount.currency != entity::Currency::USD {
        return Err(Error::field("/amount/currency", "wallets are in USD"));
    }
    if amount.micros <= 0 || amount.micros % PER_CENT != 0 || amount.micros / PER_CENT > left {
        let most = entity::Money::usd(left * PER_CENT);
        return Err(Error::field("/amount/amount", format!("give back whole cents, more than 0 and at most {most}")));
    }
    Ok(amount.micros / PER_CENT)
}

fn replayed(body: &Json) -> Result<Refund> {
    let unread = || Error::internal("a stored answer can't be read");
    Ok(Refund {
        journal: body["journal"].as_i64().ok_or_else(unread)?,
        cents: body["cents"].as_i64().ok_or_else(unread)?,
        job: body["job"].as_str().and_then(|job| job.parse().ok()).ok_or_else(unread)?,
    })
}

fn snapshot_of(json: &Json) -> Result<Snapshot> {
    serde_json::from_value(json.clone()).map_err(|error| Error::internal(format!("a snapshot can't be read: {error}")))
}

/// What a credit note over so many hundredths of an invoice says: the whole of it line by line, a part of it by rate.
fn correction(original: &Snapshot, cents: i64) -> Snapshot {
    let mut said = original.clone();
    if cents < original.total_cents {
        let weights: Vec<i64> = original.taxes.iter().map(|tax| tax.net_cents + tax.tax_cents).collect();
        let parts = share(cents, &weights);
        said.taxes = original
            .taxes
            .iter()
            .zip(parts)
            .filter(|(_, part)| *part > 0)
            .map(|(tax, part)| {
                let net = split_gross(part, tax.basis_points);
                // The part is what goes back: a hundredth that no net amount gives is taken from the tax.
                let tax_part = if tax.basis_points == 0 { 0 } else { tax_cents(net, tax.basis_points) };
                TaxLine { net_cents: part - tax_part, tax_cents: tax_part, ..tax.clone() }
            })
            .collect();
        said.lines = said
            .taxes
            .iter()
            .map(|tax| Line {
                name: format!("Part of {}", original.number),
                detail: "Refund to the balance".to_owned(),
                hours: None,
                seconds: None,
                period: None,
                net_cents: tax.net_cents,
                basis_points: tax.basis_points,
                category: tax.category,
                exact_micros: tax.net_cents * PER_CENT,
            })
            .collect();
    }
    said.net_cents = said.taxes.iter().map(|tax| tax.net_cents).sum();
    said.tax_cents = said.taxes.iter().map(|tax| tax.tax_cents).sum();
    said.total_cents = said.net_cents + said.tax_cents;
    said
}

db::row! {
    struct GivenBack {
        org_id: OrgId,
        meta: Json,
    }
}

/// Issues the credit note of money that went back. The wallet's movement says of which invoice and how much.
pub(super) async fn issue(ctx: &Ctx, claim: &Claim, journal: i64, office: &Office) -> Result<Option<InvoiceId>> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let given = select_given(journal).one(&tx).await?.ok_or_else(|| Error::not_found("refund"))?;
    lock_wallet(&tx, given.org_id).await?;
    let cause = format!("credit_note:{journal}");
    if exists(&tx, &cause).await? {
        return Ok(None);
    }
    let unread = || Error::internal(format!("journal {journal} does not say which invoice it corrects"));
    let invoice: InvoiceId = given.meta["invoice"].as_str().and_then(|id| id.parse().ok()).ok_or_else(unread)?;
    let cents = given.meta["cents"].as_i64().ok_or_else(unread)?;
    let original = snapshot_of(&select_corrected(invoice, &invoice.to_string()).only(&tx).await?.snapshot)?;
    let now = ctx.clock.now(&tx).await?;
    let said = correction(&original, cents);
    let mut snapshot = parties(&tx, given.org_id, office).await?.blank(Kind::CreditNote, day(now));
    // The supply that is corrected was taxed as the invoice says, whatever the customer is today.
    (snapshot.buyer, snapshot.seller) = (original.buyer.clone(), original.seller.clone());
    snapshot.evidence = original.evidence.clone();
    snapshot.corrects = Some(Original { number: original.number.clone(), issued_on: original.issued_on.clone() });
    snapshot.period = original.period.clone();
    (snapshot.lines, snapshot.taxes) = (said.lines, said.taxes);
    (snapshot.net_cents, snapshot.tax_cents) = (said.net_cents, said.tax_cents);
    (snapshot.total_cents, snapshot.paid_cents) = (said.total_cents, said.total_cents);
    snapshot.exact_micros = said.total_cents * PER_CENT;
    let id: InvoiceId = ctx.chance.id(now);
    let new = New {
        id,
        org: given.org_id,
        kind: InvoiceKind::CreditNote,
        cause,
        period: None,
        journal: Some(journal),
        corrects: Some(invoice),
        at: now,
        announce: true,
        snapshot,
    };
    let issued = store(ctx, &tx, new).await?;
    tx.commit().await?;
    Ok(Some(issued))
}

db::statement! {
    fn select_owner(invoice: InvoiceId) -> OrgId = "select org_id from invoice where id = $1";

    fn select_corrected(invoice: InvoiceId, name: &str) -> Corrected = file "select_corrected.sql";

    fn select_given(journal: i64) -> GivenBack =
        "select org_id, meta from journal where id = $1 and kind = 'credit_note' and org_id is not null";

    fn insert_reason(journal: i64, reason: &str) =
        "insert into journal_reason (journal_id, reason) values ($1, $2)";
}

#[cfg(test)]
mod tests {
    use super::*;
    use documents::{Category, Evidence, Head, Party};

    fn original() -> Snapshot {
        let tax = |basis_points, net_cents, tax_cents| TaxLine {
            category: Category::Standard,
            basis_points,
            net_cents,
            tax_cents,
            note: None,
        };
        Snapshot {
            kind: Kind::Invoice,
            number: "INV-000001".to_owned(),
            issued_on: "2026-11-01".to_owned(),
            period: None,
            currency: "USD".to_owned(),
            seller: Party::default(),
            buyer: Party::default(),
            hue: 0,
            corrects: None,
            reason: None,
            lines: Vec::new(),
            taxes: vec![tax(1_900, 1_000, 190), tax(700, 500, 35)],
            net_cents: 1_500,
            tax_cents: 225,
            total_cents: 1_725,
            paid_cents: 1_725,
            due_cents: 0,
            exact_micros: 0,
            evidence: Evidence::default(),
            chain: Head::default(),
            verify_url: String::new(),
        }
    }

    #[test]
    fn a_part_of_an_invoice_goes_back_to_the_hundredth() {
        for cents in 1..=1_725 {
            let said = correction(&original(), cents);
            assert_eq!(said.total_cents, cents);
            assert!(said.tax_cents <= 225 && said.net_cents >= 0, "{cents}");
            if cents < 1_725 {
                assert_eq!(said.lines.iter().map(|line| line.net_cents).sum::<i64>(), said.net_cents, "{cents}");
            }
        }
        assert_eq!(correction(&original(), 1_725).taxes, original().taxes);
    }
}
