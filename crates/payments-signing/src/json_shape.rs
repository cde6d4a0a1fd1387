//! The shape check of JSON bodies whose signature covers plain bytes.
//!
//! It makes sure that two readers of one body see the same message: the body is exactly one object with nothing after
//! it, and no object contains a name twice. `serde_json` accepts doubled names, hence the visitor.

use core::fmt;
use std::collections::BTreeSet;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// What a body may cost to check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of the body.
    pub(crate) bytes: usize,
    /// Levels of objects and arrays.
    pub(crate) depth: u8,
    /// Names in one object.
    pub(crate) names: usize,
}

/// Whether `body` is one JSON object within `limits`, without doubled names at any level and with nothing after it.
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

/// Checks one value and discards it.
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
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.len() == self.names || !names.insert(name) {
                return Err(A::Error::custom("doubled or too many names"));
            }
            map.next_value_seed(member)?;
        }
        Ok(())
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
    fn accepts_one_object() {
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
    fn refuses_everything_else() {
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
