//! Reading JSON strictly: one value, no member of an object twice, and no NUL in any text.

use std::cell::RefCell;
use std::fmt;

use domain::FieldError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::schema::escaped;
use crate::http::nul;

/// The value of a body.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse(bytes: &[u8]) -> Result<Value, FieldError> {
    let fault = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(&fault).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| {
        let (pointer, detail) = fault.take().unwrap_or((String::new(), "this can't be read as JSON"));
        FieldError { pointer, detail: detail.into() }
    })
}

/// What a member that came twice is told.
const TWICE: &str = "this field is sent twice; send it once";

/// Reads a value, and leaves the pointer to the first fault with what is wrong there.
#[derive(Clone, Copy)]
struct Strict<'a>(&'a RefCell<Option<(String, &'static str)>>);

impl Strict<'_> {
    /// A fault of the value itself.
    fn refuse<E: Error>(self, detail: &'static str) -> E {
        self.0.replace(Some((String::new(), detail)));
        E::custom(detail)
    }

    /// On the way out of a value with a fault: one more step before its pointer.
    fn within(self, step: &str) {
        if let Some((pointer, _)) = self.0.borrow_mut().as_mut() {
            pointer.insert_str(0, &format!("/{}", escaped(step)));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') { Err(self.refuse(nul::DETAIL)) } else { Ok(value.into()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self).inspect_err(|_| self.within(&items.len().to_string()))? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.contains('\0') {
                return Err(self.refuse(nul::DETAIL));
            }
            if object.contains_key(&name) {
                let error = self.refuse(TWICE);
                self.within(&name);
                return Err(error);
            }
            let value = members.next_value_seed(self).inspect_err(|_| self.within(&name))?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(text: &str) -> (String, String) {
        let fault = parse(text.as_bytes()).unwrap_err();
        (fault.pointer, fault.detail)
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        for text in [r#"{"a":[1,-1,1.5,"x\n",null,true,{"b":{}}]}"#, "7", r#""x""#, "[]", " {} "] {
            assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        assert_eq!(parse(b"18446744073709551615").unwrap(), json!(u64::MAX));
    }

    #[test]
    fn a_member_stands_once() {
        for (text, pointer) in [
            (r#"{"a":1,"a":1}"#, "/a"),
            (r#"{"a":{"b":1},"c":[0,{"x/y":1,"x/y":2}]}"#, "/c/1/x~1y"),
            (r#"{"a":1,"b":2,"\u0061":3}"#, "/a"),
        ] {
            assert_eq!(refused(text), (pointer.to_owned(), "this field is sent twice; send it once".to_owned()));
        }
    }

    #[test]
    fn no_text_holds_nul() {
        for (text, pointer) in
            [(r#"{"a":{"b":["x","y\u0000"]}}"#, "/a/b/1"), (r#""\u0000""#, ""), (r#"{"a":{"b\u0000":1}}"#, "/a")]
        {
            assert_eq!(refused(text), (pointer.to_owned(), nul::DETAIL.to_owned()), "{text}");
        }
        assert_eq!(parse(br#""\\u0000""#).unwrap(), json!("\\u0000"), "six characters, none of them NUL");
    }

    #[test]
    fn what_is_not_one_value_is_not_json() {
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        for text in ["", "{", "{} {}", "{}x", "nope", "[1,]", "1e999", "\u{feff}{}", deep.as_str()] {
            assert_eq!(refused(text), (String::new(), "this can't be read as JSON".to_owned()), "{text:.20}");
        }
        assert_eq!(parse(b"\xff\xfe").unwrap_err().pointer, "");
    }
}
