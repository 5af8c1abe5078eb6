//! Waits until an installation has come to rest, and judges what became of what it promised.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use domain::{JobId, TypedId as _};
use reqwest::Method;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::lane::Lane;
use super::plan::Plan;
use super::rules::{Harm, RULES};
use super::workload::Promises;

/// How often rest is looked for.
const LOOK: Duration = Duration::from_millis(80);
/// So long the cloud may take to delete a machine.
const DELETION: Duration = Duration::from_secs(10);
/// What the sweep of machines is called.
const RECONCILE: &str = "cloud.reconcile";

/// What was found wrong, in words.
pub type Findings = Vec<String>;

fn found(class: Harm, words: &str) -> String {
    format!("{}: {words}", class.word())
}

/// Waits until no job is open and every tick of the past was made. Returns what is still open.
///
/// # Errors
/// When the database does not answer.
pub async fn rest(lane: &Lane) -> Result<Findings> {
    let began = Instant::now();
    while began.elapsed() < lane.pace.rest {
        // The database may need another moment after its last fault.
        if lane.checker.words(OPEN).await.is_ok_and(|open| open.is_empty()) {
            return Ok(Findings::new());
        }
        tokio::time::sleep(LOOK).await;
    }
    let open = lane.checker.words(OPEN).await?;
    Ok(open.iter().map(|words| found(Harm::Lost, &format!("after {:?} {words}", lane.pace.rest))).collect())
}

/// Sees to jobs that wait for a person, for as long as it is polled: one that took down three workers of ours is set
/// going again, as an operator would; any other is a finding.
pub async fn operate(lane: &Lane, plan: &Plan, findings: &Mutex<Findings>) {
    let mut seen = BTreeSet::new();
    loop {
        for words in lane.checker.words(STUCK).await.unwrap_or_default() {
            let id = words.split(' ').next().unwrap_or_default().to_owned();
            if !seen.insert(id.clone()) {
                continue;
            }
            let found = resume(lane, plan, &id, &words).await.unwrap_or_else(|error| vec![format!("{error:#}")]);
            findings.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Jobs that wait for a person.
const STUCK: &str =
    "select id || ' ' || kind || ' ' || crashes || ' ' || coalesce(error->>'admin', '') from job where state = 'stuck'";

/// What keeps an installation from rest.
const OPEN: &str = "
select kind || ' ' || id || ' is ' || state || ', attempts ' || attempts || ', crashes ' || crashes || ': '
    || coalesce(error->>'admin', '')
from job
where state in ('queued', 'running', 'waiting', 'retry', 'stuck')
union all
select name || ' has not ticked since ' || last_tick
from schedule
where name = 'billing.hourly' and last_tick < date_trunc('hour', business_now())";

/// A job that waits for a person gets one; only a job that took down three workers may need one.
async fn resume(lane: &Lane, plan: &Plan, id: &str, words: &str) -> Result<Findings> {
    let crashed = words.split(' ').nth(2).and_then(|crashes| crashes.parse::<usize>().ok()).unwrap_or(0) >= 3;
    if !(crashed && plan.may_stick()) {
        return Ok(vec![found(Harm::Lost, &format!("a job is stuck: {words}"))]);
    }
    lane.tally().stuck_as_planned += 1;
    let (id, why) = (JobId(Uuid::parse_str(id)?), json!({ "reason": "its crashes were ours" }));
    lane.admin.insist(Method::POST, &format!("/api/admin/jobs/{id}/retry"), Some(&why), None).await?;
    Ok(Findings::new())
}

/// Judges an installation at rest.
///
/// # Errors
/// When the database or the simulators do not answer.
pub async fn judge(lane: &Lane, promises: &Promises) -> Result<Findings> {
    let org: domain::OrgId = promises.org.parse().map_err(|error| anyhow::anyhow!("{}: {error}", promises.org))?;
    let org = org.uuid();
    let mut findings = kept(lane, promises, org).await?;
    for (class, sql) in RULES {
        findings.extend(lane.checker.words(sql).await?.iter().map(|words| found(*class, words)));
    }
    deleted(lane).await?;
    findings.extend(swept(lane, org).await?);
    findings.extend(mails(lane, &promises.since).await?);
    Ok(findings)
}

/// Machines that are wrong are what a comparison is for; what its brakes hold back is counted apart, and an
/// administrator allows it.
async fn swept(lane: &Lane, org: Uuid) -> Result<Findings> {
    let wrong = machines(lane, org).await?;
    if wrong.is_empty() || !sweep(lane).await? {
        return Ok(wrong);
    }
    deleted(lane).await?;
    let left = machines(lane, org).await?;
    lane.tally().swept += u64::try_from(wrong.len().saturating_sub(left.len()))?;
    if left.is_empty() {
        return Ok(left);
    }
    let braked = lane.release().await?;
    lane.tally().braked += u64::try_from(braked)?;
    sweep(lane).await?;
    deleted(lane).await?;
    machines(lane, org).await
}

/// Every promise has its row, and one order made one server.
async fn kept(lane: &Lane, promises: &Promises, org: Uuid) -> Result<Findings> {
    let jobs = promises.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let servers = promises.servers.lock().unwrap_or_else(PoisonError::into_inner).clone();
    lane.tally().accepted += u64::try_from(jobs.len())?;
    let mut findings = Findings::new();
    for job in jobs {
        let id: JobId = job.parse().map_err(|error| anyhow::anyhow!("{job}: {error}"))?;
        if lane.checker.figure::<i64>(&format!("select count(*) from job where id = '{}'", id.uuid())).await? != 1 {
            findings.push(found(Harm::Lost, &format!("{job} was promised and is not there")));
        }
    }
    let mut by_key: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, server) in servers {
        by_key.entry(key).or_default().insert(server);
    }
    for (key, servers) in by_key.iter().filter(|(_, servers)| servers.len() > 1) {
        findings.push(found(Harm::Double, &format!("one key, {key}, ordered {servers:?}")));
    }
    let ordered: i64 = lane.checker.figure(&format!("select count(*) from vps where org_id = '{org}'")).await?;
    if ordered != i64::try_from(by_key.len())? {
        findings.push(found(Harm::Double, &format!("{} orders made {ordered} servers", by_key.len())));
    }
    Ok(findings)
}

/// A server as the database has it, beside its machines.
#[derive(Default)]
struct Machine {
    status: String,
    /// How many jobs were to make it: an order that was retried may have made a machine twice.
    orders: usize,
    made: usize,
    standing: Vec<String>,
}

/// Waits until the cloud has deleted what it was told to delete: that takes it a moment, and no job
/// waits for it. What it does not get done is judged as it stands.
async fn deleted(lane: &Lane) -> Result<()> {
    let began = Instant::now();
    while began.elapsed() < DELETION {
        let truth = lane.checker.truth().await?;
        let on_its_way = |instance: &Json| instance["deleted"] == false && instance["status"] == "deleting";
        if !truth["instances"].as_array().is_some_and(|all| all.iter().any(on_its_way)) {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// The machines that stand are the servers that stand. How often one was made is judged in the seed that ordered it:
/// jobs are not kept forever.
async fn machines(lane: &Lane, org: Uuid) -> Result<Findings> {
    let mut machines: BTreeMap<String, Machine> = BTreeMap::new();
    let known = lane
        .checker
        .words(&format!(
            "select v.provider_label || ' ' || v.status || ' ' || case v.org_id
                 when '{org}'
                 then (select count(*) from job j where j.target_id = v.id and j.kind = 'vps.provision')
                 else 1000
             end
             from vps v"
        ))
        .await?;
    for words in known {
        let words: Vec<_> = words.split(' ').collect();
        let machine = machines.entry(words[0].to_owned()).or_default();
        words[1].clone_into(&mut machine.status);
        machine.orders = words[2].parse()?;
    }
    let truth = lane.checker.truth().await?;
    for instance in truth["instances"].as_array().context("the truth has instances")? {
        let machine = machines.entry(instance["label"].as_str().unwrap_or_default().to_owned()).or_default();
        machine.made += 1;
        if instance["deleted"] == false {
            machine.standing.push(instance["status"].as_str().unwrap_or_default().to_owned());
        }
    }
    Ok(machines.iter().filter_map(|(label, machine)| wrong(label, machine)).collect())
}

fn wrong(label: &str, machine: &Machine) -> Option<String> {
    let wanted: &[&str] = match machine.status.as_str() {
        "running" => &["running"],
        "stopped" => &["offline"],
        _ => &[],
    };
    let words = format!(
        "{label} is {:?} with us, was ordered {} times and made {} times, and stands as {:?}",
        machine.status, machine.orders, machine.made, machine.standing
    );
    if machine.made > machine.orders && !machine.status.is_empty() {
        return Some(found(Harm::Double, &words));
    }
    match machine.standing.len().cmp(&wanted.len()) {
        std::cmp::Ordering::Greater => Some(found(Harm::Orphan, &words)),
        std::cmp::Ordering::Less => Some(found(Harm::Lost, &words)),
        std::cmp::Ordering::Equal => (machine.standing != wanted).then(|| found(Harm::Lost, &words)),
    }
}

/// Lets the installation compare its servers with the provider's machines, where it can.
async fn sweep(lane: &Lane) -> Result<bool> {
    let known: i64 = lane.checker.figure(&format!("select count(*) from schedule where name = '{RECONCILE}'")).await?;
    if known == 0 {
        return Ok(false);
    }
    let swept = "
        select count(*)
        from job
        where kind = 'cloud.reconcile' and params->>'cloud' is not null and finished_at is not null";
    let before: i64 = lane.checker.figure(swept).await?;
    lane.run_schedule(RECONCILE).await?;
    let began = Instant::now();
    while began.elapsed() < lane.pace.rest
        && (lane.checker.figure::<i64>(swept).await? == before || !lane.checker.words(OPEN).await?.is_empty())
    {
        tokio::time::sleep(LOOK).await;
    }
    Ok(true)
}

/// Each mail was accepted, under its own id and no other.
async fn mails(lane: &Lane, since: &str) -> Result<Findings> {
    let sent = format!(
        "select id::text from job where kind = 'mail.send' and state = 'succeeded' and created_at >= '{since}'"
    );
    let sent = lane.checker.words(&sent).await?;
    let sent: BTreeSet<_> = sent.iter().filter_map(|id| Some(JobId(Uuid::parse_str(id).ok()?).suffix())).collect();
    let accepted = lane.checker.mail().await?;
    let accepted: BTreeSet<_> = accepted
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|mail| mail["raw"].as_str()?.split_once("Message-ID: <")?.1.split_once('@'))
        .map(|(id, _)| id.to_owned())
        .collect();
    let missing = sent.difference(&accepted).map(|id| found(Harm::Lost, &format!("the mail {id} was never accepted")));
    let foreign =
        accepted.difference(&sent).map(|id| found(Harm::Double, &format!("a mail {id} has no job that sent it")));
    Ok(missing.chain(foreign).collect())
}

/// How many jobs ended and how many claims were lost, since the installation began.
///
/// # Errors
/// When the database does not answer.
pub async fn figures(lane: &Lane) -> Result<(i64, i64)> {
    let jobs = lane.checker.figure("select count(*) from job where finished_at is not null").await?;
    let crashes = lane.checker.figure("select coalesce(sum(crashes), 0)::bigint from job").await?;
    Ok((jobs, crashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(status: &str, orders: usize, made: usize, standing: &[&str]) -> Option<String> {
        let standing = standing.iter().map(|&word| word.to_owned()).collect();
        wrong("sp-1", &Machine { status: status.to_owned(), orders, made, standing })
    }

    #[test]
    fn machines_are_what_the_database_says() {
        assert_eq!(machine("running", 1, 1, &["running"]), None);
        assert_eq!(machine("stopped", 1, 1, &["offline"]), None);
        assert_eq!(machine("deleted", 1, 1, &[]), None);
        assert_eq!(machine("failed", 1, 0, &[]), None);
        assert_eq!(machine("running", 2, 2, &["running"]), None, "an order that was retried");
        let begins = |finding: Option<String>, word: &str| finding.is_some_and(|words| words.starts_with(word));
        assert!(begins(machine("running", 1, 2, &["running"]), "DOUBLE"));
        assert!(begins(machine("failed", 1, 1, &["running"]), "ORPHAN"));
        assert!(begins(machine("", 0, 1, &["running"]), "ORPHAN"), "nobody's");
        assert!(begins(machine("running", 1, 1, &[]), "LOST"));
        assert!(begins(machine("stopped", 1, 1, &["running"]), "LOST"));
    }
}
