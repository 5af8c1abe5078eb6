//! Erasing a person (ADR 33), and the map of everything that is held about persons: one line for each table of the
//! schema. It drives what a copy of a person's data shows ([`crate::data_export`]), what an erasure empties and
//! deletes, and docs/privacy.md; a test compares it with every column of the migrated schema.
//!
//! `activity` and `journal` refuse changes: they hold ids, codes and words of ours alone, and names are joined when
//! they are read. So an erasure leaves them as they are.

mod account;
mod carry_out;
mod impersonal;
mod letter;
mod map;
mod payments;
mod request;
mod table;
mod traces;

pub use carry_out::carry_out;
pub(crate) use carry_out::tidy;
pub(crate) use letter::{letter, sent};
pub(crate) use map::shown;
pub use map::{columns, page};
pub use request::{Erasing, erase, erase_self};
pub use table::SHOWN;
