//! What every client of a payment gateway shares.
//!
//! A failed call to a payment gateway leaves one question that matters: *did it take effect?*
//! This crate is built around that question.
//!
//! - An [`Operation`] says what a repeat of it would do ([`Effect`]).
//! - A [`Protocol`] turns it into the exact bytes of one provider, and an answer back into a value.
//! - A [`Transport`] says of every failure how far the request got ([`Reach`]).
//! - The [`Executor`] folds that over *all* attempts, repeats only what is safe, and otherwise
//!   returns an [`Error`] with an [`Outcome`] and a [`NextStep`].
//!
//! [`Amount`] carries money without floats and never rounds unasked, and [`wire`] reads the JSON that
//! gateways really send. [`redact`] keeps people's data out of logs, [`check`] refuses values before
//! they are sent, and [`endpoint`] and [`env`](mod@env) are what a client's configuration rests on.
//!
//! There is no HTTP stack, no async runtime and no clock in here: all three come in through
//! traits. Only `std`, `http`, `bytes`, `serde`'s traits and this crate's own types appear in its
//! API.
//!
//! # Example
//!
//! One operation of one imaginary gateway, run against a scripted transport: the first answer
//! never comes, and because the gateway documents that the order id de-duplicates, the executor
//! sends the same order again.
//!
//! ```
//! use bytes::Bytes;
//! use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
//! use payments_core::{
//!     Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, Protocol, Reach, Timestamp,
//!     TransportError, wire,
//! };
//!
//! struct CreateOrder {
//!     reference: MerchantRef,
//!     amount: Amount,
//! }
//!
//! impl Operation for CreateOrder {
//!     type Output = String;
//!     const NAME: &'static str = "create_order";
//!     const EFFECT: Effect = Effect::Keyed;
//!
//!     fn check(&self) -> Result<(), InvalidRequest> {
//!         if self.amount.is_zero() {
//!             return Err(InvalidRequest::request("amount", "is zero").allowed("more than zero"));
//!         }
//!         Ok(())
//!     }
//! }
//!
//! struct Gateway;
//!
//! #[serde_with::serde_as]
//! #[derive(serde::Deserialize)]
//! struct Created {
//!     #[serde_as(as = "wire::Scalar")]
//!     order_id: String,
//! }
//!
//! impl Protocol<CreateOrder> for Gateway {
//!     fn provider(&self) -> &'static str {
//!         "gateway"
//!     }
//!
//!     fn seal(&self, op: &CreateOrder, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
//!         let body = format!("ref={}&amount={}&time={}", op.reference, op.amount, now.as_millis());
//!         http::Request::post("https://gateway.example/orders")
//!             .body(Bytes::from(body))
//!             .map_err(|_| InvalidRequest::configuration("endpoint", "is not a URI"))
//!     }
//!
//!     fn open(
//!         &self,
//!         _: &CreateOrder,
//!         answer: &http::Response<Bytes>,
//!         _: Timestamp,
//!     ) -> Result<String, Fault> {
//!         Ok(wire::read_answer::<Created>(answer)?.order_id)
//!     }
//! }
//!
//! let transport = ScriptedTransport::new()
//!     .fail(TransportError::timeout(Reach::MaybeSent))
//!     .answer(200, r#"{"order_id": 71}"#);
//! let executor = transport.executor(&ManualClock::new());
//! let order = CreateOrder { reference: "order-1".parse()?, amount: "1.50".parse()? };
//!
//! assert_eq!(block_on(executor.execute(&Gateway, &order))?, "71");
//! assert_eq!(transport.requests().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(clippy::disallowed_methods)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod amount;
mod answer;
mod asset;
mod clock;
mod date;
mod decide;
mod error;
mod executor;
mod fault;
mod ids;
mod operation;
mod outcome;
mod policy;
mod protocol;
mod raw;
mod raw_call;
mod time;
mod transport;
mod webhook;

pub mod check;
pub mod endpoint;
pub mod env;
pub mod redact;
#[cfg(feature = "test-util")]
pub mod scripted;
mod sensitive;
pub mod wire;

pub use amount::{Amount, AmountError, DecimalText, Rounding};
pub use answer::{Answer, KeepsRaw};
pub use asset::Asset;
pub use clock::{Clock, Entropy};
pub use date::Date;
pub use error::Error;
pub use executor::Executor;
pub use fault::{Fault, Refusal};
pub use ids::{MerchantRef, ProviderRef};
pub use operation::{Effect, InvalidKind, InvalidRequest, Operation};
pub use outcome::{Kind, NextStep, Outcome};
pub use policy::Policy;
pub use protocol::Protocol;
pub use raw::RawAnswer;
pub use raw_call::{RawCall, RawResponse};
pub use sensitive::SensitiveString;
pub use time::Timestamp;
pub use transport::{BoxError, Reach, Transport, TransportError, TransportErrorKind};
pub use webhook::WebhookError;

/// The README's example is compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
