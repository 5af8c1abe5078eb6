//! What readiness rests on.

use crate::error::Result;
use crate::{Ctx, db};

/// The newest migration that the database has; none on an empty one.
///
/// # Errors
/// When the database does not answer.
pub async fn schema_version(ctx: &Ctx) -> Result<Option<String>> {
    let there: Option<bool> =
        db::scalar(&ctx.db, db::sql("select to_regclass('public.seaql_migrations') is not null", [])).await?;
    if there != Some(true) {
        return Ok(None);
    }
    db::scalar(&ctx.db, db::sql("select version from seaql_migrations order by version desc limit 1", [])).await
}

/// This installation, as its tag at providers names it.
///
/// # Errors
/// When the database does not answer.
pub async fn install_id(ctx: &Ctx) -> Result<uuid::Uuid> {
    Ok(db::scalar(&ctx.db, db::sql("select install_id from platform", [])).await?.unwrap_or_default())
}

/// Whether the role that this process runs as may change history; it should not.
///
/// # Errors
/// When the database does not answer.
pub async fn may_rewrite_history(ctx: &Ctx) -> Result<bool> {
    let may: Option<bool> = db::scalar(&ctx.db, db::sql("select has_table_privilege('posting', 'update')", [])).await?;
    Ok(may.unwrap_or(false))
}

/// Whether the books are right: the sum of all postings, and the accounts whose balance is not
/// the sum of their postings.
///
/// # Errors
/// When the database does not answer.
pub async fn books(ctx: &Ctx) -> Result<(i64, i64)> {
    let sum: i64 = db::scalar(&ctx.db, db::sql("select coalesce(sum(amount_micros), 0)::bigint from posting", []))
        .await?
        .unwrap_or(0);
    let wrong: i64 = db::scalar(
        &ctx.db,
        db::sql(
            "select count(*) from account a where a.balance_micros is not null and a.balance_micros <> coalesce((select sum(p.amount_micros) from posting p where p.account_id = a.id), 0)",
            [],
        ),
    )
    .await?
    .unwrap_or(0);
    Ok((sum, wrong))
}
