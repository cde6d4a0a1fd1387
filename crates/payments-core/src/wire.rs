//! Readers for the JSON that gateways really send: the same field as a string in one example and
//! as a number in the next, `""` for nothing, small amounts as `1E-8`.
//!
//! The field readers are for `#[serde(deserialize_with = "wire::…")]`, beside
//! `#[serde(default)]` where the field may be missing:
//!
//! | reader | gives | takes |
//! |---|---|---|
//! | [`text`] | `String` | a string, a number, a boolean |
//! | [`optional_text`] | `Option<String>` | the same; `null` and `""` are none |
//! | [`amount`] | [`Amount`](crate::Amount) | a string or a number, also with an exponent |
//! | [`optional_amount`] | `Option<Amount>` | the same; `null` and `""` are none |
//! | [`integer`] | `u64` | a string or a number |
//! | [`optional_integer`] | `Option<u64>` | the same; `null` and `""` are none |
//! | [`optional_millis`] | `Option<`[`Timestamp`](crate::Timestamp)`>` | the same, as milliseconds |
//! | [`provider_ref`] | [`ProviderRef`](crate::ProviderRef) | a string or a number |
//! | [`flag`] | `bool` | `true`, `1`, `"1"`, `"true"` and their opposites |
//! | [`optional`] | `Option<T>` | a `T`; `null` and `""` are none |
//! | [`list`] | `Vec<T>` | an array; `null` and `""` are empty |
//!
//! Those of [`informative`] bear the same names and are for fields that only inform: what cannot be read is none.
//!
//! [`Code`] and [`Json`] are types of their own: a code of either shape, and a part of an answer
//! that is read later.
//!
//! A number is taken from its *text*: it never goes through a float, and `0.10` keeps its zero.
//! That needs a JSON text that is held in memory ([`read`], or `serde_json`'s `from_str` and
//! `from_slice`); inside `#[serde(flatten)]` and untagged enums, serde has forgotten the text and
//! these readers fail.
//!
//! They are functions, so they do not reach inside a map or a tuple; `serde_with`'s adapters do, but
//! those of them that try one shape after another buffer a number as a float first, and so are
//! not for amounts.
//!
//! ```
//! use payments_core::{Amount, wire};
//!
//! #[derive(serde::Deserialize)]
//! struct Order {
//!     #[serde(deserialize_with = "wire::text")]
//!     id: String,
//!     #[serde(deserialize_with = "wire::amount")]
//!     amount: Amount,
//!     #[serde(default, deserialize_with = "wire::optional_amount")]
//!     fee: Option<Amount>,
//!     #[serde(default, deserialize_with = "wire::optional_text")]
//!     remark: Option<String>,
//! }
//!
//! let order: Order = wire::read(br#"{"id": 20003092, "amount": 1.50, "fee": 1E-8, "remark": ""}"#)?;
//! assert_eq!(order.id, "20003092");
//! assert_eq!(order.amount.to_string(), "1.50");
//! assert_eq!(order.fee.unwrap().to_string(), "0.00000001");
//! assert_eq!(order.remark, None);
//! # Ok::<(), wire::ReadError>(())
//! ```

mod answer;
mod fields;
pub mod informative;
mod json;

pub use answer::read_answer;
pub use fields::{
    Code, amount, flag, integer, list, optional, optional_amount, optional_integer,
    optional_millis, optional_provider_ref, optional_text, provider_ref, text,
};
pub use json::{Json, ReadError, read};
