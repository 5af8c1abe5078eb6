//! Statements written where they are run: for tests, which ask what no rule asks.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, TryGetable, Value};

use crate::error::Result;

/// A statement with its values.
pub fn sql(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// Runs a statement and says how many rows it touched.
///
/// # Errors
/// When the database refuses it.
pub async fn exec(db: &impl ConnectionTrait, statement: Statement) -> Result<u64> {
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// The first row, if any.
///
/// # Errors
/// When the database refuses the statement or the row has another shape.
pub async fn one<T: FromQueryResult>(db: &impl ConnectionTrait, statement: Statement) -> Result<Option<T>> {
    Ok(T::find_by_statement(statement).one(db).await?)
}

/// All rows.
///
/// # Errors
/// When the database refuses the statement or a row has another shape.
pub async fn all<T: FromQueryResult>(db: &impl ConnectionTrait, statement: Statement) -> Result<Vec<T>> {
    Ok(T::find_by_statement(statement).all(db).await?)
}

/// The first column of the first row, if any.
///
/// # Errors
/// When the database refuses the statement or the column has another type.
pub async fn scalar<T: TryGetable>(db: &impl ConnectionTrait, statement: Statement) -> Result<Option<T>> {
    let row = db.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// A list of uuids as one value, for `= any($1)`.
pub fn uuids<T: entity::TypedId>(ids: &[T]) -> Value {
    ids.iter().map(|id| id.uuid()).collect::<Vec<_>>().into()
}
