//! Without failpoints: nothing to list, nothing to arm, nothing in the way.

use std::future::{Ready, ready};

use super::Position;
use crate::outcome::JobError;
use crate::step::Step;

/// Every failpoint's name, `<kind>.<step>.<position>`: none in this build.
#[must_use]
pub fn failpoints() -> Vec<String> {
    Vec::new()
}

/// The failpoints that did something since the last call, in order: none in this build.
#[must_use]
pub fn fired() -> Vec<String> {
    Vec::new()
}

/// Arms failpoints, as the variable `FAILPOINTS` names them.
///
/// # Errors
/// Always: this build has none.
pub fn arm(_: &str) -> Result<(), String> {
    Err("this build has no failpoints; they are in development builds only".to_owned())
}

/// Does nothing.
pub(crate) fn at(_: Step, _: Position) -> Ready<Result<(), JobError>> {
    ready(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_build_without_failpoints_goes_on_and_refuses_to_arm() {
        assert!(failpoints().is_empty() && fired().is_empty());
        assert!(arm("platform.probe.probe.after_call=return(kill)").unwrap_err().contains("development builds"));
        assert!(at(Step::of("platform.probe", "probe"), Position::AfterCall).await.is_ok());
    }
}
