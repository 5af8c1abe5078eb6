//! Disputes: while one is open, what is left of the payment is set aside.

use chrono::{DateTime, Utc};
use entity::dispute::DisputeState;
use entity::{CaptureId, DisputeId, OrgId, PaymentId};
use sea_orm::ConnectionTrait;

use super::row::Locked;
use super::settle::SeenDispute;
use super::told;
use crate::error::{Error, Result};
use crate::ledger::{self, Cause};
use crate::page::{Page, PageRequest};
use crate::queue::Claim;
use crate::{Actor, Ctx, db};

db::row! {
    struct DisputeRow {
        id: DisputeId,
        capture_id: CaptureId,
        org_id: OrgId,
        state: DisputeState,
        amount_micros: Option<i64>,
        held_micros: i64,
        /// What of the capture did not go back yet.
        rest_micros: i64,
        /// Whether money was taken back since.
        taken: bool,
    }
}

db::row! {
    /// A dispute, as administrators see it.
    #[derive(Clone, Debug)]
    pub struct DisputeView {
        /// Names it.
        pub id: DisputeId,
        /// The provider's id.
        pub provider_ref: String,
        /// The payment.
        pub payment_id: PaymentId,
        /// The organisation.
        pub org_id: OrgId,
        /// Its name.
        pub org_name: String,
        /// How far it is.
        pub state: DisputeState,
        /// Its stage, in the provider's word.
        pub stage: String,
        /// What is disputed, in micro-units.
        pub amount_micros: Option<i64>,
        /// What is set aside for it, in micro-units.
        pub held_micros: i64,
        /// Until when an answer is due.
        pub due_at: Option<DateTime<Utc>>,
        /// When we learned of it.
        pub opened_at: DateTime<Utc>,
        /// When it ended.
        pub ended_at: Option<DateTime<Utc>>,
    }
}

/// Disputes, the newest first; those of one payment, or all.
///
/// # Errors
/// `forbidden` for others than administrators; a field error when the cursor is not one of ours.
pub async fn disputes(
    ctx: &Ctx,
    actor: &Actor,
    payment: Option<PaymentId>,
    request: &PageRequest,
) -> Result<Page<DisputeView>> {
    actor.admin()?;
    let rows = select_disputes(payment, request.after()?, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &DisputeView| row.id.0)
}

/// Notes a dispute that a message told of: the settler asks for the rest. Whether the capture is one of ours.
pub(super) async fn heard(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
    provider_ref: &str,
    capture_ref: &str,
) -> Result<()> {
    let id: DisputeId = ctx.chance.id(now);
    insert_dispute(id, provider_ref, capture_ref, now).exec(tx).await?;
    Ok(())
}

/// Books disputes as the provider tells them.
pub(super) async fn book(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    row: &Locked,
    now: DateTime<Utc>,
    seen: &[SeenDispute],
) -> Result<()> {
    for seen in seen {
        let Some(known) = lock_dispute(&seen.provider_ref, row.id).one(tx).await? else { continue };
        if known.state != DisputeState::Open {
            continue;
        }
        let cause = Cause { org: known.org_id, job: Some(claim.id), at: now };
        let named = (known.id, known.capture_id);
        let amount = seen.micros.unwrap_or(known.rest_micros).min(known.rest_micros);
        let mut held = known.held_micros;
        if known.amount_micros.is_none() && seen.state == DisputeState::Open {
            held = ledger::hold_disputed(tx, cause, named, amount).await?;
            told::disputed(ctx, tx, row, known.id, held, claim.id).await?;
        }
        let ended = seen.state != DisputeState::Open;
        // What is lost is taken by the reversal; where that has come already, the rest is free.
        if seen.state == DisputeState::Won || (ended && known.taken) {
            ledger::release_disputed(tx, cause, named, held).await?;
            held = 0;
        }
        if ended {
            told::dispute_ended(tx, row, known.id, seen.state, claim.id).await?;
        }
        let micros = seen.micros.or(known.amount_micros).or(Some(known.rest_micros)).filter(|micros| *micros > 0);
        update_dispute(known.id, seen.state, &seen.stage, micros, held, seen.due_at, ended.then_some(now))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What is set aside for disputes of a capture, in micro-units.
pub(super) async fn held_for(tx: &impl ConnectionTrait, capture: CaptureId) -> Result<i64> {
    select_held_for(capture).only(tx).await
}

/// A reversal took so much of what was set aside; of a dispute that was lost the rest is free.
pub(super) async fn used(tx: &impl ConnectionTrait, cause: Cause, capture: CaptureId, mut micros: i64) -> Result<()> {
    for dispute in lock_held(capture).all(tx).await? {
        let taken = micros.min(dispute.held_micros);
        micros -= taken;
        let mut left = dispute.held_micros - taken;
        if dispute.state == DisputeState::Lost && left > 0 {
            ledger::release_disputed(tx, cause, (dispute.id, capture), left).await?;
            left = 0;
        }
        set_held(dispute.id, left).exec(tx).await?;
    }
    if micros == 0 { Ok(()) } else { Err(Error::internal(format!("{capture}: more was taken than was set aside"))) }
}

db::row! {
    struct HeldDispute {
        id: DisputeId,
        state: DisputeState,
        held_micros: i64,
    }
}

db::statement! {
    fn insert_dispute(id: DisputeId, provider_ref: &str, capture_ref: &str, now: DateTime<Utc>) =
        file "insert_dispute.sql";

    fn lock_dispute(provider_ref: &str, payment: PaymentId) -> DisputeRow = file "lock_dispute.sql";

    fn update_dispute(
        id: DisputeId,
        state: DisputeState,
        stage: &str,
        micros: Option<i64>,
        held_micros: i64,
        due_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
    ) =
        "update dispute set state = $2, stage = left($3, 100), amount_micros = $4, held_micros = $5, due_at = $6,
           ended_at = $7
         where id = $1";

    fn select_held_for(capture: CaptureId) -> i64 =
        "select coalesce(sum(held_micros), 0)::bigint from dispute where capture_id = $1";

    fn lock_held(capture: CaptureId) -> HeldDispute =
        "select id, state, held_micros from dispute where capture_id = $1 and held_micros > 0 order by id for update";

    fn set_held(id: DisputeId, held_micros: i64) = "update dispute set held_micros = $2 where id = $1";

    fn select_disputes(payment: Option<PaymentId>, after: Option<uuid::Uuid>, limit: i64) -> DisputeView =
        file "select_disputes.sql";
}
