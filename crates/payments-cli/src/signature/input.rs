//! Standard input as one JSON object.

use std::fmt;
use std::io::Read;

use payments_signing::{KeyError, Secret};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A statement of 2,000 rows is below one megabyte.
const LIMIT: usize = 8 * 1024 * 1024;

/// Standard input. It may contain a secret.
pub(crate) struct Input(Zeroizing<String>);

impl Input {
    pub(crate) fn read() -> Result<Self, Failure> {
        // A buffer that grows leaves copies of the secret behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
        std::io::stdin()
            .take(LIMIT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::bad(format!("standard input cannot be read: {error}")))?;
        if bytes.len() > LIMIT {
            return Err(Failure::bad(format!(
                "standard input has more than {LIMIT} bytes"
            )));
        }
        if bytes.trim_ascii().is_empty() {
            return Err(Failure::bad(
                "standard input is empty; pipe in one JSON object, as shown by --help",
            ));
        }
        match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) => Ok(Self(Zeroizing::new(text))),
            Err(error) => {
                let at = error.utf8_error().valid_up_to() + 1;
                let _ = Zeroizing::new(error.into_bytes());
                Err(Failure::bad(format!(
                    "standard input is not UTF-8 text from its byte {at} on; perhaps it is Latin-1: convert it first"
                )))
            }
        }
    }

    pub(crate) fn members(&self) -> Result<Members<'_>, Failure> {
        payments_core::wire::read(self.0.as_bytes()).map_err(|error| {
            Failure::bad(format!(
                "standard input is not the JSON object that --help shows: {error}"
            ))
        })
    }
}

/// The members of the object, in their order.
pub(crate) struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The JSON of a member; `None` if it is missing or `null`.
    pub(crate) fn json(&self, name: &str) -> Result<Option<&'a RawValue>, Failure> {
        let mut values = self.0.iter().filter(|(other, _)| other == name);
        let value = values.next().map(|(_, value)| *value);
        if values.next().is_some() {
            return Err(Failure::bad(format!("\"{name}\" occurs more than once")));
        }
        Ok(value.filter(|value| value.get() != "null"))
    }

    pub(crate) fn needed_json(&self, name: &str) -> Result<&'a RawValue, Failure> {
        self.json(name)?.ok_or_else(|| missing(name))
    }

    /// A text; `None` if it is missing.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
        let value = self.json(name)?;
        value.map(|value| text(name, value.get())).transpose()
    }

    /// A text that this command needs.
    pub(crate) fn needed(&self, name: &str) -> Result<Zeroizing<String>, Failure> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// A text, or the digits of a number.
    pub(crate) fn digits(&self, name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
        let Some(value) = self.json(name)?.map(RawValue::get) else {
            return Ok(None);
        };
        if value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(Some(Zeroizing::new(value.to_owned())));
        }
        text(name, value).map(Some)
    }

    /// A member with a shape of its type; the default if it is missing.
    pub(crate) fn optional<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, Failure> {
        let Some(value) = self.json(name)? else {
            return Ok(T::default());
        };
        serde_json::from_str(value.get())
            .map_err(|_| Failure::bad(format!("\"{name}\" is not what --help shows")))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

fn text(name: &str, json: &str) -> Result<Zeroizing<String>, Failure> {
    let found = match json.as_bytes().first() {
        Some(b'"') => match serde_json::from_str(json) {
            Ok(text) => return Ok(Zeroizing::new(text)),
            Err(_) => "a text with half a surrogate pair, which is no character",
        },
        Some(b'{') => "an object; write it as a text, with its quotes escaped",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    };
    Err(Failure::bad(format!(
        "\"{name}\" must be a text, but is {found}"
    )))
}

fn missing(name: &str) -> Failure {
    Failure::bad(format!("the input has no \"{name}\""))
}

pub(crate) fn secret(name: &str, value: &str) -> Result<Secret, Failure> {
    Secret::new(value).map_err(|error| unusable(name, &error))
}

pub(crate) fn unusable(name: &str, error: &KeyError) -> Failure {
    Failure::bad(format!("\"{name}\" cannot be used: {error}"))
}
