//! A typed client of the C-Pay payment gateway.
//!
//! ```
//! use cpay_client::{Client, Config, CreateOrder, OrderQuery, OrderStatus};
//! use payments_core::MerchantRef;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test credentials. Against the real one: `Config::from_env()`.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().cpay;
//! let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
//! let client = Client::new(&config)?;
//!
//! // The reference is yours: store it before the call.
//! let reference = MerchantRef::new("order-1001")?;
//! let order = client
//!     .create_order(CreateOrder::new(reference.clone(), "customer-7", "10.50".parse()?, "USDT"))
//!     .await?;
//! println!("send the customer to {:?}", order.cashier_url);
//!
//! sandbox.pay(order.order_id.as_str(), None).await?; // what the customer does on that page
//!
//! let detail = client.order_detail(OrderQuery::by_trade_no(reference)).await?;
//! assert_eq!(detail.status, OrderStatus::Completed);
//! assert_eq!(detail.actual_amount, Some("10.5".parse()?));
//! # Ok(())
//! # }
//! ```
//!
//! # When a call fails
//! Every [`Error`](payments_core::Error) states whether the call took effect: *not applied*, *applied* or *unknown*.
//! The gateway documents no protection against a duplicate order, so a call that changes something is never sent again
//! once it may have left; query [`OrderQuery::by_trade_no`] instead.
//!
//! # The calls
//! Each is a method of [`Client`] that takes one value (except [`Client::balances`]). Its documentation states the
//! limits, the units and the provider's document:
//!
//! - payments: [`CreateOrder`], [`CreateCardOrder`], [`CardPayment`], [`WalletAddressQuery`]
//! - payouts: [`Withdraw`], [`FiatPayout`]
//! - rates and balances: [`Exchange`], [`RateQuery`], [`CardRateQuery`], [`Client::balances`]
//! - the state of an order: [`OrderQuery`]
//! - customers: [`SubmitKyc`]
//!
//! [`Client::call_raw`] makes every other call. The specification limits `products` to 16 characters, `toAccount` to 12
//! and `sign` to 32; its own examples exceed these limits, so they are not enforced. What no document proves is marked
//! `assumed`.
//!
//! # Cards and people
//! [`Card`] and its parts are wiped when dropped, and so are personal data and the bodies that contain cards and
//! identities. Copies made by an HTTP stack or a proxy are not wiped.
//!
//! `Debug` shows at most the last four digits of a card, and no names, e-mail or postal addresses, accounts, coin
//! addresses, `remark`, `extInfo` or URLs of customers' pages. The gateway's message in an error may repeat a request,
//! so it is masked: numbers and the stored card's id for a [`CardPayment`], the account for a [`FiatPayout`], the
//! address for a [`Withdraw`], every value for a raw call; for a [`SubmitKyc`] it is dropped. Public fields and `raw()`
//! still contain these values.
//!
//! # Webhooks
//! [`Webhooks::receive`] takes the raw body and returns a [`Verified`]`<`[`Event`]`>`. Nothing else creates one, so a
//! handler that takes it never sees an unverified event. Reply with [`ack`] after committing.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] returns the signed `http::Request`, [`Client::parse`] reads the `http::Response`. With
//! `default-features = false` the crate has no HTTP client, TLS or async runtime.
#![deny(clippy::disallowed_methods)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README's example is compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod card;
mod client;
pub mod codes;
mod config;
mod conversion;
mod op;
mod payer;
mod person;
mod pix;
mod protocol;
mod purchase;
mod rate;
mod rules;
mod status;
mod webhook;

pub use card::{Card, CardExpiry, CardNumber, Cvv, StoredCardId};
pub use client::Client;
pub use config::{Config, ConfigError};
pub use conversion::Conversion;
pub use op::{
    Balance, BalanceQuery, Balances, CALLS, CardExchangeRate, CardOrder, CardPayment,
    CardPaymentPage, CardRateQuery, CreateCardOrder, CreateOrder, CreatedFiatPayout, CreatedOrder,
    Exchange, ExchangeRate, Exchanged, FiatPayout, KycReceipt, OrderDetail, OrderQuery, RateQuery,
    SubmitKyc, WalletAddress, WalletAddressQuery, WalletAddresses, Withdraw, Withdrawal,
    known_call,
};
pub use payer::{BillingAddress, Browser, Payer};
pub use payments_core::{Date, KnownCall, RawCall, RawResponse, WebhookError};
pub use payments_signing::Verified;
#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub use payments_signing::{Cause, Diagnosis};
pub use person::{Contact, FullName, Gender, IdDocument, Person};
pub use pix::{PixKey, PixKeyKind};
pub use protocol::Call;
pub use purchase::{Product, Purchase};
pub use rate::Rate;
pub use status::OrderStatus;
pub use webhook::{Event, Hint, Webhooks, ack, nack};
