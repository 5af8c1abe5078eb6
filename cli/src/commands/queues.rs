//! `skypanel queues`.

use api::routes::admin::queues::QueueFigures;
use api::wire::{List, json_of};
use domain::Actor;
use domain::queue::{self, QueueChange, QueueView};
use runtime::settings::Source;

use super::output::{self, on_record, span_or_dash};
use crate::args::operator::{Output, Queues};
use crate::wiring::{Purpose, ready_ctx};

/// Shows queues, and changes their limits.
pub async fn run(source: &Source, output: Output, what: Option<Queues>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what.unwrap_or(Queues::List) {
        Queues::List => {
            let found = queue::queues(&ctx, &Actor::Operator).await?;
            if output.json {
                output::json(&json_of(&List::of(found, QueueFigures::from)));
            } else {
                table(&found);
            }
        }
        Queues::Tune { queue, window, org_running, cloud_running, reason } => {
            let change = QueueChange { ring_window: window, org_running, cloud_running };
            one(queue::tune_queue(&ctx, &Actor::Operator, queue, change, &on_record(&reason)).await?, output);
        }
    }
    Ok(())
}

/// Shows one queue.
pub fn one(queue: QueueView, output: Output) {
    if output.json {
        output::json(&json_of(&QueueFigures::from(queue)));
    } else {
        table(&[queue]);
    }
}

fn table(queues: &[QueueView]) {
    let row = |queue: &QueueView| {
        [
            queue.queue.to_string(),
            match &queue.paused_reason {
                Some(reason) => format!("paused: {reason}"),
                None if queue.paused => "paused".to_owned(),
                None => "active".to_owned(),
            },
            queue.due.to_string(),
            queue.running.to_string(),
            queue.queued.to_string(),
            queue.waiting.to_string(),
            queue.retrying.to_string(),
            span_or_dash(queue.oldest_due_s),
            queue.slots.to_string(),
            queue.ring_window.to_string(),
            queue.org_running.to_string(),
            queue.cloud_running.to_string(),
        ]
    };
    let columns = [
        "queue",
        "state",
        "due",
        "running",
        "queued",
        "waiting",
        "retrying",
        "oldest due",
        "slots",
        "window",
        "per org",
        "per cloud",
    ];
    output::rows(columns, queues.iter().map(row));
}
