//! What a process asks of its database before it is ready: the schema, this installation's name, its role's rights.

use uuid::Uuid;

use crate::error::Result;
use crate::{Ctx, db};

/// The newest migration that the database has; none on an empty one.
///
/// # Errors
/// When the database does not answer.
pub async fn schema_version(ctx: &Ctx) -> Result<Option<String>> {
    if !is_migrated().only(&ctx.db).await? {
        return Ok(None);
    }
    select_version().one(&ctx.db).await
}

/// This installation, as its tag at providers names it; nil until the first migration wrote it.
///
/// # Errors
/// When the database does not answer.
pub async fn install_id(ctx: &Ctx) -> Result<Uuid> {
    Ok(select_install_id().one(&ctx.db).await?.unwrap_or_default())
}

/// Whether the role that this process runs as may change history, or in production the time; it should not.
///
/// # Errors
/// When the database does not answer.
pub async fn may_rewrite_history(ctx: &Ctx) -> Result<bool> {
    may_change_past(ctx.production).only(&ctx.db).await
}

db::statement! {
    fn is_migrated() -> bool = "select to_regclass('public.seaql_migrations') is not null";

    fn select_version() -> String = "select version from seaql_migrations order by version desc limit 1";

    fn select_install_id() -> Uuid = "select install_id from platform";

    fn may_change_past(production: bool) -> bool =
        "select has_table_privilege('posting', 'update') or has_table_privilege('seaql_migrations', 'delete')
                or $1 and has_table_privilege('clock_offset', 'insert')";
}
