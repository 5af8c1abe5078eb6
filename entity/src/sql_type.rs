//! Which `PostgreSQL` type each Rust type stands for, as a statement's parameter and as a column.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use sea_orm::sea_query::ArrayType;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::TypedId;

/// A `PostgreSQL` type that is not an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// `bool`
    Bool,
    /// `int2`
    Int2,
    /// `int4`
    Int4,
    /// `int8`
    Int8,
    /// `float8`
    Float8,
    /// `text`; `varchar` and `bpchar` count as it.
    Text,
    /// `uuid`
    Uuid,
    /// `date`
    Date,
    /// `timestamptz`
    Timestamptz,
    /// `jsonb`
    Jsonb,
    /// `bytea`
    Bytea,
}

/// A `PostgreSQL` type: a scalar, or an array of scalars without nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PgType {
    /// One value.
    One(Scalar),
    /// An array of one dimension.
    Array(Scalar),
}

/// A Rust type that one `PostgreSQL` type stores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no PostgreSQL type",
    note = "entity/src/sql_type.rs lists them; an id comes from `ids!` and a word from `text_enum!`"
)]
pub trait SqlType {
    /// The type that parameters are declared with, and that a column must have.
    const TYPE: PgType;
    /// Whether null is one of its values.
    const NULLABLE: bool = false;
    /// The value as sea-orm binds it.
    fn into_value(self) -> Value;
}

impl Scalar {
    /// `PostgreSQL`'s name for it, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int2 => "int2",
            Self::Int4 => "int4",
            Self::Int8 => "int8",
            Self::Float8 => "float8",
            Self::Text => "text",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::Timestamptz => "timestamptz",
            Self::Jsonb => "jsonb",
            Self::Bytea => "bytea",
        }
    }

    fn array_type(self) -> ArrayType {
        match self {
            Self::Bool => ArrayType::Bool,
            Self::Int2 => ArrayType::SmallInt,
            Self::Int4 => ArrayType::Int,
            Self::Int8 => ArrayType::BigInt,
            Self::Float8 => ArrayType::Double,
            Self::Text => ArrayType::String,
            Self::Uuid => ArrayType::Uuid,
            Self::Date => ArrayType::ChronoDate,
            Self::Timestamptz => ArrayType::ChronoDateTimeUtc,
            Self::Jsonb => ArrayType::Json,
            Self::Bytea => ArrayType::Bytes,
        }
    }
}

impl PgType {
    /// The array of `T`. Fails to compile for what sea-orm can't bind in an array.
    const fn array_of<T: SqlType>() -> Self {
        assert!(!T::NULLABLE, "an array without nulls: bind two arrays or jsonb instead");
        match T::TYPE {
            Self::One(scalar) => Self::Array(scalar),
            Self::Array(_) => panic!("an array of one dimension: bind jsonb instead"),
        }
    }

    const fn scalar(self) -> Scalar {
        match self {
            Self::One(scalar) | Self::Array(scalar) => scalar,
        }
    }

    fn null(self) -> Value {
        match self {
            Self::Array(scalar) => Value::Array(scalar.array_type(), None),
            Self::One(scalar) => match scalar {
                Scalar::Bool => Value::Bool(None),
                Scalar::Int2 => Value::SmallInt(None),
                Scalar::Int4 => Value::Int(None),
                Scalar::Int8 => Value::BigInt(None),
                Scalar::Float8 => Value::Double(None),
                Scalar::Text => Value::String(None),
                Scalar::Uuid => Value::Uuid(None),
                Scalar::Date => Value::ChronoDate(None),
                Scalar::Timestamptz => Value::ChronoDateTimeUtc(None),
                Scalar::Jsonb => Value::Json(None),
                Scalar::Bytea => Value::Bytes(None),
            },
        }
    }
}

impl std::fmt::Display for PgType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.scalar().name())?;
        if matches!(self, Self::Array(_)) { f.write_str("[]") } else { Ok(()) }
    }
}

macro_rules! scalars {
    ($($rust:ty = $scalar:ident,)+) => { $(
        impl SqlType for $rust {
            const TYPE: PgType = PgType::One(Scalar::$scalar);
            fn into_value(self) -> Value { self.into() }
        }
    )+ };
}

scalars! {
    bool = Bool,
    i16 = Int2,
    i32 = Int4,
    i64 = Int8,
    f64 = Float8,
    String = Text,
    &str = Text,
    Uuid = Uuid,
    NaiveDate = Date,
    DateTime<Utc> = Timestamptz,
    Json = Jsonb,
    Vec<u8> = Bytea,
    &[u8] = Bytea,
}

impl SqlType for crate::Currency {
    const TYPE: PgType = PgType::One(Scalar::Text);
    fn into_value(self) -> Value {
        self.code().into()
    }
}

impl<T: TypedId> SqlType for T {
    const TYPE: PgType = PgType::One(Scalar::Uuid);
    fn into_value(self) -> Value {
        self.uuid().into()
    }
}

impl<T: SqlType> SqlType for Option<T> {
    const TYPE: PgType = T::TYPE;
    const NULLABLE: bool = true;
    fn into_value(self) -> Value {
        self.map_or_else(|| T::TYPE.null(), T::into_value)
    }
}

impl<T: SqlType> SqlType for Vec<T> {
    const TYPE: PgType = PgType::array_of::<T>();
    fn into_value(self) -> Value {
        let values = self.into_iter().map(T::into_value).collect();
        Value::Array(Self::TYPE.scalar().array_type(), Some(Box::new(values)))
    }
}

impl<T: SqlType + Clone> SqlType for &[T] {
    const TYPE: PgType = PgType::array_of::<T>();
    fn into_value(self) -> Value {
        self.to_vec().into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobId;
    use crate::job::Queue;

    #[test]
    fn a_type_is_named_as_postgresql_names_it() {
        assert_eq!(<&[JobId]>::TYPE.to_string(), "uuid[]");
        assert_eq!(Option::<Vec<Queue>>::TYPE.to_string(), "text[]");
        assert_eq!(Vec::<u8>::TYPE.to_string(), "bytea");
        assert_eq!(Option::<DateTime<Utc>>::TYPE.to_string(), "timestamptz");
    }

    #[test]
    fn a_value_is_bound_as_sea_orm_binds_it() {
        let id = JobId(Uuid::from_u128(7));
        assert_eq!([id].as_slice().into_value(), vec![id.0].into());
        assert_eq!(Queue::Mail.into_value(), "mail".into());
        assert_eq!(vec![Queue::Mail].into_value(), vec!["mail".to_owned()].into());
        assert_eq!(None::<i64>.into_value(), None::<i64>.into());
        assert_eq!(Some("a").into_value(), Some("a".to_owned()).into());
        assert_eq!(None::<Vec<String>>.into_value(), None::<Vec<String>>.into());
    }
}
