//! Webhooks, payments and payouts that survive a crash.
//!
//! A [`Store`] is an inbox, the payments merged from it, and intents, over an [engine]: one SQLite file, memory for tests, or a
//! PostgreSQL server.
//!
//! - **Inbox.** [`Store::receive`] verifies a webhook, commits its event, and returns the reply: an acknowledgement only for what
//!   is committed. [`Store::run`] hands each new event to a [`Handler`], in the transaction that books its effect key;
//!   [`Store::run_detached`] serves applications with another database.
//! - **Payments.** Everything that was received and answered is merged, in any order of arrival. A handler gets the payment
//!   before and after its event, and [`Store::payments`] returns it at any time.
//! - **Intents.** [`Store::payout`], [`Store::checkout`] and [`Store::exchange`] record a call before its request leaves. A
//!   reference is used once by all processes over the database. If the outcome of a call is unknown, [`Store::resolve_due`]
//!   queries the provider, and [`Store::close`] records a person's decision. Such a payout or exchange is never sent again.
//!   [`Store::stage_payout`] records a payout together with the application's change, and [`Store::run_staged`] sends it later.
//! - **Reconciliation.** [`Store::run_reconciler`] compares what is stored with what the providers say, hands events to the handler
//!   whose webhooks were lost, and records [findings](Finding): what a person has to look at.
//! - **Operation.** [`Store::revive`] and [`Store::discard`] end dead events; [`Store::prune`] deletes what was received long ago.
//!
//! ```
//! use std::sync::Arc;
//!
//! use payments_core::{Clock, MerchantRef};
//! use payments_facade::{Destination, Fee, Money, Payee, PayoutOrder};
//! use payments_reqwest::{SystemClock, SystemEntropy};
//! use payments_store::engine::Sqlite;
//! use payments_store::{IntentError, Store, schema};
//! use payments_testkit::FakeGateway;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = Arc::new(SystemClock::new());
//! let engine = Sqlite::in_memory()?;
//! schema::migrate(&engine, clock.now()).await?;
//! let store = Store::open(engine, clock, Arc::new(SystemEntropy)).await?;
//!
//! let gateway = FakeGateway::builder("fake", "main").balance(&Money::of("100", "USDT")?).build()?;
//! let payee = Payee::Chain(Destination::new("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "Tron")?);
//! let order = PayoutOrder::new(MerchantRef::new("payout-7")?, payee, Money::of("4", "USDT")?, Fee::OnTop);
//! store.payout(&gateway, &order).await?;
//!
//! // The same job once more, here or on another machine.
//! let again = store.payout(&gateway, &order).await;
//! assert!(matches!(again, Err(IntentError::AlreadyMade(_))));
//! # Ok(())
//! # }
//! ```
//!
//! Time and jitter come in through [`Clock`](payments_core::Clock) and [`Entropy`](payments_core::Entropy); no statement reads the
//! clock of a server. It needs a Tokio runtime.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

mod backoff;
mod decision;
mod document;
mod due;
pub mod engine;
mod error;
mod event;
mod failures;
mod finding;
mod inbox;
mod intent;
mod listed;
mod overview;
mod payments;
mod prune;
mod reconcile;
mod retry;
pub mod schema;
mod shutdown;
mod stated;
mod store;
mod worker;

pub use error::StoreError;
pub use event::{DetachedHandler, Handler, StoredEvent};
pub use finding::{Finding, FindingFilter, FindingId, FindingKind, ResolveError, Resolved};
pub use inbox::{Delivery, DeliveryContent, DeliveryState, DiscardError, Discarded, WebhookResult};
pub use intent::{CloseError, Intent, IntentError, IntentState, QueriedIntent};
pub use listed::{Listed, UnreadableRow};
pub use overview::Overview;
pub use prune::Pruned;
pub use reconcile::{Problem, ReconcileReport, ReconcileSettings, Schedule, Step};
pub use store::{Settings, Store};

/// Compiles the examples of the README.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
