//! One API over several payment gateways.
//!
//! ```
//! use payments_facade::cpay::{Config, Cpay};
//! use payments_facade::{
//!     CheckoutOrder, Gateway, Gateways, MerchantRef, Money, Settlement, standard_executor,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test credentials.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().cpay;
//! let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
//!
//! // All accounts of the application, at any number of providers.
//! let mut gateways = Gateways::new();
//! gateways.add(Cpay::new("main", &config, standard_executor()?)?)?;
//!
//! // The code below is the same for every provider.
//! let gateway = gateways.get(&"cpay/main".parse()?).ok_or("no such gateway")?;
//! let checkout = gateway.checkout().ok_or("this gateway has no checkout")?;
//!
//! // The merchant's own reference: store it before the call.
//! let reference = MerchantRef::new("order-1001")?;
//! let order = CheckoutOrder::hosted(reference.clone(), Money::of("10.50", "USDT")?).customer("customer-7");
//! let created = checkout.create(&order).await?;
//! println!("send the customer to {:?}", created.next.url());
//!
//! sandbox.pay("order-1001", Some("10")).await?; // the customer pays too little
//!
//! // Merge the results of queries and webhooks, in any order.
//! let mut payment = created.payment.clone();
//! if let Some(found) = checkout.find(&reference.into()).await? {
//!     payment.merge(found.into_inner())?;
//! }
//! let missing = Settlement::Missing(Money::of("0.5", "USDT")?);
//! assert_eq!(payment.status().funds.settlement(), missing);
//! # Ok(())
//! # }
//! ```
//!
//! # Guarantees
//! - **Capabilities are computed from code.** A [`Gateway`] has an accessor for each group of calls, and every adapter lists
//!   the options it supports; [`Capabilities`] are read from both. An unsupported option is refused before any request is
//!   sent.
//! - **A timeout is not a refusal.** The [`Error`] of a call that moves money holds a [`Ticket`] unless it is certain that no
//!   order exists. A ticket survives a restart, and [`Ticket::resolve`] finds out what happened. This crate never sends a
//!   payout a second time: neither do clients and layers, nor does a [`Router`](router::Router), except as documented there.
//! - **Underpaid, overpaid and late are results, not errors.** A [`Status`] has a [`Phase`] and the
//!   [`Funds`](payment::Funds).
//! - **The order of events does not matter.** A [`Payment`] is the set of what was observed: merging is commutative,
//!   associative and idempotent.
//! - **Webhooks are verified by type.** [`Webhooks::receive`](webhook::Webhooks::receive) returns a [`Received`]: the verified
//!   event with the merchant's reference and the key under which its effect must be unique, and the exact reply.
//! - **The provider's own API stays accessible.** Every [`Answer`] holds the provider's typed response, and
//!   `gateway.client::<T>()` returns its typed client, from any `dyn` [`Gateway`].
//!
//! Amounts are exact decimals. The crate has no clock: a time is an argument `now`, or comes from the executor or a
//! [`Layer`](layer::Layer).
//!
//! # Modules
//! The root has the names that every program needs. The other names are in a module per group ([`checkout`], [`payout`],
//! [`address`], [`rate`], [`exchange`], [`balance`], [`statement`], [`webhook`]) and in [`payment`], [`ticket`],
//! [`recovery`], [`capability`], [`facts`], [`layer`], [`router`] and, with feature `config`, `config`.
//!
//! # Your own gateway
//! Implement [`Gateway`] and the groups that your provider has; [`adapter`] has helpers. The example `own_gateway` is
//! complete, and the crate `payments-testkit` tests it.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

pub mod adapter;
pub mod address;
pub mod answer;
pub mod balance;
pub mod capability;
pub mod checkout;
#[cfg(feature = "config")]
#[cfg_attr(docsrs, doc(cfg(feature = "config")))]
pub mod config;
mod error;
pub mod exchange;
pub mod facts;
pub mod gateway;
pub mod layer;
pub mod lookup;
mod money;
pub mod network;
mod options;
pub mod payment;
pub mod payout;
pub mod rate;
pub mod recovery;
pub mod router;
pub mod statement;
pub mod ticket;
#[cfg(feature = "reqwest")]
mod transport;
pub mod webhook;

#[cfg(feature = "ccpayment")]
#[cfg_attr(docsrs, doc(cfg(feature = "ccpayment")))]
pub use adapter::ccpayment;
#[cfg(feature = "ccpayment")]
#[cfg_attr(docsrs, doc(cfg(feature = "ccpayment")))]
pub use adapter::ccpayment_v2;
#[cfg(feature = "chainup-opay")]
#[cfg_attr(docsrs, doc(cfg(feature = "chainup-opay")))]
pub use adapter::chainup_opay;
#[cfg(feature = "cpay")]
#[cfg_attr(docsrs, doc(cfg(feature = "cpay")))]
pub use adapter::cpay;
pub use answer::Answer;
pub use capability::Capabilities;
pub use checkout::{CheckoutOrder, CustomerStep};
pub use error::Error;
pub use gateway::{Gateway, GatewayId, Gateways};
pub use lookup::Lookup;
pub use money::Money;
pub use payment::{Payment, Phase, Settlement, Status};
#[doc(no_inline)]
pub use payments_core::MerchantRef;
pub use payout::{Destination, Fee, Payee, PayoutOrder};
pub use ticket::{Resolution, Ticket};
#[cfg(feature = "reqwest")]
#[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
pub use transport::standard_executor;
pub use webhook::{Received, WebhookError};

/// Compiles the examples of the README.
#[cfg(all(doctest, feature = "cpay", feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
