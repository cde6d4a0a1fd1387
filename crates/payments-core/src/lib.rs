//! The shared parts of the clients of payment gateways.
//!
//! After a failed call to a payment gateway one question matters: *did it take effect?* This crate is built around that
//! question.
//!
//! - An [`Operation`] states whether it may be repeated ([`Effect`]).
//! - A [`Protocol`] writes it as a request of one provider, and reads the answer.
//! - A [`Transport`] reports with every failure how far the request got ([`Reach`]).
//! - The [`Executor`] combines *all* attempts, repeats only what is safe, and otherwise returns an [`Error`] with an
//!   [`Outcome`] and a [`NextStep`].
//!
//! [`Amount`] is an exact decimal, and [`wire`] reads the JSON that gateways really send. [`redact`] keeps personal
//! data out of logs, [`check`] refuses values before they are sent, and [`endpoint`] and [`env`](mod@env) serve the
//! configuration of clients. [`RawCall`], [`Answer`] and [`WebhookError`] are shared by the clients.
//!
//! There is no HTTP stack, async runtime or clock in this crate: traits connect it to them. Its API contains only types
//! of `std`, `http`, `bytes` and this crate, and the traits of `serde` and `serde_with`.
//!
//! # Example
//!
//! An operation of an imaginary gateway, run against a scripted transport. The first attempt times out. Because the
//! gateway documents that the reference de-duplicates, the executor sends the same order again.
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
mod evidence;
mod executor;
mod fault;
mod ids;
mod judge;
mod known_call;
mod offline;
mod operation;
mod outcome;
mod policy;
mod protocol;
mod raw;
mod raw_call;
mod retry_after;
mod time;
mod trace;
mod transport;
mod webhook;

pub mod check;
pub mod endpoint;
pub mod env;
pub mod redact;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
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
pub use fault::Fault;
pub use ids::{MerchantRef, ProviderRef};
pub use judge::open_answer;
pub use known_call::KnownCall;
pub use operation::{Effect, InvalidKind, InvalidRequest, Operation};
pub use outcome::{Kind, NextStep, Outcome, Refusal};
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
