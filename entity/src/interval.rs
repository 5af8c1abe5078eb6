//! `PostgreSQL`'s `interval` as a length of time.

use chrono::TimeDelta;
use sea_orm::sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr};
use sea_orm::sqlx::Row as _;
use sea_orm::sqlx::postgres::types::PgInterval;
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value, prelude::ColumnType};

/// A length of time in whole microseconds. A day is 24 hours; an interval of months has no length and is an error.
///
/// It is bound as text, so a column of this type says `save_as = "interval"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval(pub TimeDelta);

impl Interval {
    fn parse(text: &str) -> Option<Self> {
        text.strip_suffix(" microseconds")?.parse().ok().map(TimeDelta::microseconds).map(Self)
    }
}

impl From<Interval> for Value {
    fn from(Interval(length): Interval) -> Self {
        // Three hundred thousand years fit.
        let micros = length.num_microseconds().unwrap_or(i64::MAX);
        format!("{micros} microseconds").into()
    }
}

impl TryGetable for Interval {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let failed = |words: String| TryGetError::DbErr(DbErr::Type(words));
        let row = row.try_as_pg_row().ok_or_else(|| failed("an interval is PostgreSQL's".to_owned()))?;
        let read: Option<PgInterval> =
            row.try_get(index.as_sqlx_postgres_index()).map_err(|error| failed(error.to_string()))?;
        match read {
            None => Err(TryGetError::Null(format!("{index:?}"))),
            Some(PgInterval { months: 0, days, microseconds }) => {
                Ok(Self(TimeDelta::days(days.into()) + TimeDelta::microseconds(microseconds)))
            }
            Some(other) => Err(failed(format!("an interval of {} months has no length", other.months))),
        }
    }
}

impl ValueType for Interval {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text = <String as ValueType>::try_from(value)?;
        Self::parse(&text).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        "Interval".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::Interval(None, None)
    }
}

impl Nullable for Interval {
    fn null() -> Value {
        Value::String(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_bound_as_it_is_read_back() {
        let interval = Interval(TimeDelta::microseconds(-90_000_001));
        assert_eq!(Value::from(interval), "-90000001 microseconds".into());
        assert_eq!(<Interval as ValueType>::try_from(interval.into()).ok(), Some(interval));
        assert!(<Interval as ValueType>::try_from("1 day".into()).is_err());
    }
}
