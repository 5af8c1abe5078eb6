//! The commands that run until they are stopped.

use domain::Ctx;
use runtime::settings::{Advice, Brand, Http, Limits, Log, Redis, Secrets, SignIn, Source, Traces, advice};
use runtime::telemetry::{self, Exporting};
use tokio_util::sync::CancellationToken;

use crate::wiring::{self, Purpose};

/// Serves the pages and the API.
pub async fn api(source: &Source) -> anyhow::Result<()> {
    let (stop, _exporting) = start(source, "api")?;
    let ctx = wiring::ready_ctx(source, Purpose::Requests).await?;
    serve_metrics(source, &stop)?;
    api::serve(ctx, api_options(source)?, stop).await
}

/// Runs jobs.
pub async fn worker(source: &Source, queues: Option<&str>) -> anyhow::Result<()> {
    let (stop, _exporting) = start(source, "worker")?;
    let options = wiring::worker_options(source, queues)?;
    let ctx = wiring::ready_ctx(source, Purpose::Work).await?;
    serve_metrics(source, &stop)?;
    workers::serve(wiring::env(source, ctx)?, options, stop).await
}

/// Turns the passing of time into jobs.
pub async fn scheduler(source: &Source) -> anyhow::Result<()> {
    let (stop, _exporting) = start(source, "scheduler")?;
    let ctx = wiring::ready_ctx(source, Purpose::Work).await?;
    serve_metrics(source, &stop)?;
    scheduler::serve(ctx, stop).await
}

/// Everything in one process.
pub async fn all(source: &Source, queues: Option<&str>) -> anyhow::Result<()> {
    let (stop, _exporting) = start(source, "all")?;
    let options = wiring::worker_options(source, queues)?;
    let requests = wiring::ready_ctx(source, Purpose::Requests).await?;
    let work: Ctx = wiring::ctx(source, Purpose::Work).await?;
    serve_metrics(source, &stop)?;
    let env = wiring::env(source, work.clone())?;
    // When one of them ends, the others stop too: half a panel is of no use.
    let together = stop.clone();
    let _guard = together.drop_guard();
    tokio::try_join!(
        api::serve(requests, api_options(source)?, stop.clone()),
        workers::serve(env, options, stop.clone()),
        scheduler::serve(work, stop.clone()),
    )?;
    Ok(())
}

/// What every process does first. The last traces are sent when the second value is dropped.
fn start(source: &Source, process: &str) -> anyhow::Result<(CancellationToken, Exporting)> {
    runtime::settings::check(source)?;
    let exporting = telemetry::init(&Log::load(source)?, &Traces::load(source)?, process)?;
    for Advice { variable, message } in advice(source) {
        if variable != "TRUST_PROXY" || matches!(process, "api" | "all") {
            tracing::warn!("{variable} {message}");
        }
    }
    wiring::arm_failpoints(source)?;
    Ok((runtime::shutdown::listen(), exporting))
}

fn api_options(source: &Source) -> anyhow::Result<api::Options> {
    Ok(api::Options {
        http: Http::load(source)?,
        jwt: Secrets::load(source)?.jwt,
        limits: Limits::load(source)?,
        brand: Brand::load(source)?,
        sign_in: SignIn::load(source)?,
        expected_schema: wiring::expected_schema(),
        redis: Redis::load(source)?,
    })
}

fn serve_metrics(source: &Source, stop: &CancellationToken) -> anyhow::Result<()> {
    let handle = telemetry::metrics()?;
    if let Some(addr) = Http::load(source)?.metrics {
        let stop = stop.clone();
        tokio::spawn(async move {
            if let Err(error) = telemetry::serve_metrics(addr, handle, stop).await {
                tracing::error!(%error, %addr, "metrics cannot be served");
            }
        });
    }
    Ok(())
}
