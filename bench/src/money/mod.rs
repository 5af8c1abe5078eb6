//! `./dev bench money`: what hours, transfers, statements, documents and messages of the payment provider cost beside
//! `PostgreSQL` alone.

mod catch_up;
mod documents;
mod events;
mod hour;
mod statement;
mod transfer;

use anyhow::{Result, ensure};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::stack::Stack;

use crate::customers::ctx;
use crate::{Row, SETTINGS, Scale, table};

/// Measures and prints the table with its bars; false when a bar was not reached.
///
/// # Errors
/// When something could not be measured.
pub async fn run(only: Option<&str>, scale: Scale) -> Result<bool> {
    let wanted = |name: &str| only.is_none_or(|only| name.contains(only));
    let mut rows: Vec<Row> = Vec::new();
    if wanted("hour") {
        rows.extend(hour::measure(scale).await?);
    }
    if wanted("catch-up") {
        rows.push(catch_up::measure(scale).await?);
    }
    if wanted("transfer") {
        rows.push(transfer::measure(scale).await?);
    }
    if wanted("statement") {
        rows.extend(statement::measure(scale).await?);
    }
    if wanted("documents") {
        rows.extend(documents::measure(scale).await?);
    }
    if wanted("events") {
        rows.extend(events::measure(scale).await?);
    }
    ensure!(!rows.is_empty(), "no part has {:?} in its name", only.unwrap_or_default());
    println!("\n{}", table(&rows));
    Ok(rows.iter().all(|row| row.reached))
}

/// An installation with two workers, and so many organisations with so many servers each that were never charged.
async fn installation(orgs: i64, each: i64) -> Result<(Stack, DatabaseConnection)> {
    let stack = Stack::start(&SETTINGS).await?;
    let ctx = ctx(&stack).await?;
    testkit::seed::running_servers(&ctx, orgs, each).await?;
    let owner = testkit::database::connect(&stack.database.owner_url).await?;
    owner.execute_unprepared("analyze").await?;
    Ok((stack, owner))
}
