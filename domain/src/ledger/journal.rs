//! Writing journals: one statement for the journal, its postings and the balances that they move.

use chrono::{DateTime, Utc};
use entity::account::AccountKind;
use entity::journal::JournalKind;
use entity::{JobId, OrgId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;

use super::Cause;
use crate::db;
use crate::error::{Error, Result};

/// One side of a journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// The account; the organisation's own where it is of a customer's kind. No two legs share one.
    pub(super) account: AccountKind,
    /// What is added to it, in micro-units; negative for what is taken.
    pub(super) micros: i64,
}

db::row! {
    struct Written {
        id: i64,
        complete: bool,
    }
}

/// Writes a journal with its postings and moves the balances. None when a journal with this cause exists: the money
/// moved before, and does not move again.
///
/// # Errors
/// When a wallet or a hold would go below zero, or the legs do not sum to zero.
pub(super) async fn write(
    tx: &impl ConnectionTrait,
    key: &str,
    kind: JournalKind,
    cause: Cause,
    legs: &[Leg],
    meta: Json,
) -> Result<Option<i64>> {
    let (accounts, micros) = columns(legs);
    let written = write_journal(key, kind, cause.org, cause.job, cause.at, meta, accounts, micros).one(tx).await?;
    written.map(|written| all_posted(written.complete, cause.org).map(|()| written.id)).transpose()
}

/// Legs as a statement takes them. One of zero has no posting.
pub(super) fn columns(legs: &[Leg]) -> (Vec<AccountKind>, Vec<i64>) {
    debug_assert_eq!(legs.iter().map(|leg| leg.micros).sum::<i64>(), 0, "{legs:?} do not balance");
    legs.iter().filter(|leg| leg.micros != 0).map(|leg| (leg.account, leg.micros)).unzip()
}

/// Fails when a leg found no account: the caller rolls back.
pub(super) fn all_posted(complete: bool, org: OrgId) -> Result<()> {
    if complete { Ok(()) } else { Err(Error::internal(format!("{org} lacks an account"))) }
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column, and the legs")]
    fn write_journal(
        key: &str,
        kind: JournalKind,
        org: OrgId,
        job: Option<JobId>,
        at: DateTime<Utc>,
        meta: Json,
        accounts: Vec<AccountKind>,
        micros: Vec<i64>,
    ) -> Written =
        file "write_journal.sql",
        file "postings.sql",
        "select w.id, p.complete from wrote w cross join posted_all p";
}
