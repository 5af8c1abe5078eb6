//! The `X-Filter` header: which items of a list to send, and in which order.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::reply::ErrorReason;

const MAX_HEADER_BYTES: usize = 8 * 1024;
const MAX_DEPTH: usize = 8;
const MAX_TERMS: usize = 200;

/// A parsed X-Filter header.
#[derive(Debug)]
pub(crate) struct Filter {
    test: Test,
    order_by: Option<String>,
    descending: bool,
}

#[derive(Debug)]
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Field { name: String, operator: Operator, value: Value },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Contains,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Filter {
    /// Reads the header; only the fields in `allowed` may be named.
    pub(crate) fn parse(header: &str, allowed: &[&str]) -> Result<Self, ErrorReason> {
        if header.len() > MAX_HEADER_BYTES {
            return Err(malformed("The filter is too long"));
        }
        let value: Value = serde_json::from_str(header).map_err(|_| malformed("Cannot parse the filter as JSON"))?;
        let Value::Object(mut members) = value else {
            return Err(malformed("The filter must be an object"));
        };
        let descending = match members.remove("+order") {
            None => false,
            Some(Value::String(order)) if order == "asc" => false,
            Some(Value::String(order)) if order == "desc" => true,
            Some(_) => return Err(malformed("+order must be asc or desc")),
        };
        let order_by = match members.remove("+order_by") {
            None => None,
            Some(Value::String(field)) if allowed.contains(&field.as_str()) => Some(field),
            Some(_) => return Err(malformed("Cannot order by this field")),
        };
        let mut parser = Parser { allowed, terms: 0 };
        Ok(Self { test: parser.object(members, 0)?, order_by, descending })
    }

    /// The items that match, in the requested order.
    pub(crate) fn apply(&self, mut items: Vec<Value>) -> Vec<Value> {
        items.retain(|item| self.test.holds(item));
        if let Some(field) = &self.order_by {
            items.sort_by(|left, right| {
                let ordering = compare(lookup(left, field), lookup(right, field)).unwrap_or(Ordering::Equal);
                if self.descending { ordering.reverse() } else { ordering }
            });
        }
        items
    }
}

struct Parser<'a> {
    allowed: &'a [&'a str],
    terms: usize,
}

impl Parser<'_> {
    fn object(&mut self, members: Map<String, Value>, depth: usize) -> Result<Test, ErrorReason> {
        if depth > MAX_DEPTH {
            return Err(malformed("The filter is nested too deeply"));
        }
        let tests = members.into_iter().map(|(name, value)| self.member(name, value, depth));
        tests.collect::<Result<Vec<_>, _>>().map(Test::All)
    }

    fn member(&mut self, name: String, value: Value, depth: usize) -> Result<Test, ErrorReason> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(malformed("The filter has too many terms"));
        }
        match name.as_str() {
            "+and" => self.list(value, depth).map(Test::All),
            "+or" => self.list(value, depth).map(Test::Any),
            _ if name.starts_with('+') => Err(malformed(format!("Unknown operator {name}"))),
            _ if !self.allowed.contains(&name.as_str()) => Err(malformed(format!("Cannot filter on {name}"))),
            _ => Self::field(name, value),
        }
    }

    fn list(&mut self, value: Value, depth: usize) -> Result<Vec<Test>, ErrorReason> {
        let Value::Array(items) = value else {
            return Err(malformed("+and and +or take a list"));
        };
        let tests = items.into_iter().map(|item| match item {
            Value::Object(members) => self.object(members, depth + 1),
            _ => Err(malformed("+and and +or take a list of objects")),
        });
        tests.collect()
    }

    fn field(name: String, value: Value) -> Result<Test, ErrorReason> {
        let Value::Object(operators) = value else {
            return if value.is_array() {
                Err(malformed(format!("{name} cannot be compared with a list")))
            } else {
                Ok(Test::Field { name, operator: Operator::Equal, value })
            };
        };
        let tests = operators.into_iter().map(|(word, value)| {
            let operator = operator(&word)?;
            if value.is_array() || value.is_object() {
                return Err(malformed(format!("{word} takes a single value")));
            }
            Ok(Test::Field { name: name.clone(), operator, value })
        });
        tests.collect::<Result<Vec<_>, _>>().map(Test::All)
    }
}

impl Test {
    fn holds(&self, item: &Value) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(item)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(item)),
            Self::Field { name, operator, value } => {
                let found = lookup(item, name);
                let candidates = found.as_array().map_or_else(|| std::slice::from_ref(found), Vec::as_slice);
                if *operator == Operator::NotEqual {
                    return candidates.iter().all(|one| compare(one, value) != Some(Ordering::Equal));
                }
                candidates.iter().any(|one| operator.holds(one, value))
            }
        }
    }
}

impl Operator {
    fn holds(self, found: &Value, wanted: &Value) -> bool {
        if self == Self::Contains {
            let (Value::String(found), Value::String(wanted)) = (found, wanted) else { return false };
            return found.contains(wanted.as_str());
        }
        let ordering = compare(found, wanted);
        match self {
            Self::Greater => ordering == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
            Self::Less => ordering == Some(Ordering::Less),
            Self::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
            Self::Equal | Self::NotEqual | Self::Contains => ordering == Some(Ordering::Equal),
        }
    }
}

fn operator(word: &str) -> Result<Operator, ErrorReason> {
    Ok(match word {
        "+eq" => Operator::Equal,
        "+neq" => Operator::NotEqual,
        "+contains" => Operator::Contains,
        "+gt" => Operator::Greater,
        "+gte" => Operator::GreaterOrEqual,
        "+lt" => Operator::Less,
        "+lte" => Operator::LessOrEqual,
        _ => return Err(malformed(format!("Unknown operator {word}"))),
    })
}

/// A member by its name; `entity.id` reaches into an object.
fn lookup<'a>(item: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(item, |value, part| &value[part])
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(_) | Value::String(_), Value::Number(_) | Value::String(_)) => {
            number(left)?.partial_cmp(&number(right)?)
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn malformed(reason: impl Into<String>) -> ErrorReason {
    ErrorReason::of("X-Filter", reason)
}
