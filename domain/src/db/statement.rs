//! The macro that declares statements, how they are run, and the list of all of them.

use std::marker::PhantomData;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};

use super::{Columns, Nothing, PgType, Returned};
use crate::error::{Error, Result};

/// A statement as `db::statement!` registers it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The function that builds it.
    pub function: &'static str,
    /// The Rust file of that function, relative to the workspace.
    pub source: &'static str,
    /// What its text is made of, in order.
    pub pieces: &'static [Piece],
    /// The whole text: its pieces, a line break between each.
    pub text: &'static str,
    /// The parameters by name and type; the first is `$1`.
    pub parameters: &'static [(&'static str, PgType)],
    /// What it must return.
    pub columns: fn() -> Columns,
}

/// A part of a statement's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A file, relative to the folder of the Rust file.
    File(&'static str),
    /// Text in the Rust file.
    Literal(&'static str),
}

inventory::collect!(Entry);

/// All statements of this crate, in no particular order.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    inventory::iter::<Entry>.into_iter()
}

/// A statement with its values, to be run once.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is run"]
pub struct Query<T> {
    name: &'static str,
    statement: Statement,
    returned: PhantomData<fn() -> T>,
}

impl<T> Query<T> {
    /// For `db::statement!` alone: nothing else is registered.
    pub(crate) fn new(name: &'static str, text: &'static str, values: Vec<Value>) -> Self {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, values);
        Self { name, statement, returned: PhantomData }
    }
}

impl<T: Returned> Query<T> {
    /// All rows.
    ///
    /// # Errors
    /// When the database refuses the statement.
    pub async fn all(self, db: &impl ConnectionTrait) -> Result<Vec<T>> {
        let rows = db.query_all_raw(self.statement).await?;
        Ok(rows.iter().map(T::read).collect::<Result<_, DbErr>>()?)
    }

    /// The first row, if any. Further rows are not read.
    ///
    /// # Errors
    /// When the database refuses the statement.
    pub async fn one(self, db: &impl ConnectionTrait) -> Result<Option<T>> {
        let row: Option<QueryResult> = db.query_one_raw(self.statement).await?;
        Ok(row.as_ref().map(T::read).transpose()?)
    }

    /// The row of a statement that always returns one, such as a count.
    ///
    /// # Errors
    /// When the database refuses the statement, and an internal error when there is no row.
    pub async fn only(self, db: &impl ConnectionTrait) -> Result<T> {
        let name = self.name;
        self.one(db).await?.ok_or_else(|| Error::internal(format!("{name} returned no row")))
    }
}

impl Query<Nothing> {
    /// Runs it and returns the number of rows that it touched.
    ///
    /// # Errors
    /// When the database refuses the statement.
    pub async fn exec(self, db: &impl ConnectionTrait) -> Result<u64> {
        Ok(db.execute_raw(self.statement).await?.rows_affected())
    }
}

/// Declares statements as functions that return a [`Query`], and registers each.
///
/// `fn name(parameter: Type, …) -> Returned = text, …;` where a text is a literal or `file "….sql"`,
/// relative to the Rust file; several are joined with line breaks when this crate is compiled.
macro_rules! statement {
    ($(
        $(#[$meta:meta])*
        $vis:vis fn $name:ident($($parameter:ident: $type:ty),* $(,)?) $(-> $returned:ty)?
            = $($kind:ident)? $text:literal $(, $($more_kind:ident)? $more:literal)*;
    )+) => { $(
        $(#[$meta])*
        $vis fn $name($($parameter: $type),*) -> $crate::db::Query<$crate::db::output!($($returned)?)> {
            $crate::db::Query::new(
                concat!(module_path!(), "::", stringify!($name)),
                concat!($crate::db::text!($($kind)? $text) $(, "\n", $crate::db::text!($($more_kind)? $more))*),
                vec![$($crate::db::SqlType::into_value($parameter)),*],
            )
        }

        inventory::submit! {
            $crate::db::Entry {
                function: stringify!($name),
                source: file!(),
                pieces: &[$crate::db::piece!($($kind)? $text) $(, $crate::db::piece!($($more_kind)? $more))*],
                text: concat!($crate::db::text!($($kind)? $text) $(, "\n", $crate::db::text!($($more_kind)? $more))*),
                parameters: &[$((stringify!($parameter), <$type as $crate::db::SqlType>::TYPE)),*],
                columns: <$crate::db::output!($($returned)?) as $crate::db::Returned>::columns,
            }
        }
    )+ };
}
pub(crate) use statement;

/// The type that a statement returns.
macro_rules! output {
    () => {
        $crate::db::Nothing
    };
    ($returned:ty) => {
        $returned
    };
}
pub(crate) use output;

/// The text of a piece.
macro_rules! text {
    (file $path:literal) => {
        include_str!($path)
    };
    ($text:literal) => {
        $text
    };
}
pub(crate) use text;

/// A piece as the registry lists it.
macro_rules! piece {
    (file $path:literal) => {
        $crate::db::Piece::File($path)
    };
    ($text:literal) => {
        $crate::db::Piece::Literal($text)
    };
}
pub(crate) use piece;

#[cfg(test)]
mod tests {
    use entity::job::Queue;
    use entity::{JobId, Scalar};

    use super::*;

    crate::db::statement! {
        /// Several pieces, and a value.
        pub(crate) fn count_both(queue: Queue, ids: &[JobId]) -> i64 =
            "select count(*) from job",
            "where queue = $1",
            "and id = any($2)";

        fn forget() = "delete from worker";
    }

    #[test]
    fn a_statement_is_registered_as_it_is_declared() {
        let entry = entries().find(|entry| entry.function == "count_both").unwrap();
        assert_eq!(entry.text, "select count(*) from job\nwhere queue = $1\nand id = any($2)");
        assert_eq!(entry.source, "domain/src/db/statement.rs");
        assert_eq!(entry.pieces[1], Piece::Literal("where queue = $1"));
        let types = [("queue", PgType::One(Scalar::Text)), ("ids", PgType::Array(Scalar::Uuid))];
        assert_eq!(entry.parameters, types);
        assert_eq!((entry.columns)(), Columns::Value(PgType::One(Scalar::Int8)));
    }

    #[test]
    fn a_query_carries_its_text_and_values() {
        let query = count_both(Queue::Mail, &[]);
        assert_eq!(query.name, "domain::db::statement::tests::count_both");
        assert_eq!(query.statement.values.unwrap().0, ["mail".into(), Vec::<uuid::Uuid>::new().into()]);
        assert_eq!(forget().statement.sql, "delete from worker");
    }
}
