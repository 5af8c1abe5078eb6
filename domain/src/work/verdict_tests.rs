//! The whole verdict as a table: a change of any answer shows here.

use std::fmt::Write as _;

use super::*;

const REQUESTS: [Request; 3] = [Request::Retry { from_step: None }, Request::Cancel, Request::Discard];

fn name(verdict: Verdict) -> String {
    match verdict {
        Verdict::Act(action) => format!("{action:?}"),
        Verdict::Already => "already".to_owned(),
        Verdict::Refuse(refusal) => format!("- {}", refusal.code),
    }
}

fn line(job: &Standing) -> String {
    REQUESTS.map(|request| name(verdict(job, request))).join(" | ")
}

#[test]
fn each_state_of_each_way_to_cancel() {
    let mut table = String::new();
    let kinds = [
        ("mail.send", false),
        ("mail.send", true),
        ("vps.provision", false),
        ("vps.provision", true),
        ("vps.delete", false),
        ("vps.delete", true),
        ("billing.charge", true),
        ("of.a.newer.version", true),
    ];
    for (kind, begun) in kinds {
        writeln!(table, "{kind}{}", if begun { ", begun" } else { "" }).unwrap();
        for &state in JobState::ALL {
            writeln!(table, "  {state}: {}", line(&fresh(Kind::of(kind), state, begun))).unwrap();
        }
    }
    let expected = include_str!("verdict_table.txt");
    assert!(table == expected, "the verdicts are now:\n{table}");
}

#[test]
fn what_was_done_already_is_no_error_and_no_work() {
    let mail = Kind::of("mail.send");
    let job = |state| fresh(mail, state, true);
    let asked = Standing { cancel_requested: true, ..job(JobState::Running) };
    assert_eq!(verdict(&asked, Request::Cancel), Verdict::Already);
    let set_aside = Standing { discarded: true, ..job(JobState::Failed) };
    assert_eq!(verdict(&set_aside, Request::Discard), Verdict::Already);
    let taken_up = Standing { taken_up: true, ..job(JobState::Failed) };
    assert_eq!(verdict(&taken_up, Request::Discard), Verdict::Already);
    assert!(!verdict(&taken_up, Request::Retry { from_step: None }).acts());
    let superseded = Standing { superseded: true, ..job(JobState::Cancelled) };
    assert!(!verdict(&superseded, Request::Retry { from_step: None }).acts());
    for state in JobState::ALL {
        let archived = Standing { archived: true, ..job(*state) };
        assert!(REQUESTS.iter().all(|request| !verdict(&archived, *request).acts()), "{state}");
    }
}

#[test]
fn a_job_goes_on_only_from_a_step_that_it_has_begun() {
    let stuck = Standing { step: 1, ..fresh(Kind::of("vps.power"), JobState::Stuck, true) };
    let from = |step| verdict(&stuck, Request::Retry { from_step: Some(step) });
    assert_eq!([from(0), from(1)], [Some(0), Some(1)].map(|step| Verdict::Act(Action::Resume(step))));
    assert!(!from(2).acts() && !from(-1).acts());
    let failed = Standing { state: JobState::Failed, ..stuck };
    assert!(!verdict(&failed, Request::Retry { from_step: Some(0) }).acts(), "a final job is retried as a whole");
}

#[test]
fn an_order_whose_password_is_gone_is_not_retried() {
    let order = Standing { password_gone: true, ..fresh(Kind::of("vps.provision"), JobState::Failed, true) };
    assert_eq!(verdict(&order, REQUESTS[0]), Verdict::Refuse(PASSWORD_GONE));
    assert!(verdict(&order, Request::Discard).acts(), "it can still be set aside");
    let stuck = Standing { state: JobState::Stuck, ..order };
    assert!(verdict(&stuck, REQUESTS[0]).acts(), "what is still open continues");
}

#[test]
fn candidates_are_read_in_every_state_that_may_be_granted() {
    assert_eq!(states_for(REQUESTS[0]), ["waiting", "retry", "failed", "cancelled", "stuck"]);
    assert_eq!(states_for(Request::Cancel), ["queued", "running", "waiting", "retry", "stuck"]);
    assert_eq!(states_for(Request::Discard), ["failed", "cancelled", "stuck"]);
}
