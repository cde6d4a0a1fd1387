//! Markers for `serde_with` that read the JSON gateways really send: a field that is a string in one example and a
//! number in the next, `""` for a missing value, small amounts as `1E-8`.
//!
//! | marker | reads | accepts |
//! |---|---|---|
//! | [`Scalar`] | any [`FromText`] type | a string, a number, a boolean |
//! | [`NonEmpty`] | the same | the same, without `""` |
//! | [`Millis`], [`Seconds`] | [`Timestamp`](crate::Timestamp) | a string or a number |
//! | [`Optional<A>`](Optional) | `Option<T>` | what `A` accepts; `null` and `""` are `None` |
//! | [`Lenient<A>`](Lenient) | `Option<T>` | any JSON; what `A` cannot read is `None` |
//! | [`List<A>`](List) | `Vec<T>` | an array; `null` and `""` are empty |
//!
//! `A` is [`Scalar`] where it is left out. `#[serde_as]` on the struct combines them with the adapters of `serde_with`.
//! A field that may be missing needs `#[serde(default)]`; `serde_with`'s `apply` adds it to all of them:
//!
//! ```
//! use payments_core::wire::{self, Lenient, Optional, Scalar};
//! use payments_core::{Amount, ProviderRef};
//!
//! #[serde_with::apply(Option => #[serde(default)])]
//! #[serde_with::serde_as]
//! #[derive(serde::Deserialize)]
//! struct Order {
//!     #[serde_as(as = "Scalar")]
//!     id: ProviderRef,
//!     #[serde_as(as = "Scalar")]
//!     amount: Amount,
//!     #[serde_as(as = "Optional")]
//!     fee: Option<Amount>,
//!     #[serde_as(as = "Lenient")]
//!     remark: Option<String>,
//! }
//!
//! let order: Order = wire::read(br#"{"id": 20003092, "amount": 1.50, "fee": 1E-8, "remark": ["gift"]}"#)?;
//! assert_eq!(order.id.as_str(), "20003092");
//! assert_eq!(order.amount.to_string(), "1.50");
//! assert_eq!(order.fee.unwrap().to_string(), "0.00000001");
//! assert_eq!(order.remark, None);
//! # Ok::<(), wire::ReadError>(())
//! ```
//!
//! A number is read from its *text*: it never becomes a float, and `0.10` keeps its zero. That requires JSON text in
//! memory ([`read`], or `serde_json`'s `from_str` and `from_slice`). Inside `#[serde(flatten)]` and untagged enums, serde
//! no longer has the text and these markers fail. Do not put them into adapters of `serde_with` that buffer a value,
//! such as `PickFirst`, `DefaultOnError` and `VecSkipError`: the buffer holds numbers as floats.
//!
//! [`Code`] and [`Json`] are types: a provider's code in either form, and a part of an answer that is read later.

mod answer;
mod code;
mod from_text;
mod json;
mod markers;
mod read_error;

pub use answer::read_answer;
pub use code::Code;
pub use from_text::FromText;
pub use json::{Json, read};
pub use markers::{Lenient, List, Millis, NonEmpty, Optional, Scalar, Seconds};
pub use read_error::ReadError;
