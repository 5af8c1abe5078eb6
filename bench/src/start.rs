//! How soon the API answers, and what it needs when nobody asks.

use std::time::Duration;

use anyhow::{Context as _, Result};
use testkit::stack::Stack;

use crate::cpu::resident_mb;
use crate::{Row, Scale};

/// How soon it must be ready.
const READY: Duration = Duration::from_secs(1);
/// How much memory it may hold, in MB.
const RESIDENT_MB: f64 = 60.0;

/// Restarts the API on the migrated database.
///
/// # Errors
/// When it does not come back.
pub async fn measure(stack: &mut Stack, scale: Scale) -> Result<Vec<Row>> {
    stack.kill("api").await?;
    stack.start_role("api", &["api"])?;
    let ready = stack.await_ready().await?;
    tokio::time::sleep(scale.idle).await;
    let resident = resident_mb(stack.pid("api").context("the API runs")?);
    Ok(vec![
        Row {
            what: "API ready after start".into(),
            measured: format!("{:.0} ms", ready.as_secs_f64() * 1000.0),
            bar: format!("< {} ms", READY.as_millis()),
            reached: ready < READY,
            cpu: String::new(),
        },
        Row {
            what: "API resident when idle".into(),
            measured: format!("{resident:.0} MB"),
            bar: format!("< {RESIDENT_MB} MB"),
            reached: resident < RESIDENT_MB,
            cpu: String::new(),
        },
    ])
}
