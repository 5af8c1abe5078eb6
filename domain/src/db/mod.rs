//! How the rules speak SQL: statements with types, each registered, so that a test can compare it with the schema.
//!
//! `docs/sql.md` says how to add one.

mod plain;
mod row;
mod statement;

pub use entity::{PgType, Scalar, SqlType};
pub use plain::{all, exec, one, scalar, sql, uuids};
pub use row::{Column, Columns, Nothing, Returned, Row};
pub(crate) use row::{column, row};
pub use statement::{Entry, Piece, Query, entries};
pub(crate) use statement::{output, piece, statement, text};
