//! The pages' part of a story, played by a browser.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use testkit::fixture::PASSWORD;
use testkit::stack::{CLOUD_TOKEN, Stack};

/// Plays a story of `web/e2e` in the browser, on a stack of its own.
///
/// # Errors
/// When the browser's story fails, with its last lines.
pub async fn play(spec: &str, admin_email: &str, stack: &Stack) -> Result<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the checkout")?.join("web");
    let output = Command::new("npx")
        .args(["--no-install", "playwright", "test", &format!("e2e/{spec}"), "--reporter=line"])
        .current_dir(web)
        .env("E2E_BASE_URL", stack.base.replace("127.0.0.1", "localhost"))
        .env("E2E_CONTROL_URL", &stack.control_url)
        .env("E2E_SIM_CONTROL", &stack.control_url)
        .env("E2E_ADMIN_EMAIL", admin_email)
        .env("E2E_ADMIN_PASSWORD", PASSWORD)
        .env("E2E_CLOUD_TOKEN", CLOUD_TOKEN)
        .env("E2E_CLOUD_ENDPOINT", &stack.cloud_url)
        .stdin(Stdio::null())
        .output()
        .await
        .context("the browser's story can't be started; run npm ci in web/")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tail: Vec<_> = text.lines().rev().take(60).collect();
    ensure!(
        output.status.success(),
        "the browser's story failed:\n{}",
        tail.into_iter().rev().collect::<Vec<_>>().join("\n")
    );
    Ok(())
}
