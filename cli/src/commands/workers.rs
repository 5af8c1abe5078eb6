//! `skypanel workers`.

use api::routes::admin::workers::Worker;
use api::wire::{List, json_of};
use domain::worker::{self, WorkerView};
use domain::{Actor, WorkerState};
use runtime::settings::Source;

use super::output::{self, on_record, time};
use crate::args::operator::{Output, Told, Workers};
use crate::wiring::{Purpose, ready_ctx};

/// Shows worker processes, and quiets, wakes or stops them.
pub async fn run(source: &Source, output: Output, what: Option<Workers>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    let (Told { id, reason }, wanted) = match what.unwrap_or(Workers::List) {
        Workers::List => {
            let found = worker::list(&ctx, &actor).await?;
            if output.json {
                output::json(&json_of(&List::of(found, Worker::from)));
            } else {
                table(&found);
            }
            return Ok(());
        }
        Workers::Quiet(told) => (told, WorkerState::Quiet),
        Workers::Wake(told) => (told, WorkerState::Running),
        Workers::Stop(told) => (told, WorkerState::Stopping),
    };
    let told = worker::command(&ctx, &actor, &id, wanted, &on_record(&reason)).await?;
    if output.json {
        output::json(&json_of(&Worker::from(told)));
    } else {
        table(&[told]);
        say!("It obeys within seconds.");
    }
    Ok(())
}

fn table(workers: &[WorkerView]) {
    let row = |worker: &WorkerView| {
        let pools: Vec<_> =
            worker.pools().iter().map(|pool| format!("{} {}/{}", pool.queue, pool.busy, pool.slots)).collect();
        [
            worker.id.clone(),
            format!("{} {}", worker.host, worker.pid),
            worker.version.clone(),
            if worker.lost { "lost".to_owned() } else { worker.state.to_string() },
            worker.wanted.to_string(),
            pools.join(", "),
            format!("{} MiB", worker.memory_bytes / (1 << 20)),
            time(worker.started_at),
            time(worker.seen_at),
            worker.unknown_kinds.join(", "),
        ]
    };
    let columns =
        ["worker", "process", "version", "is", "is to be", "busy/slots", "memory", "started", "seen", "unknown kinds"];
    output::rows(columns, workers.iter().map(row));
}
