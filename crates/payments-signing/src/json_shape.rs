//! The shape check of JSON bodies whose signature covers plain bytes.
//!
//! It asks less than a decoder does (no types, no names) and one thing more: that no reader can see two different
//! messages in one body. Hence exactly one object, nothing after it, and no name twice in any object.

use core::fmt;
use std::borrow::Cow;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What a body may cost to check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of the body.
    pub(crate) bytes: usize,
    /// Objects and arrays inside each other.
    pub(crate) depth: u8,
    /// Names in one object; keeps the search for doubles from growing with the square of the body.
    pub(crate) names: usize,
}

/// Whether `body` is one JSON object within `limits`, without doubled names at any depth and with nothing after it.
pub(crate) fn is_one_object(body: &[u8], limits: Limits) -> bool {
    if body.len() > limits.bytes || !body.trim_ascii_start().starts_with(b"{") {
        return false;
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = Value {
        depth: limits.depth,
        names: limits.names,
    };
    value.deserialize(&mut json).is_ok() && json.end().is_ok()
}

/// One value that is looked at and thrown away.
#[derive(Clone, Copy)]
struct Value {
    depth: u8,
    names: usize,
}

impl Value {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let element = self.inner()?;
        while seq.next_element_seed(element)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let member = self.inner()?;
        let mut names: Vec<Cow<'de, str>> = Vec::new();
        while let Some(name) = map.next_key_seed(Text)? {
            if names.len() == self.names || names.contains(&name) {
                return Err(A::Error::custom("doubled or too many names"));
            }
            names.push(name);
            map.next_value_seed(member)?;
        }
        Ok(())
    }
}

/// A text, borrowed from the body unless it was written with escapes.
pub(crate) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        bytes: 1024,
        depth: 4,
        names: 3,
    };

    #[test]
    fn one_object_passes() {
        for body in [
            "{}",
            " {\"a\":1} \r\n",
            r#"{"a":{"a":{"a":[1,-2,3.5e1,true,null,"\u0000"]}}}"#,
            r#"{"a":[{"b":1},{"b":1}]}"#,
            r#"{"a":1,"A":1,"aa":1}"#,
        ] {
            assert!(is_one_object(body.as_bytes(), LIMITS), "{body}");
        }
    }

    #[test]
    fn everything_else_fails() {
        for body in [
            "",
            "[]",
            "\"{}\"",
            "1",
            "{} {}",
            "{}x",
            "{},",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{'a':1}",
            "\u{feff}{}",
            "{\"a\":\"\n\"}",
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":1}"#,
            r#"{"x":[{"a":1,"a":2}]}"#,
            r#"{"a":[[[[1]]]]}"#,
            r#"{"a":1,"b":1,"c":1,"d":1}"#,
        ] {
            assert!(!is_one_object(body.as_bytes(), LIMITS), "{body}");
        }
        assert!(!is_one_object(b"{\"a\":\"\xff\"}", LIMITS), "broken UTF-8");
        assert!(
            !is_one_object(&[b"{}".as_slice(), &[b' '; 1024]].concat(), LIMITS),
            "too long"
        );
        assert!(!is_one_object(&b"{\"a\":".repeat(200), LIMITS), "too deep");
    }
}
