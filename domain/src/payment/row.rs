//! The row of a payment, locked: what a run of its settler reads and writes.

use chrono::{DateTime, Utc};
use entity::payment::{PayMode, PaymentState};
use entity::{Currency, OrgId, PaymentId, UserId};
use sea_orm::ConnectionTrait;

use super::state::{Clockwork, Happened, after, next_look};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, db};

db::row! {
    /// A payment that nobody else changes until the transaction ends.
    pub(super) struct Locked {
        pub(super) id: PaymentId,
        pub(super) org_id: OrgId,
        pub(super) actor_id: UserId,
        pub(super) mode: PayMode,
        pub(super) amount_micros: i64,
        pub(super) currency: Currency,
        pub(super) state: PaymentState,
        pub(super) attempt: i32,
        pub(super) declines: i32,
        pub(super) order_id: Option<String>,
        pub(super) approve_url: Option<String>,
        pub(super) payee: Option<String>,
        pub(super) failure: Option<String>,
        pub(super) cancelled_at: Option<DateTime<Utc>>,
        pub(super) capture_began_at: Option<DateTime<Utc>>,
        pub(super) rings: i32,
        pub(super) created_at: DateTime<Utc>,
        pub(super) opened_at: Option<DateTime<Utc>>,
        pub(super) expires_at: DateTime<Utc>,
        pub(super) ended_at: Option<DateTime<Utc>>,
        /// Whether its organisation still exists.
        pub(super) lives: bool,
    }
}

db::row! {
    /// What of a payment is on its way.
    struct OnItsWay {
        since: Option<DateTime<Utc>>,
        disputed: bool,
    }
}

/// Locks a payment. The lock comes after its job's, and before the wallet's.
pub(super) async fn lock(tx: &impl ConnectionTrait, payment: PaymentId) -> Result<Locked> {
    lock_payment(payment).one(tx).await?.ok_or_else(|| Error::not_found("payment"))
}

impl Locked {
    /// Moves on, if that is possible from here; whether it did.
    pub(super) fn step(&mut self, happened: Happened, now: DateTime<Utc>) -> bool {
        let Some(next) = after(self.state, happened) else { return false };
        self.state = next;
        self.ended_at = match next {
            PaymentState::Credited | PaymentState::Declined | PaymentState::Mismatch | PaymentState::Expired => {
                Some(now)
            }
            _ => None,
        };
        true
    }

    /// Writes what a run changed, and when it is looked at next.
    pub(super) async fn write(&self, tx: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
        let way = select_on_its_way(self.id).only(tx).await?;
        let clockwork = Clockwork {
            state: self.state,
            opened_at: self.opened_at.unwrap_or(self.created_at),
            expires_at: self.expires_at,
            waits_since: way.since,
            disputed: way.disputed,
        };
        update_payment(
            self.id,
            self.state,
            self.attempt,
            self.declines,
            self.order_id.as_deref(),
            self.approve_url.as_deref(),
            self.payee.as_deref(),
            self.failure.as_deref(),
            self.cancelled_at,
            self.capture_began_at,
            self.opened_at,
            self.expires_at,
            self.ended_at,
            next_look(now, clockwork),
        )
        .exec(tx)
        .await?;
        Ok(())
    }
}

/// Rings a payment's settler: something may have happened. One that runs now looks again before it ends; one that
/// waits begins at once. The caller has not locked the payment, or holds its lock.
///
/// # Errors
/// When the database refuses it.
pub(super) async fn ring(ctx: &Ctx, tx: &impl ConnectionTrait, payment: PaymentId, org: OrgId) -> Result<()> {
    bump(payment).exec(tx).await?;
    let job = Job::SettlePayment { payment };
    if work::enqueue_many(ctx, tx, &[NewJob::new(job).org(org)]).await?.is_empty() {
        work::hurry(tx, &job).await?;
    }
    Ok(())
}

db::statement! {
    fn lock_payment(payment: PaymentId) -> Locked = file "lock_payment.sql";

    fn select_on_its_way(payment: PaymentId) -> OnItsWay = file "select_on_its_way.sql";

    fn bump(payment: PaymentId) = "update payment set rings = rings + 1 where id = $1";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn update_payment(
        id: PaymentId,
        state: PaymentState,
        attempt: i32,
        declines: i32,
        order_id: Option<&str>,
        approve_url: Option<&str>,
        payee: Option<&str>,
        failure: Option<&str>,
        cancelled_at: Option<DateTime<Utc>>,
        capture_began_at: Option<DateTime<Utc>>,
        opened_at: Option<DateTime<Utc>>,
        expires_at: DateTime<Utc>,
        ended_at: Option<DateTime<Utc>>,
        look_at: Option<DateTime<Utc>>,
    ) = file "update_payment.sql";
}
