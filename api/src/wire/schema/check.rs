//! Holding a value against a schema.

use domain::FieldError;
use serde_json::{Map, Value};

use super::words::{UNKNOWN_FIELD, choose, fill_in};
use super::{Kind, MAX_FAULTS, Object, Schema};

/// For a member whose name is longer, the object that holds it is pointed at.
const MAX_NAME: usize = 100;

/// The faults found so far, and where the check is.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) found: Vec<FieldError>,
    pointer: String,
}

impl Faults {
    fn say(&mut self, detail: impl Into<String>) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(FieldError { pointer: self.pointer.clone(), detail: detail.into() });
        }
    }

    /// Checks something one step deeper.
    fn at(&mut self, step: &str, check: impl FnOnce(&mut Self)) {
        let before = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escaped(step));
        check(self);
        self.pointer.truncate(before);
    }
}

/// A step of an RFC 6901 pointer.
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

impl Schema {
    pub(super) fn check(&self, value: &Value, faults: &mut Faults) {
        match (&self.0, value) {
            (Kind::Any, _) | (Kind::Flag, Value::Bool(_)) | (Kind::Number, Value::Number(_)) => {}
            (Kind::Text(schema), Value::String(text)) => {
                if let Some(words) = schema.fault(text) {
                    faults.say(words);
                }
            }
            (Kind::Whole { min, max }, Value::Number(number)) => match number.as_i64() {
                Some(number) if min.is_some_and(|min| number < min) => {
                    faults.say(format!("must be at least {}", min.unwrap_or_default()));
                }
                Some(number) if max.is_some_and(|max| number > max) => {
                    faults.say(format!("must be at most {}", max.unwrap_or_default()));
                }
                Some(_) => {}
                None => faults.say(self.expected()),
            },
            (Kind::List { items, min, max }, Value::Array(list)) => {
                if !(*min..=*max).contains(&list.len()) {
                    faults.say(if list.len() > *max {
                        format!("send at most {max} entries")
                    } else {
                        format!("send at least {min} entries")
                    });
                }
                for (index, item) in list.iter().enumerate().take(*max) {
                    faults.at(&index.to_string(), |faults| items.check(item, faults));
                }
            }
            (Kind::Object(schema), Value::Object(object)) => schema.check(object, faults),
            (Kind::Shapes { by, shapes }, Value::Object(object)) => shape(by, shapes, object, value, faults),
            _ => faults.say(self.expected()),
        }
    }
}

impl Object {
    fn check(&self, object: &Map<String, Value>, faults: &mut Faults) {
        for member in &self.members {
            match object.get(&member.name) {
                None | Some(Value::Null) if member.required => faults.at(&member.name, |faults| faults.say(fill_in())),
                None | Some(Value::Null) => {}
                Some(value) => faults.at(&member.name, |faults| member.schema.check(value, faults)),
            }
        }
        let known = |name: &str| self.members.iter().any(|member| member.name == name);
        for name in object.keys().filter(|name| self.closed && !known(name)) {
            if name.len() > MAX_NAME {
                faults.say(UNKNOWN_FIELD);
            } else {
                faults.at(name, |faults| faults.say(UNKNOWN_FIELD));
            }
        }
    }
}

/// Checks the shape that the object says it has.
fn shape(by: &str, shapes: &[(String, Schema)], object: &Map<String, Value>, value: &Value, faults: &mut Faults) {
    let said = object.get(by).filter(|said| !said.is_null());
    match shapes.iter().find(|(word, _)| said.is_some_and(|said| said == word)) {
        Some((_, schema)) => schema.check(value, faults),
        None if said.is_none() => faults.at(by, |faults| faults.say(fill_in())),
        None => faults.at(by, |faults| faults.say(choose(shapes.iter().map(|(word, _)| word.as_str())))),
    }
}
