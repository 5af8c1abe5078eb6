//! A person's copy of all that is held about them: asked for with a fresh proof, written by a job, kept sealed for a
//! day, and shown to no other person (ADR 33). What it holds is said by the map in [`crate::erasure`].

mod copy;
mod request;

pub use copy::{MAX_BYTES, copy, document};
pub use request::{DataExport, ExportState, KEPT_FOR, MAX_A_DAY, download, latest, request};
pub(crate) use request::{forget, until};
