//! How soon the API answers, and what it needs when nobody asks.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::Row;
use crate::cpu::resident_mb;
use testkit::stack::Stack;

/// Restarts the API on the migrated database.
///
/// # Errors
/// When it does not come back.
pub async fn measure(stack: &mut Stack) -> Result<Vec<Row>> {
    stack.kill("api").await?;
    stack.start_role("api", &["api"])?;
    let ready = stack.await_ready().await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let resident = resident_mb(stack.pid("api").context("the API runs")?);
    Ok(vec![
        Row {
            what: "API ready after start".into(),
            measured: format!("{:.0} ms", ready.as_secs_f64() * 1000.0),
            bar: "< 1000 ms".into(),
            reached: ready < Duration::from_secs(1),
            cpu: String::new(),
        },
        Row {
            what: "API resident when idle".into(),
            measured: format!("{resident:.0} MB"),
            bar: "< 60 MB".into(),
            reached: resident < 60.0,
            cpu: String::new(),
        },
    ])
}
