//! With failpoints: the crate `fail` decides whether one fires, this decides what that means.

use std::sync::{Mutex, PoisonError};

use domain::work::KINDS;
use domain::{Error, ErrorKind};
use rustix::process::{Signal, getpid, kill_process};

use super::Position;
use crate::outcome::JobError;
use crate::step::Step;

/// Names that fired at most kept, for tests that forget to take them.
const MAX_FIRED: usize = 10_000;

static FIRED: Mutex<Vec<String>> = Mutex::new(Vec::new());

const POSITIONS: [Position; 4] =
    [Position::BeforeIntent, Position::AfterIntent, Position::AfterCall, Position::AfterCommit];

/// What `return(…)` may say.
const WORDS: [&str; 5] = ["kill", "stop", "error", "permanent", "hang"];

impl Position {
    fn name(self) -> &'static str {
        match self {
            Self::BeforeIntent => "before_intent",
            Self::AfterIntent => "after_intent",
            Self::AfterCall => "after_call",
            Self::AfterCommit => "after_commit",
        }
    }
}

/// Every failpoint's name, `<kind>.<step>.<position>`.
#[must_use]
pub fn failpoints() -> Vec<String> {
    let name = |kind: &str, step: &str, position: Position| format!("{kind}.{step}.{}", position.name());
    KINDS
        .iter()
        .flat_map(|kind| kind.steps.iter().map(move |step| (kind.name, *step)))
        .flat_map(|(kind, step)| POSITIONS.map(|position| name(kind, step, position)))
        .collect()
}

/// The failpoints that did something since the last call, in order.
#[must_use]
pub fn fired() -> Vec<String> {
    std::mem::take(&mut FIRED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Arms failpoints, as the variable `FAILPOINTS` names them: `name=actions`, separated by `;`.
///
/// Actions are those of the crate `fail`; `return` takes `kill` (SIGKILL to this process), `stop` (SIGSTOP), `error`
/// (the step fails temporarily), `permanent` (it fails for good) or `hang` (it never continues).
///
/// # Errors
/// When a name or an action is unknown; the words list those that exist.
pub fn arm(text: &str) -> Result<(), String> {
    let known = failpoints();
    for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, actions) = pair.split_once('=').ok_or_else(|| {
            format!("{pair:?} is not a failpoint: write name=action, such as {}=1*return(kill)", known[0])
        })?;
        let (name, actions) = (name.trim(), actions.trim());
        if !known.iter().any(|one| one == name) {
            return Err(format!("the failpoint {name:?} does not exist; these do: {}", known.join(", ")));
        }
        check(actions).and_then(|()| fail::cfg(name, actions)).map_err(|error| format!("failpoint {name}: {error}"))?;
    }
    Ok(())
}

/// A word that `return` does not know would be found out only when it fires.
fn check(actions: &str) -> Result<(), String> {
    for action in actions.split("->") {
        let task = action.trim().rsplit(['%', '*']).next().unwrap_or_default();
        if let Some(word) = task.strip_prefix("return")
            && !WORDS.iter().any(|known| word == format!("({known})"))
        {
            return Err(format!("return takes one of {}, not {word:?}", WORDS.join(", ")));
        }
    }
    Ok(())
}

/// Does what the failpoint is armed for.
pub(crate) async fn at(step: Step, position: Position) -> Result<(), JobError> {
    let name = format!("{}.{}.{}", step.kind, step.name, position.name());
    if !fail::list().iter().any(|(armed, _)| *armed == name) {
        return Ok(());
    }
    let asked = name.clone();
    // `pause` and `sleep` hold a thread, which must not be one that others need.
    let Ok(Some(word)) = tokio::task::spawn_blocking(move || evaluate(&asked)).await else {
        return Ok(());
    };
    note(&name);
    match word.as_str() {
        "kill" => end(&name, "kills", Signal::KILL),
        "stop" => end(&name, "stops", Signal::STOP),
        "hang" => std::future::pending().await,
        "permanent" => Err(failed(ErrorKind::Invalid, &name).into()),
        _ => Err(failed(ErrorKind::Unavailable, &name).into()),
    }
}

/// The word of `return(…)`, once the failpoint fires.
fn evaluate(name: &str) -> Option<String> {
    fail::fail_point!(name, |word| word);
    None
}

fn note(name: &str) {
    let mut fired = FIRED.lock().unwrap_or_else(PoisonError::into_inner);
    if fired.len() < MAX_FIRED {
        fired.push(name.to_owned());
    }
}

fn end(name: &str, does: &str, signal: Signal) -> Result<(), JobError> {
    eprintln!("failpoint {name} {does}");
    kill_process(getpid(), signal).map_err(|error| Error::internal(error).into())
}

fn failed(kind: ErrorKind, name: &str) -> Error {
    Error::new(kind, "failpoint", format!("The failpoint {name} says so."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_four() {
        let names = failpoints();
        let steps: usize = KINDS.iter().map(|kind| kind.steps.len()).sum();
        assert_eq!(names.len(), steps * 4);
        assert!(names.contains(&"vps.provision.create.after_call".to_owned()));
    }

    #[test]
    fn what_cannot_be_armed_is_refused_with_what_can() {
        let _scenario = fail::FailScenario::setup();
        for (text, words) in [
            ("vps.provision.create.after_lunch=return(kill)", "vps.provision.create.after_call"),
            ("vps.provision.create.after_call", "name=action"),
            ("vps.provision.create.after_call=return(sleep)", "one of kill, stop, error, permanent, hang"),
            ("vps.provision.create.after_call=1*return", "one of kill"),
            ("vps.provision.create.after_call=explode", "unrecognized command"),
            ("vps.provision.create.after_call=x*return(kill)", "failed to parse count"),
        ] {
            let refused = arm(text).unwrap_err();
            assert!(refused.contains(words), "{text}: {refused}");
        }
        assert!(fail::list().is_empty(), "nothing was armed");
        arm(" vps.power.switch.after_call=50%2*return(error)->sleep(5); vps.delete.gone.before_intent = pause;")
            .unwrap();
        assert_eq!(fail::list().len(), 2);
    }

    #[tokio::test]
    async fn it_does_what_it_is_armed_for_and_no_more() {
        let _scenario = fail::FailScenario::setup();
        let (probe, tidy) = (Step::of("platform.probe", "probe"), Step::of("platform.tidy", "tidy"));
        arm("platform.probe.probe.after_call=1*return(error)->1*return(permanent)->1*sleep(1)").unwrap();
        let code = |result: Result<(), JobError>| match result {
            Err(JobError::Rule(error)) => (error.kind, error.code),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(at(probe, Position::AfterCall).await), (ErrorKind::Unavailable, "failpoint"));
        assert_eq!(code(at(probe, Position::AfterCall).await), (ErrorKind::Invalid, "failpoint"));
        for _ in 0..2 {
            assert!(at(probe, Position::AfterCall).await.is_ok());
        }
        assert!(at(probe, Position::AfterCommit).await.is_ok() && at(tidy, Position::AfterCall).await.is_ok());
        assert_eq!(fired(), ["platform.probe.probe.after_call"; 2]);
    }
}
