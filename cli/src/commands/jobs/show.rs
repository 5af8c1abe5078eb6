//! One job, complete.

use api::routes::admin::jobs::AdminJob;
use api::wire::json_of;
use domain::StepPhase;
use domain::queue;
use domain::work::{self, Request};

use super::super::output::{self, dash, span, span_or_dash, time, time_or_dash};
use crate::args::operator::Output;

/// Shows a job with its timeline, its calls and its errors.
pub fn show(job: work::AdminJob, output: Output) {
    if output.json {
        output::json(&json_of(&AdminJob::whole(job)));
        return;
    }
    facts(&job);
    if !job.timeline.is_empty() {
        say!("\nTimeline");
        timeline(&job);
    }
    if !job.calls.is_empty() {
        say!("\nCalls to the provider");
        calls(&job);
    }
}

fn facts(job: &work::AdminJob) {
    let can: Vec<_> = [
        ("retry", job.can(Request::Retry { from_step: None })),
        ("cancel", job.can(Request::Cancel)),
        ("discard", job.can(Request::Discard)),
    ]
    .into_iter()
    .filter_map(|(word, can)| can.then_some(word))
    .collect();
    let error = job.error.as_ref().and_then(|error| error["admin"].as_str()).map(str::to_owned);
    let progress = job.progress.as_ref().map(|progress| {
        format!(
            "{} % {}",
            progress["percent"].as_i64().unwrap_or_default(),
            progress["words"].as_str().unwrap_or_default()
        )
    });
    let lines = [
        ("job", job.id.to_string()),
        ("kind", job.kind.clone()),
        ("state", job.state.to_string()),
        ("queue", format!("{}, priority {}", job.queue, job.priority)),
        ("attempts", format!("{} of {}, {} crashes", job.attempts, job.max_attempts, job.crashes)),
        ("organisation", job.org_name.clone().unwrap_or_else(dash)),
        ("requested by", job.actor_name.clone().unwrap_or_else(dash)),
        ("target", job.target_label.clone().unwrap_or_else(dash)),
        ("cloud", job.cloud_name.clone().unwrap_or_else(dash)),
        ("arguments", job.params.to_string()),
        ("progress", progress.unwrap_or_else(dash)),
        ("waits", waits(job).unwrap_or_else(dash)),
        ("requested", time(job.created_at)),
        ("began", format!("{}, after {}", time_or_dash(job.started_at), span_or_dash(job.wait_s()))),
        ("not before", time(job.run_at)),
        ("deadline", time(job.deadline_at)),
        ("ended", time_or_dash(job.finished_at)),
        ("ran for", span(job.run_s)),
        ("held by", job.lease_owner.clone().unwrap_or_else(dash)),
        ("a retry takes", job.retry_takes().map_or_else(dash, |takes| takes.rate())),
        ("result", job.result.as_ref().map_or_else(dash, ToString::to_string)),
        ("error", job.error_code.clone().unwrap_or_else(dash)),
        ("", error.unwrap_or_default()),
        ("retry of", job.retry_of.map_or_else(dash, |id| id.to_string())),
        ("retried as", job.taken_up_by.map_or_else(dash, |id| id.to_string())),
        ("trace", job.traceparent.clone().unwrap_or_else(dash)),
        ("you may", if can.is_empty() { dash() } else { can.join(", ") }),
    ];
    for (name, value) in lines.iter().filter(|(name, value)| !(value.is_empty() || value == "-" && *name != "you may"))
    {
        say!("{name:<13} {value}");
    }
}

/// Everything that holds it up, a line each.
fn waits(job: &work::AdminJob) -> Option<String> {
    let one = |wait: &work::Wait| {
        let by = wait.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let reason = wait.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let since = wait.since.map(|at| format!(", since {}", time(at))).unwrap_or_default();
        let until = wait.until.map(|at| format!(", until {}", time(at))).unwrap_or_default();
        format!("{}{by}{reason}{since}{until}", wait.words)
    };
    let lines: Vec<_> = job.waits.iter().map(one).collect();
    (!lines.is_empty()).then(|| lines.join("\n              "))
}

fn timeline(job: &work::AdminJob) {
    let row = |step: &queue::StepRow| {
        let detail = step.detail.as_ref();
        let said = detail.and_then(|detail| detail["error"].as_str()).filter(|_| step.phase == StepPhase::Failed);
        [
            time(step.at),
            step.lease_token.to_string(),
            format!("{} {}", step.step, step.name),
            step.phase.to_string(),
            said.or(step.words.as_deref()).unwrap_or_default().to_owned(),
        ]
    };
    output::rows(["at", "attempt", "step", "phase", "what"], job.timeline.iter().map(row));
}

fn calls(job: &work::AdminJob) {
    let row = |call: &queue::CallRow| {
        [
            time(call.at),
            call.lease_token.to_string(),
            format!("{} {}", call.method, call.path),
            call.status.map_or_else(dash, |status| status.to_string()),
            span(f64::from(call.duration_ms) / 1_000.0),
            call.request_id.clone().unwrap_or_else(dash),
            call.error.clone().unwrap_or_else(dash),
        ]
    };
    output::rows(["at", "attempt", "call", "status", "took", "request id", "error"], job.calls.iter().map(row));
}
