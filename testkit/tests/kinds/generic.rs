//! The tests that every kind has, over all its steps and positions.

use domain::JobState;

use crate::story::Story;
use crate::world::World;

const POSITIONS: [&str; 4] = ["before_intent", "after_intent", "after_call", "after_commit"];

/// A run that fails temporarily, and one that ends as a crash ends it.
const DEATHS: [Death; 2] = [Death::Error, Death::Crash];

#[derive(Clone, Copy, Debug)]
enum Death {
    Error,
    Crash,
}

fn names(kind: &str, step: &str) -> [String; 4] {
    POSITIONS.map(|position| format!("{kind}.{step}.{position}"))
}

/// The steps that a job takes while nothing fails.
fn forward<S: Story>(kind: &str) -> impl Iterator<Item = &'static str> {
    jobs::steps_of(kind).iter().copied().filter(|step| !S::UNDO.steps.contains(step))
}

/// The failpoints that the tests below arm for a kind. Each must fire, or the test fails.
pub fn broken<S: Story>(kind: &str) -> Vec<String> {
    let undo = S::UNDO.steps.iter().copied().filter(|_| !S::UNDO.causes.is_empty());
    let steps: Vec<_> = forward::<S>(kind).chain(undo).collect();
    let all = jobs::failpoints();
    let mut names: Vec<_> = steps.iter().flat_map(|step| names(kind, step)).collect();
    names.sort_by_key(|name| all.iter().position(|one| one == name));
    names
}

/// Fails for good at each position: the job ends as its kind ends, and nothing is left of it, or
/// it had done all of it by then.
pub async fn fails_anywhere<S: Story>(kind: &str) {
    let mut world = Box::pin(World::start()).await;
    for step in forward::<S>(kind) {
        for name in names(kind, step) {
            let (job, before) = S::ask(&world, S::CHOICES[0], step).await;
            world.arm(&name, "return(permanent)");
            let state = world.run_to_end(job).await;
            world.disarm(&[&name]);
            if state == JobState::Succeeded {
                assert!(name.ends_with("after_commit"), "{name}: it failed before its end and yet succeeded");
                S::assert_done(&world, job, &before).await;
            } else {
                assert_eq!(state, S::FAILS_AS, "{name}");
                S::assert_undone(&world, job, &before).await;
                go_on::<S>(&world, job, &before).await;
            }
            world.finish().await;
        }
    }
}

/// What is stuck continues at an administrator's word, and ends as if nothing had happened.
async fn go_on<S: Story>(world: &World, job: domain::JobId, before: &S::Before) {
    if S::FAILS_AS == JobState::Stuck {
        world.retry(job).await;
        assert_eq!(world.run_to_end(job).await, JobState::Succeeded);
        S::assert_done(world, job, before).await;
    }
}

/// The undoing is interrupted and happens again: still nothing is left, and the money is back
/// exactly once.
pub async fn is_undone_twice<S: Story>(kind: &str) {
    let mut world = Box::pin(World::start()).await;
    for step in forward::<S>(kind) {
        for name in names(kind, step) {
            let (job, before) = S::ask(&world, S::CHOICES[0], step).await;
            world.arm(&name, "return(permanent)");
            // Dies after the handler gave up, and before anybody wrote that down.
            drop(Box::pin(world.run_unsettled(job)).await);
            let state = world.run_to_end(job).await;
            world.disarm(&[&name]);
            if state == JobState::Succeeded {
                S::assert_done(&world, job, &before).await;
            } else {
                assert_eq!(state, S::FAILS_AS, "{name}");
                S::assert_undone(&world, job, &before).await;
                go_on::<S>(&world, job, &before).await;
            }
            world.finish().await;
        }
    }
    for cause in S::UNDO.causes {
        for name in S::UNDO.steps.iter().flat_map(|step| POSITIONS.map(|position| format!("{kind}.{step}.{position}")))
        {
            undo_twice::<S>(&mut world, cause, &name).await;
        }
    }
}

async fn undo_twice<S: Story>(world: &mut World, cause: &str, name: &str) {
    let step = cause.split('.').nth(2).unwrap();
    for death in DEATHS {
        let (job, before) = S::ask(world, S::CHOICES[0], step).await;
        world.arm(cause, "return(permanent)");
        die(world, job, name, death).await;
        assert_eq!(world.run_to_end(job).await, JobState::Failed, "{cause}, then {death:?} at {name}");
        world.disarm(&[cause, name]);
        S::assert_undone(world, job, &before).await;
        world.finish().await;
    }
    // What can't be undone for good waits for a person, and is undone when they say so.
    let (job, before) = S::ask(world, S::CHOICES[0], step).await;
    world.arm(cause, "return(permanent)");
    world.arm(name, "return(permanent)");
    let state = world.run_to_end(job).await;
    world.disarm(&[cause, name]);
    if state == JobState::Stuck {
        world.retry(job).await;
        assert_eq!(world.run_to_end(job).await, JobState::Failed, "{cause}, then for good at {name}");
    } else {
        assert_eq!(state, JobState::Failed, "{name}");
        assert!(name.ends_with("after_commit"), "{name}: what is not undone must not fail");
    }
    S::assert_undone(world, job, &before).await;
    world.finish().await;
}

/// The run dies at each position and the job runs again: everything happens once.
pub async fn does_each_step_twice<S: Story>(kind: &str) {
    let mut world = Box::pin(World::start()).await;
    for choice in S::CHOICES {
        for step in forward::<S>(kind) {
            for name in names(kind, step) {
                for death in DEATHS {
                    let (job, before) = S::ask(&world, choice, step).await;
                    die(&mut world, job, &name, death).await;
                    let state = world.run_to_end(job).await;
                    world.disarm(&[&name]);
                    assert_eq!(state, JobState::Succeeded, "{choice} {death:?} at {name}: {}", world.words(job).await);
                    S::assert_done(&world, job, &before).await;
                    world.finish().await;
                }
            }
        }
    }
}

/// Runs the job until it has died once at the failpoint.
async fn die(world: &mut World, job: domain::JobId, name: &str, death: Death) {
    match death {
        Death::Error => {
            world.arm(name, "1*return(error)");
            world.run_until_fired(job, name).await;
        }
        Death::Crash => {
            world.arm(name, "1*return(hang)");
            world.run_until_hung(job, name).await;
        }
    }
}

/// Its deadline passes before it began, and in the middle of its first step.
pub async fn ends_when_late<S: Story>(kind: &str) {
    let mut world = Box::pin(World::start()).await;
    let first = jobs::steps_of(kind)[0];
    for begun in [false, true] {
        let (job, before) = S::ask(&world, S::CHOICES[0], first).await;
        let name = format!("{kind}.{first}.after_intent");
        if begun {
            world.arm(&name, "1*return(hang)");
            world.run_until_hung(job, &name).await;
            world.disarm(&[&name]);
        }
        world.make_late(job).await;
        assert_eq!(world.run_to_end(job).await, S::FAILS_AS, "begun: {begun}");
        assert_eq!(world.error_code(job).await, "deadline", "begun: {begun}");
        S::assert_undone(&world, job, &before).await;
        go_on::<S>(&world, job, &before).await;
        world.finish().await;
    }
}

/// The provider refuses the token: the job says so at once, whatever else becomes of it.
pub async fn says_when_the_token_is_refused<S: Story>(kind: &str) {
    let world = Box::pin(World::start()).await;
    let (job, before) = S::ask(&world, S::CHOICES[0], jobs::steps_of(kind)[0]).await;
    world.app.cloud.set_token(testkit::app::CLOUD_TOKEN, false);
    let settlement = Box::pin(world.run_unsettled(job)).await;
    assert_eq!(settlement.refused, Some(world.cloud), "{kind}: {settlement:?}");
    assert!(matches!(settlement.outcome, jobs::Outcome::Fail(_) | jobs::Outcome::Stick(_)), "{kind}: {settlement:?}");
    assert_eq!(Box::pin(world.run_to_end(job)).await, S::FAILS_AS, "{kind}");
    world.app.cloud.set_token(testkit::app::CLOUD_TOKEN, true);
    S::assert_undone(&world, job, &before).await;
}
