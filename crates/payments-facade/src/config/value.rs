//! The types of values, and what a problem asks for where a value has another type.

use std::time::Duration;

use jiff::SignedDuration;
use payments_core::Policy;
use payments_core::endpoint::{self, BaseUrlError};
use serde::Deserialize;
use toml::Spanned;

use super::field::Table;

/// A type of value.
pub(super) trait Value {
    /// The text of the problem where the value of `key` is not one of these.
    fn wanted(key: &str) -> String;
}

impl Value for String {
    fn wanted(_: &str) -> String {
        "must be text in quotes".to_owned()
    }
}

impl Value for bool {
    fn wanted(_: &str) -> String {
        "must be true or false".to_owned()
    }
}

impl Value for Vec<String> {
    fn wanted(_: &str) -> String {
        "must be a list of texts in quotes".to_owned()
    }
}

impl<T> Value for Table<T> {
    fn wanted(_: &str) -> String {
        "must be a table".to_owned()
    }
}

impl<T> Value for Vec<Spanned<Table<T>>> {
    fn wanted(key: &str) -> String {
        let header = match key {
            "gateway" => String::from("gateway"),
            inner => format!("gateway.{inner}"),
        };
        format!("must be a list of tables: begin each with [[{header}]]")
    }
}

/// A whole number from 1 to `MAX`.
#[derive(Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Count<const MAX: u32>(pub(super) u32);

impl<const MAX: u32> TryFrom<u32> for Count<MAX> {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        let is_in_range = (1..=MAX).contains(&number);
        is_in_range.then_some(Self(number)).ok_or("out of range")
    }
}

impl<const MAX: u32> Value for Count<MAX> {
    fn wanted(_: &str) -> String {
        format!("must be a whole number from 1 to {MAX}")
    }
}

/// A duration above zero and up to [`Policy::MAX_DEADLINE`], as `jiff` reads it: `"500ms"`, `"5s"`, `"2m"`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Timeout(pub(super) Duration);

impl TryFrom<String> for Timeout {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let signed = text.parse::<SignedDuration>().ok();
        let duration = signed.and_then(|signed| Duration::try_from(signed).ok());
        let in_range = duration.filter(|it| !it.is_zero() && *it <= Policy::MAX_DEADLINE);
        in_range.map(Self).ok_or("no duration in range")
    }
}

impl Value for Timeout {
    fn wanted(_: &str) -> String {
        let most = Policy::MAX_DEADLINE.as_secs();
        format!("must be a time like \"500ms\", \"20s\" or \"2m\", of at most {most} seconds")
    }
}

/// A type with a name in the file for each of its values.
pub(super) trait Choice: Copy + 'static {
    const CHOICES: &'static [(&'static str, Self)];
}

/// One of the names of `T`.
#[derive(Deserialize)]
#[serde(try_from = "String", bound = "")]
pub(super) struct OneOf<T: Choice>(pub(super) T);

impl<T: Choice> TryFrom<String> for OneOf<T> {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let found = T::CHOICES.iter().find(|(name, _)| *name == text);
        found
            .map(|(_, choice)| Self(*choice))
            .ok_or("no such choice")
    }
}

impl<T: Choice> Value for OneOf<T> {
    fn wanted(_: &str) -> String {
        let names = T::CHOICES.iter().map(|(name, _)| format!("\"{name}\""));
        format!("must be one of {}", names.collect::<Vec<_>>().join(", "))
    }
}

/// Whether calls can go to this URL: https, or http that stays on this machine.
pub(super) fn check_base_url(url: &str) -> Result<(), &'static str> {
    endpoint::base_url(url)
        .map(drop)
        .map_err(|error| match error {
            BaseUrlError::Malformed => {
                "must be like https://api.provider.example: https, a host, no query, no user name"
            }
            BaseUrlError::PlainHttp => {
                "must be https: plain http goes to this machine's loopback addresses only"
            }
        })
}
