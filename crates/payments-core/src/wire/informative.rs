//! Readers of fields that nobody acts on: one that cannot be read is none.
//!
//! An answer that says "the order was made" must not become unreadable because its remark has another shape than
//! documented. So these take what the [readers](super) of the same names take, and whatever else stands there is none:
//! an object, a negative number, a word. What is no JSON at all stays an error.
//!
//! They are for fields that only inform. Ids, states and whatever is compared with the request or booked belong to the
//! strict readers: there, none would be a lie.
//!
//! ```
//! use payments_core::{ProviderRef, wire};
//!
//! #[derive(serde::Deserialize)]
//! struct Order {
//!     #[serde(deserialize_with = "wire::provider_ref")]
//!     id: ProviderRef,
//!     #[serde(default, deserialize_with = "wire::informative::text")]
//!     remark: Option<String>,
//!     #[serde(default, deserialize_with = "wire::informative::millis")]
//!     created: Option<payments_core::Timestamp>,
//! }
//!
//! let order: Order = wire::read(br#"{"id": 71, "remark": ["gift"], "created": "soon"}"#)?;
//! assert_eq!(order.id.as_str(), "71");
//! assert!(order.remark.is_none() && order.created.is_none());
//! # Ok::<(), wire::ReadError>(())
//! ```

use super::fields::{amount_of, flag_of, integer_of, scalar_of};
use crate::{Amount, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a scalar says, if it says anything.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    let json = <&'de RawValue>::deserialize(deserializer)?.get();
    let scalar = scalar_of(json).ok().flatten();
    Ok(scalar.filter(|text| !text.is_empty()))
}

/// As [`optional_text`](super::optional_text).
///
/// # Errors
/// On what is no JSON.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(told(deserializer)?.map(Cow::into_owned))
}

/// As [`optional_amount`](super::optional_amount).
///
/// # Errors
/// On what is no JSON.
pub fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Amount>, D::Error> {
    Ok(told(deserializer)?.and_then(|text| amount_of(&text)))
}

/// As [`optional_integer`](super::optional_integer).
///
/// # Errors
/// On what is no JSON.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(told(deserializer)?.and_then(|text| integer_of(&text)))
}

/// As [`optional_millis`](super::optional_millis).
///
/// # Errors
/// On what is no JSON.
pub fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(integer(deserializer)?.map(Timestamp::from_millis))
}

/// As [`flag`](super::flag()); `null` and `""` are none.
///
/// # Errors
/// On what is no JSON.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(told(deserializer)?.and_then(|text| flag_of(&text)))
}
