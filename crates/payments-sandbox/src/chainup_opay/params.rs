//! Reads JSON objects strictly: every name once, numbers by their text; and the fields inside an envelope.

use std::fmt;

use serde::Deserialize as _;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::answer::Refusal;
use crate::shared::text::shorten;

/// Twice as many as any call has.
const MOST_FIELDS: usize = 32;
const LONGEST_NAME: usize = 64;

/// The fields of an object in the order they came, with their values as they were written.
#[derive(Debug)]
pub(super) struct Object<'a> {
    fields: Vec<(String, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// Reads a text that is one object, or returns what is wrong as the end of a sentence without values.
    pub(super) fn read(text: &'a str) -> Result<Self, String> {
        if !text.trim_start().starts_with('{') {
            return Err("is not a JSON object".to_owned());
        }
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Fields)
            .and_then(|object| json.end().map(|()| object))
            .map_err(|error| {
                format!(
                    "is not a usable JSON object: {}",
                    shorten(&error.to_string(), 160)
                )
            })
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.fields
            .iter()
            .find_map(|(known, value)| (known == name).then_some(*value))
    }

    /// The names that are not among `known`.
    pub(super) fn unknown_fields<'s>(&'s self, known: &'s [&str]) -> impl Iterator<Item = &'s str> {
        self.fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name))
    }

    /// The object for the record, tokens masked.
    pub(super) fn shown(&self) -> String {
        let mut shown = String::from("{");
        for (at, (name, value)) in self.fields.iter().enumerate() {
            let value = if name.to_ascii_lowercase().contains("token") {
                "\"***\""
            } else {
                value.get()
            };
            // Writing a string cannot fail.
            let name = serde_json::to_string(name).unwrap_or_default();
            let comma = if at == 0 { "" } else { "," };
            shown.extend([comma, &name, ":", value]);
        }
        shown.push('}');
        shown
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<(String, &RawValue)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if name.chars().count() > LONGEST_NAME || fields.len() >= MOST_FIELDS {
                return Err(A::Error::custom(format!(
                    "more than {MOST_FIELDS} fields, or a name longer than {LONGEST_NAME} characters"
                )));
            }
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("{name} occurs twice")));
            }
            fields.push((name, map.next_value()?));
        }
        Ok(Object { fields })
    }
}

/// The content of a JSON string; `None` for another type.
pub(super) fn text(value: &RawValue) -> Option<String> {
    let mut json = serde_json::Deserializer::from_str(value.get());
    String::deserialize(&mut json).ok()
}

/// The fields inside an envelope, all texts. `null` and the empty text count as not set (assumed).
#[derive(Debug)]
pub(super) struct Params {
    fields: Vec<(String, String)>,
}

impl Params {
    pub(super) fn of(object: &Object<'_>) -> Result<Self, Refusal> {
        let mut fields = Vec::new();
        for (name, value) in &object.fields {
            if value.get() == "null" {
                continue;
            }
            let value = text(value).ok_or_else(|| {
                Refusal::field(name, "is not a text, as every field inside data is").assuming(
                    "assumed: numbers inside data are refused; the tables call all fields String",
                )
            })?;
            fields.push((name.clone(), value));
        }
        Ok(Self { fields })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find_map(|(known, value)| (known == name).then_some(value.as_str()))
            .filter(|value| !value.is_empty())
    }

    /// A required field of at most `max` characters. All lengths are assumed: the documents give none.
    pub(super) fn required(&self, name: &str, max: usize) -> Result<&str, Refusal> {
        self.optional(name, max)?
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))
    }

    /// An optional field.
    pub(super) fn optional(&self, name: &str, max: usize) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let length = value.chars().count();
        if length > max {
            return Err(Refusal::field(
                name,
                format!("has {length} characters; the sandbox accepts {max}"),
            )
            .assuming("assumed: the lengths of texts"));
        }
        if value.chars().any(char::is_control) {
            return Err(Refusal::field(name, "has control characters")
                .assuming("assumed: no control characters in texts"));
        }
        Ok(Some(value))
    }

    /// The names that are not among `known`. Every call may also have `appKey`.
    pub(super) fn unknown_fields<'a>(&'a self, known: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name) && *name != "appKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_object_with_unique_names() {
        let object = Object::read(r#" {"a":"1","b":null,"c":"","authToken":"s3cret"} "#).unwrap();
        let params = Params::of(&object).unwrap();
        assert_eq!(params.required("a", 1).unwrap(), "1");
        assert_eq!(params.optional("b", 1).unwrap(), None);
        assert_eq!(params.optional("c", 1).unwrap(), None);
        assert_eq!(
            object.shown(),
            r#"{"a":"1","b":null,"c":"","authToken":"***"}"#
        );
        for (bad, why) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{", "EOF"),
            ("{}{}", "trailing"),
            (r#"{"a":"1","a":"1"}"#, "a occurs twice"),
            (r#"{"a":"1","\u0061":"1"}"#, "a occurs twice"),
        ] {
            let problem = Object::read(bad).unwrap_err();
            assert!(problem.contains(why), "{bad}: {problem}");
        }
        let many: String = (0..33).map(|n| format!("\"f{n}\":1,")).collect();
        let many = format!("{{{}}}", many.trim_end_matches(','));
        assert!(Object::read(&many).unwrap_err().contains("more than 32"));
        let deep = format!("{{\"a\":{}", "[".repeat(9_000));
        assert!(Object::read(&deep).is_err());
    }

    #[test]
    fn refuses_fields_that_are_not_texts_or_too_long() {
        let read = |text: &str| Params::of(&Object::read(text).unwrap());
        for bad in [r#"{"a":1}"#, r#"{"a":[]}"#, r#"{"a":true}"#] {
            assert_eq!(read(bad).unwrap_err().code, 10_020, "{bad}");
        }
        let params = read(r#"{"a":"äöü","b":"x\ny"}"#).unwrap();
        assert!(params.required("a", 3).is_ok() && params.required("a", 2).is_err());
        assert!(params.optional("b", 9).is_err());
        assert!(params.required("c", 9).is_err());
    }
}
