//! The steps of each kind of job, and the one way to do a step.

mod guard;

use domain::queue::Claim;
use domain::work::KINDS;

pub(crate) use guard::{Begun, Intent, Note};

/// A step of a row of [`KINDS`]: one that is not in the table does not compile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub kind: &'static str,
    pub name: &'static str,
    index: i16,
}

impl Step {
    /// The step of this kind and name; for constants only, so that a wrong name ends the build.
    pub(crate) const fn of(kind: &'static str, name: &'static str) -> Self {
        let mut row = 0;
        while row < KINDS.len() {
            let (known, steps) = (KINDS[row].name, KINDS[row].steps);
            let mut index = 0;
            while same(known, kind) && index < steps.len() {
                if same(steps[index], name) {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_possible_wrap,
                        reason = "a kind has a few"
                    )]
                    return Self { kind, name, index: index as i16 };
                }
                index += 1;
            }
            row += 1;
        }
        panic!("this step is not in domain::work::KINDS")
    }

    /// Whether an earlier run did it, or whatever comes after it.
    pub(crate) fn is_done(self, claim: &Claim) -> bool {
        claim.step > self.index
    }
}

/// `==` for constants.
const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut place = 0;
    while place < left.len() && place < right.len() && left[place] == right[place] {
        place += 1;
    }
    place == left.len() && place == right.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_found_at_its_place() {
        for kind in KINDS {
            for (place, step) in kind.steps.iter().enumerate() {
                assert_eq!(usize::try_from(Step::of(kind.name, step).index).unwrap(), place);
            }
        }
    }

    #[test]
    fn names_are_the_same_only_when_they_are() {
        assert!(same("start", "start") && same("", ""));
        assert!(!same("start", "start_again") && !same("start_again", "start") && !same("start", "stark"));
    }

    /// A row of the timeline that is written past the guard has no failpoints.
    #[test]
    fn steps_are_done_by_the_guard_alone() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut handlers = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("step/guard.rs") && !path.ends_with("step/mod.rs") {
                    handlers += 1;
                    let text = std::fs::read_to_string(&path).unwrap();
                    assert!(!text.contains("record_step"), "{}: use Running::begin", path.display());
                }
            }
        }
        assert!(handlers > 10, "the sources were looked at");
    }
}
