//! A typed client of the ChainUp OPay payment gateway, V2: JSON inside an RSA envelope.
//!
//! A user of an exchange that runs on ChainUp pays a merchant from his account there.
//!
//! ```
//! use chainup_opay_client::{Client, Config, CreateOrder, OrderQuery, OrderStatus, PayPage, Payer};
//! use payments_core::MerchantRef;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local platform with test keys. Against the real one: `Config::from_env()`.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().chainup_opay;
//! let config = Config::new(sandbox.base_url(), &*test.app_id, &test.merchant_private_key, &test.platform_public_key)?;
//! let client = Client::new(&config)?;
//!
//! // The reference is yours: store it before the call, and the number right after it.
//! let payer = Payer::by_open_id("2ae04ed9165624419bad68e9e0f3f29fbd");
//! let order = client
//!     .create_order(CreateOrder::new(
//!         MerchantRef::new("order-1001")?,
//!         payer.clone(),
//!         "10.50".parse()?,
//!         "USDT1742",
//!         "https://shop.example/return",
//!         "http://127.0.0.1:8080/notify", // yours, and https
//!     ))
//!     .await?;
//! let page = client.pay_page_url(&PayPage::new(order.order_num.clone(), payer))?;
//! // redirect the payer's browser to page.as_str(), and log it nowhere
//!
//! sandbox.pay(order.order_num.as_str(), None).await?; // what the payer does on that page
//!
//! let detail = client.order_detail(OrderQuery::new(order.order_num)).await?;
//! assert_eq!(detail.status, OrderStatus::Paid);
//! assert!(detail.amount == Some("10.5".parse()?) && detail.is_in("USDT1742"));
//! # assert!(page.as_str().starts_with(sandbox.base_url()));
//! # Ok(())
//! # }
//! ```
//!
//! # What is signed, and what is not
//! The signature covers the text inside `data`, both ways, and nothing else. So:
//!
//! - A success counts only with data that is signed by the platform: with other data the call fails as
//!   [`Unverified`](payments_core::Kind::Unverified), without any as [`Undecodable`](payments_core::Kind::Undecodable). The
//!   one success that may come without data is [`CancelReceipt`]'s: it has to be
//!   [confirmed](Client::confirm_cancelled).
//! - **`code` and `msg` are not signed.** An error is TLS's word alone, and no proof about a payment: see [`codes`].
//! - TLS alone protects path and time as well, so a base URL is `https` unless it is loopback.
//! - An answer is not bound to its request. What it tells of the order asked for is compared; an old answer about the same
//!   order could be shown again by whoever breaks TLS.
//!
//! # When a call fails
//! Every [`Error`](payments_core::Error) says whether the call took effect: *not applied*, *applied* or *unknown*. No
//! document of the provider says which of its codes prove that nothing was done, so *not applied* after a code rests on its
//! words and is `assumed`; [`codes`] has the table. A code that belongs to another call, is not listed, or comes under a
//! status of failure leaves a write *unknown*. A second order with the same id is refused with 70002, so [`CreateOrder`] is sent again where that may help, and
//! you may send *the same* one again yourself.
//!
//! # The calls
//! | [`Client`] | the gateway's call | effect |
//! |---|---|---|
//! | [`create_order`](Client::create_order) | `createThirdOrder` | keyed by the merchant's id |
//! | [`pay_page_url`](Client::pay_page_url) | `pay.html`, where the browser goes | nothing is sent |
//! | [`order_detail`](Client::order_detail), [`confirm`](Client::confirm), [`confirm_cancelled`](Client::confirm_cancelled) | `orderDetail` | read |
//! | [`daily_statement`](Client::daily_statement), [`daily_statement_rows`](Client::daily_statement_rows) | `merchantBillingDay` | read |
//! | [`cancel_order`](Client::cancel_order) | `cancelOrder` | keyed by the platform's number |
//!
//! The provider's documents contradict each other in places; the choices are named in [`Config`]. Whatever no document
//! proves is marked `assumed`.
//!
//! # Callbacks
//! [`Webhooks::receive`] takes the raw body and gives a [`Verified`]`<`[`Event`]`>`; nothing else makes one. **It does not
//! tell the coin**: [`Client::confirm`] asks for the order and does. Reply with [`Webhooks::ack`] after committing, and
//! with [`nack`] to everything that gave no event, whatever the cause.
//!
//! # Large answers
//! 2,000 rows of a statement take about 1,800 private-key operations. They are done beside the async threads, on all
//! cores, as a part of the call and of its deadline. A client opens two of them at once; others wait in line. Answers are read up to 4 MiB and 4,096 blocks.
//!
//! # What is never printed
//! Keys, tokens, ids of payers, the URLs and goods of an order, the pay page's URL, the payer's balances and security settings, and the bodies that could
//! be sent again: no `Debug` and no error of this crate shows them. The texts that are sealed and opened are wiped when
//! dropped. `raw()` and `plaintext()` have the answers as they came: log neither.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] gives the sealed `http::Request`, [`Client::parse`] reads the `http::Response`. With
//! `default-features = false` the crate brings in no HTTP client, TLS or async runtime.
#![deny(clippy::disallowed_methods)]

mod answer;
mod choices;
mod client;
pub mod codes;
mod config;
mod confirm;
mod oneshot;
mod op;
mod opening;
mod payer;
mod pool;
mod protocol;
mod rows;
mod status;
mod tally;
mod webhook;

pub use answer::Plaintext;
pub use choices::{AckForm, CancelPath, OrderDetailMode, TimeForm};
pub use client::Client;
pub use config::{Config, ConfigError};
pub use confirm::Confirmed;
pub use op::{
    CancelOrder, CancelReceipt, CreateOrder, CreatedOrder, DailyStatement, Goods, OrderDetail,
    OrderQuery, PayPage, PayPageUrl, PayerAccount, Statement, StatementRow,
};
pub use payer::Payer;
pub use payments_core::Date;
pub use payments_signing::Verified;
pub use protocol::Call;
pub use rows::StatementRows;
pub use status::{OrderStatus, OrderType};
pub use webhook::{Event, WebhookError, Webhooks, nack};

/// The README's example is compiled with the others.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
