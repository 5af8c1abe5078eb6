//! `./dev bench access`: what telling people apart costs, and how soon a person is told no.

mod limiter;
mod metrics;
mod processes;
mod request;
mod revocation;
mod sign_in;
mod timing;

use anyhow::Result;

use crate::customers::Customers;
use crate::{Row, Scale, table};

use self::processes::Processes;

/// Measures and prints the table with its bars; false when a bar was not reached.
///
/// # Errors
/// When something could not be measured.
pub async fn run(scale: Scale) -> Result<bool> {
    let mut rows: Vec<Row> = Vec::new();
    let mut processes = Processes::start().await?;
    let customers = Customers::of(&processes.stack, scale).await?;
    rows.extend(request::measure(&processes.stack, &customers, scale).await?);
    rows.push(sign_in::measure(&mut processes, &customers.ctx, scale).await?);
    rows.extend(timing::measure(&mut processes, scale).await?);
    rows.extend(limiter::measure(&mut processes, &customers, scale).await?);
    rows.extend(revocation::measure(&mut processes, &customers.ctx, scale).await?);
    println!("\n{}", table(&rows));
    Ok(rows.iter().all(|row| row.reached))
}
