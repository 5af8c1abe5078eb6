//! Failpoints: named places in every step at which a development build can be made to fail, die or stop, so that tests
//! and proofs can ask of each place: and if it ends here?
//!
//! Invariant: a build without debug assertions has none of this, whatever features it was given.

#[cfg(all(feature = "failpoints", debug_assertions))]
#[path = "on.rs"]
mod switch;
#[cfg(not(all(feature = "failpoints", debug_assertions)))]
#[path = "off.rs"]
mod switch;
// Tests look at the other half too.
#[cfg(all(test, feature = "failpoints", debug_assertions))]
mod off;

pub(crate) use switch::at;
pub use switch::{arm, failpoints, fired};

/// A place in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Nothing of the step has happened.
    BeforeIntent,
    /// The intent is committed.
    AfterIntent,
    /// The call was answered, and we have nothing on record.
    AfterCall,
    /// The effect is committed.
    AfterCommit,
}
