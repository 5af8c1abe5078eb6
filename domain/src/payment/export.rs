//! Exports of payments, read in chunks as they are consumed: however long one is, a process holds one chunk of it.

use futures::Stream;
use uuid::Uuid;

use super::read::{AdminFilter, PaymentView, select_payments};
use crate::error::Result;
use crate::{Actor, Ctx, Perm};

/// Payments that are read at once.
const CHUNK: i64 = 200;

/// All payments of the actor's organisation, the newest first.
///
/// # Errors
/// `forbidden`.
pub fn export(ctx: Ctx, actor: &Actor) -> Result<impl Stream<Item = Result<Vec<PaymentView>>> + Send + use<>> {
    let org = actor.may(Perm::StatementRead)?;
    Ok(payments(ctx, AdminFilter { org: Some(org), state: None }))
}

/// All payments, or those of a filter, the newest first, for an administrator.
///
/// # Errors
/// `forbidden` for others than administrators.
pub fn admin_export(
    ctx: Ctx,
    actor: &Actor,
    filter: AdminFilter,
) -> Result<impl Stream<Item = Result<Vec<PaymentView>>> + Send + use<>> {
    actor.admin()?;
    Ok(payments(ctx, filter))
}

fn payments(ctx: Ctx, filter: AdminFilter) -> impl Stream<Item = Result<Vec<PaymentView>>> + Send {
    futures::stream::try_unfold((ctx, None::<Uuid>), move |(ctx, after)| async move {
        let rows = select_payments(filter.org, filter.state, after, CHUNK).all(&ctx.db).await?;
        let last = rows.last().map(|row| row.id.0);
        Ok(last.map(|last| (rows, (ctx, Some(last)))))
    })
}
