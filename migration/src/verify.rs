//! The guards that a schema must carry: a ledger without its triggers must not be run.

use sea_orm_migration::prelude::DbErr;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Triggers that keep money and history honest, as (table, trigger).
const GUARDS: &[(&str, &str)] = &[
    ("journal", "journal_append_only"),
    ("posting", "posting_append_only"),
    ("usage_line", "usage_line_append_only"),
    ("activity", "activity_append_only"),
    ("posting", "posting_balanced"),
    ("journal", "journal_noted"),
    ("journal_link", "journal_link_append_only"),
    ("invoice", "invoice_append_only"),
    ("invoice_file", "invoice_file_append_only"),
    ("org_profile", "org_profile_kept"),
    ("job", "job_rung"),
    ("activity", "activity_told"),
    ("app_user", "app_user_role_given"),
    ("app_user", "app_user_role_kept"),
];

/// Constraints and unique indexes that promises rest on.
const RELATIONS: &[&str] = &[
    "job_exclusive",
    "account_one",
    "vps_label",
    "vps_ref",
    "job_due",
    "job_lease",
    "job_retry_of",
    "refresh_token_one_unused",
    "journal_link_seq",
    "invoice_no",
];

/// Checks that each guard is there and enabled.
pub async fn verify(db: &DatabaseConnection) -> Result<(), DbErr> {
    for (table, trigger) in GUARDS {
        let found = there(
            db,
            "select exists(select from pg_trigger \
             where tgrelid = to_regclass($1) and tgname = $2 and tgenabled in ('O', 'A')) as there",
            vec![(*table).into(), (*trigger).into()],
        )
        .await?;
        require(found, &format!("the trigger {trigger} on {table}"))?;
    }
    for relation in RELATIONS {
        let found = there(
            db,
            "select exists(select from pg_index where indexrelid = to_regclass($1) and indisvalid) as there",
            vec![(*relation).into()],
        )
        .await?;
        require(found, &format!("the index {relation}"))?;
    }
    Ok(())
}

async fn there(
    db: &DatabaseConnection,
    sql: &str,
    values: Vec<sea_orm_migration::sea_orm::Value>,
) -> Result<bool, DbErr> {
    let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "there"))
}

fn require(found: bool, what: &str) -> Result<(), DbErr> {
    if found {
        return Ok(());
    }
    Err(DbErr::Migration(format!("the schema lacks {what}; restore it before you start SkyPanel")))
}
