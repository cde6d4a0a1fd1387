//! Standard input as one JSON object.

use std::io::Read;

use payments_signing::{KeyError, Secret};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A statement of 2,000 rows is below one megabyte.
const LIMIT: usize = 8 * 1024 * 1024;

pub(crate) fn read<T: DeserializeOwned>() -> Result<T, Failure> {
    // The text contains a secret, and a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    std::io::stdin()
        .take(LIMIT as u64 + 1)
        .read_to_end(&mut text)
        .map_err(|error| Failure::BadInput(format!("standard input cannot be read: {error}")))?;
    if text.len() > LIMIT {
        return Err(Failure::BadInput(format!(
            "standard input has more than {LIMIT} bytes"
        )));
    }
    if text.trim_ascii().is_empty() {
        return Err(Failure::BadInput(
            "standard input is empty; pipe in one JSON object, as shown by --help".to_owned(),
        ));
    }
    payments_core::wire::read(&text).map_err(|error| {
        Failure::BadInput(format!(
            "standard input is not the JSON object that --help shows: {error}"
        ))
    })
}

pub(crate) fn secret(name: &str, value: &str) -> Result<Secret, Failure> {
    Secret::new(value).map_err(|error| unusable(name, &error))
}

pub(crate) fn unusable(name: &str, error: &KeyError) -> Failure {
    Failure::BadInput(format!("\"{name}\" cannot be used: {error}"))
}

/// A member that this command needs.
pub(crate) fn needed<'a>(value: Option<&'a String>, name: &str) -> Result<&'a str, Failure> {
    let missing = || Failure::BadInput(format!("the input has no \"{name}\""));
    value.map(String::as_str).ok_or_else(missing)
}

/// The members of a JSON object in their order. A repeated member is kept twice, because the signing rules decide
/// about it.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&String> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }
}

/// A string, or a number with the digits as written.
#[serde_with::serde_as]
#[derive(Deserialize)]
struct Scalar(#[serde_as(as = "payments_core::wire::Scalar")] String);

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Params;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
                let mut params = Vec::new();
                while let Some((name, Scalar(value))) = map
                    .next_entry::<String, Scalar>()
                    .map_err(A::Error::custom)?
                {
                    params.push((name, value));
                }
                Ok(Params(params))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
