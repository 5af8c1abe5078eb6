//! What a statement returns: rows with named columns, one value, or nothing.

use sea_orm::{DbErr, FromQueryResult, QueryResult, TryGetable};

use super::{PgType, SqlType};

/// A column that a row reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name in the result, which an alias makes differ from the field's.
    pub name: &'static str,
    /// The type that it must have.
    pub sql_type: PgType,
}

/// What a statement must return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// No column, or only ones of type `void`.
    Nothing,
    /// One column, whatever its name.
    Value(PgType),
    /// These columns in any order.
    Row(Vec<Column>),
}

/// A struct declared with `db::row!`.
pub trait Row: FromQueryResult {
    /// The columns that it reads, those of nested rows included.
    fn columns() -> Vec<Column>;
}

/// A row, a value of one column, or [`Nothing`].
#[diagnostic::on_unimplemented(
    message = "a statement can't return `{Self}`",
    note = "declare the struct with `db::row!`, or return the value of one column"
)]
pub trait Returned: Sized {
    /// What the test compares with the statement's result.
    fn columns() -> Columns;
    /// Reads one row of the result.
    ///
    /// # Errors
    /// When a column is missing, has another type, or is null where the field can't be.
    fn read(row: &QueryResult) -> Result<Self, DbErr>;
}

/// The answer of a statement that is run for its effect.
#[derive(Clone, Copy, Debug)]
pub enum Nothing {}

impl Returned for Nothing {
    fn columns() -> Columns {
        Columns::Nothing
    }

    fn read(_: &QueryResult) -> Result<Self, DbErr> {
        Err(DbErr::RecordNotFound("the statement returns nothing".to_owned()))
    }
}

impl<T: SqlType + TryGetable> Returned for T {
    fn columns() -> Columns {
        Columns::Value(T::TYPE)
    }

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        row.try_get_by_index(0)
    }
}

/// Declares a struct that is read from a row, with the columns that it expects.
///
/// A field may carry `#[sea_orm(skip)]` (not read: `Default`), `#[sea_orm(nested)]` (another row
/// over the same columns) or `#[sea_orm(from_alias = "…")]` (a column of another name).
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$($attr:tt)*])* $field_vis:vis $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(sea_orm::FromQueryResult)]
        $vis struct $name {
            $($(#[$($attr)*])* $field_vis $field: $type,)*
        }

        impl $crate::db::Row for $name {
            fn columns() -> Vec<$crate::db::Column> {
                [$($crate::db::column!($(#[$($attr)*])* $field: $type)),*].concat()
            }
        }

        impl $crate::db::Returned for $name {
            fn columns() -> $crate::db::Columns {
                $crate::db::Columns::Row(<Self as $crate::db::Row>::columns())
            }

            fn read(row: &sea_orm::QueryResult) -> Result<Self, sea_orm::DbErr> {
                sea_orm::FromQueryResult::from_query_result(row, "")
            }
        }
    };
}
pub(crate) use row;

/// The columns of one field of `row!`.
macro_rules! column {
    (#[sea_orm(skip)] $($rest:tt)*) => { Vec::new() };
    (#[sea_orm(nested)] $(#[$($attr:tt)*])* $field:ident: $type:ty) => { <$type as $crate::db::Row>::columns() };
    (#[sea_orm(from_alias = $name:expr)] $(#[$($attr:tt)*])* $field:ident: $type:ty) => {
        vec![$crate::db::Column { name: $name, sql_type: <$type as $crate::db::SqlType>::TYPE }]
    };
    (#[$($attr:tt)*] $($rest:tt)*) => { $crate::db::column!($($rest)*) };
    ($field:ident: $type:ty) => {
        vec![$crate::db::Column { name: stringify!($field), sql_type: <$type as $crate::db::SqlType>::TYPE }]
    };
}
pub(crate) use column;

#[cfg(test)]
mod tests {
    use entity::job::Queue;
    use entity::{JobId, Scalar};

    use super::*;

    crate::db::row! {
        /// A row in another.
        #[derive(Debug)]
        struct Inner {
            id: JobId,
            queue: Option<Queue>,
        }
    }

    crate::db::row! {
        /// Each kind of field.
        #[derive(Debug)]
        pub(crate) struct Outer {
            /// Documented, and another row.
            #[sea_orm(nested)]
            inner: Inner,
            /// Documented, and of another name.
            #[sea_orm(from_alias = "jobs")]
            ids: Vec<JobId>,
            #[sea_orm(skip)]
            later: Vec<Inner>,
            count: i64,
        }
    }

    #[test]
    fn a_row_lists_the_columns_that_it_reads() {
        let column = |name, sql_type| Column { name, sql_type };
        let columns = vec![
            column("id", PgType::One(Scalar::Uuid)),
            column("queue", PgType::One(Scalar::Text)),
            column("jobs", PgType::Array(Scalar::Uuid)),
            column("count", PgType::One(Scalar::Int8)),
        ];
        assert_eq!(<Outer as Returned>::columns(), Columns::Row(columns));
        let read = |row: Outer| (row.inner.id, row.inner.queue, row.ids, row.later.len(), row.count);
        let _: fn(Outer) -> _ = read;
    }

    #[test]
    fn a_value_is_one_column() {
        assert_eq!(<Option<Vec<JobId>> as Returned>::columns(), Columns::Value(PgType::Array(Scalar::Uuid)));
        assert_eq!(Nothing::columns(), Columns::Nothing);
    }
}
