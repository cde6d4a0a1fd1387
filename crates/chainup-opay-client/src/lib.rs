//! A typed client of the ChainUp OPay payment gateway, V2: JSON inside an RSA envelope.
//!
//! Users of an exchange that runs on ChainUp pay a merchant from their accounts there.
//!
//! ```
//! use chainup_opay_client::{Client, Config, CreateOrder, OrderQuery, OrderStatus, PayPage, Payer};
//! use payments_core::MerchantRef;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test keys. For a real one: `Config::from_env()`.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().chainup_opay;
//! let config = Config::new(sandbox.base_url(), &*test.app_id, &test.merchant_private_key, &test.platform_public_key)?;
//! let client = Client::new(&config)?;
//!
//! // Store your reference before the call, and the order number right after it.
//! let payer = Payer::by_open_id("2ae04ed9165624419bad68e9e0f3f29fbd");
//! let order = client
//!     .create_order(CreateOrder::new(
//!         MerchantRef::new("order-1001")?,
//!         payer.clone(),
//!         "10.50".parse()?,
//!         "USDT1742",
//!         "https://shop.example/return",
//!         "http://127.0.0.1:8080/notify", // your own URL, with https
//!     ))
//!     .await?;
//! let page = client.pay_page_url(&PayPage::new(order.order_num.clone(), payer))?;
//! // Redirect the payer's browser to page.as_str(). Do not log it.
//!
//! sandbox.pay(order.order_num.as_str(), None).await?; // as the payer does on that page
//!
//! let detail = client.order_detail(OrderQuery::new(order.order_num)).await?;
//! assert_eq!(detail.status, OrderStatus::Paid);
//! assert!(detail.amount == Some("10.5".parse()?) && detail.is_in("USDT1742"));
//! # assert!(page.as_str().starts_with(sandbox.base_url()));
//! # Ok(())
//! # }
//! ```
//!
//! # What is signed
//! The signature covers the text inside `data`, in both directions, and nothing else:
//!
//! - A success counts only if its data is signed by the platform. Otherwise the call fails as
//!   [`Unverified`](payments_core::Kind::Unverified), or as [`Undecodable`](payments_core::Kind::Undecodable) if there is no
//!   data. Only [`CancelReceipt`] and raw calls accept a success without data: [confirm](Client::confirm_cancelled) a
//!   cancellation.
//! - **`code` and `msg` are not signed.** Only TLS protects errors, and no error proves anything about a payment: see
//!   [`codes`].
//! - Only TLS protects path and time, so the base URL must be `https` unless it is a loopback address.
//! - An answer is not bound to its request. The client compares the order in it with the requested one, but an attacker
//!   who breaks TLS could replay an old answer about the same order.
//!
//! # Failed calls
//! Every [`Error`](payments_core::Error) has an outcome: *not applied*, *applied* or *unknown*. No document of the provider
//! states which codes prove that nothing was done, so *not applied* after a code is `assumed` from its description; [`codes`]
//! has the table. A code of another call, an unlisted code, or any answer under an HTTP status other than 200 leaves a
//! write *unknown*. A second order with the same id is refused with 70002, so [`CreateOrder`] is repeated where that may help, and
//! you may send *the same* order again yourself.
//!
//! # Calls
//! | [`Client`] | the gateway's call | effect |
//! |---|---|---|
//! | [`create_order`](Client::create_order) | `createThirdOrder` | keyed by the merchant's id |
//! | [`pay_page_url`](Client::pay_page_url) | `pay.html`, for the payer's browser | nothing is sent |
//! | [`order_detail`](Client::order_detail), [`confirm`](Client::confirm), [`confirm_cancelled`](Client::confirm_cancelled) | `orderDetail` | read |
//! | [`daily_statement`](Client::daily_statement), [`daily_statement_rows`](Client::daily_statement_rows) | `merchantBillingDay` | read |
//! | [`cancel_order`](Client::cancel_order) | `cancelOrder` | keyed by the platform's number |
//! | [`call_raw`](Client::call_raw) | any other, or further fields | read, or an unkeyed write |
//!
//! The provider's documents contradict each other in places; [`Config`] has a setting for each of these points. Behaviour
//! that no document proves is marked `assumed`.
//!
//! # Callbacks
//! [`Webhooks::receive`] takes the raw body and returns a [`Verified`]`<`[`Event`]`>`; no other function creates one. **The
//! event does not contain the coin**: [`Client::confirm`] queries the order, which does. Reply with [`Webhooks::ack`] after
//! committing, and with [`nack`] to every failure, whatever its cause.
//!
//! # Large answers
//! A statement of 2,000 rows takes about 1,800 private-key operations. They run beside the async threads, on all cores, as
//! part of the call and of its deadline, one answer at a time for each client. Answers may have up to 4 MiB and 4,096 RSA
//! blocks.
//!
//! # Logs
//! `Debug` and errors of this crate print no keys, tokens, payer ids, balances and security settings, URLs, goods, pay page
//! URLs or sealed bodies. Sealed and decrypted texts are wiped from memory when dropped. Do not log `raw()` and
//! `plaintext()`: they return the answer unmasked.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] returns the sealed `http::Request`, and [`Client::parse`] reads the `http::Response`. With
//! `default-features = false` the crate has no HTTP client, TLS or async runtime as a dependency.
#![deny(clippy::disallowed_methods)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
pub mod codes;
mod config;
mod confirm;
mod decrypt;
mod op;
mod payer;
mod protocol;
mod statement_rows;
mod status;
mod webhook;

pub use client::Client;
pub use config::{AckForm, CancelPath, Config, ConfigError, OrderDetailMode, TimeForm};
pub use confirm::Confirmed;
pub use op::call_raw::{CALLS, known_call};
pub use op::cancel_order::{CancelOrder, CancelReceipt};
pub use op::create_third_order::{CreateOrder, CreatedOrder, Goods};
pub use op::merchant_billing_day::{DailyStatement, Statement, StatementRow};
pub use op::order_detail::{OrderDetail, OrderQuery, PayerAccount};
pub use op::pay_page::{PayPage, PayPageUrl};
pub use payer::Payer;
pub use payments_core::{Date, KnownCall, RawCall, RawResponse, WebhookError};
pub use payments_signing::Verified;
#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub use payments_signing::{Cause, Diagnosis};
pub use protocol::Call;
pub use protocol::answer::Plaintext;
pub use statement_rows::StatementRows;
pub use status::{OrderStatus, OrderType};
pub use webhook::{Event, Webhooks, nack};

/// Compiles the README's examples.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
