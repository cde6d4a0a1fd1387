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
//! Every [`Error`](payments_core::Error) says whether the call took effect: *not applied*, *applied* or
//! *unknown*, never guessed. The gateway documents no protection against a doubled order, so a call that
//! moves something is never sent again once it may have left; ask with [`OrderQuery::by_trade_no`] instead.
//!
//! # The calls
//! Each is a method of [`Client`] that takes one value (but [`Client::balances`]), whose documentation names the
//! limits, the units and the provider's document:
//!
//! - money in: [`CreateOrder`], [`CreateCardOrder`], [`CardPayment`], [`WalletAddressQuery`]
//! - money out: [`Withdraw`], [`FiatPayout`]
//! - in between: [`Exchange`], [`RateQuery`], [`CardRateQuery`], [`Client::balances`]
//! - what became of it: [`OrderQuery`]
//! - who the customers are: [`SubmitKyc`]
//!
//! The specification limits `products` to 16 characters, `toAccount` to 12 and `sign` to 32: its own examples do not
//! keep to that, and neither does this crate. Whatever no document proves is marked `assumed`.
//!
//! # Cards and people
//! [`Card`] and its parts are wiped when dropped, and so are texts about people and the bodies of the requests that
//! carry cards and identities. What an HTTP stack or a proxy copies is theirs to wipe.
//!
//! No `Debug` of this crate shows more of a card than the last four digits of its number, and none shows names,
//! e-mail or postal addresses, accounts, coin addresses, what the merchant wrote into `remark` and `extInfo`, or the
//! URL of a customer's page. The gateway's own words, which an error shows, may repeat a request: numbers and the
//! stored card's id are masked in those of a [`CardPayment`], the account in those of a [`FiatPayout`], the address in
//! those of a [`Withdraw`], and those of a [`SubmitKyc`] are left out. What is masked still stands in public fields,
//! and in the answer as it came, which `raw()` gives.
//!
//! # Webhooks
//! [`Webhooks::receive`] takes the raw body and gives a [`Verified`]`<`[`Event`]`>`; nothing else makes one,
//! so an unverified event cannot reach a handler that asks for it. Reply with [`ack`] after committing.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] gives the signed `http::Request`, [`Client::parse`] reads the `http::Response`. With
//! `default-features = false` the crate brings in no HTTP client, TLS or async runtime.
#![deny(clippy::disallowed_methods)]

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
    Balance, BalanceQuery, Balances, CardExchangeRate, CardOrder, CardPayment, CardPaymentPage,
    CardRateQuery, CreateCardOrder, CreateOrder, CreatedFiatPayout, CreatedOrder, Exchange,
    ExchangeRate, Exchanged, FiatPayout, KycReceipt, OrderDetail, OrderQuery, RateQuery, SubmitKyc,
    WalletAddress, WalletAddressQuery, WalletAddresses, Withdraw, Withdrawal,
};
pub use payer::{BillingAddress, Browser, Payer};
pub use payments_core::{Date, RawCall, RawResponse, WebhookError};
pub use payments_signing::Verified;
pub use person::{Contact, FullName, Gender, IdDocument, Person};
pub use pix::{PixKey, PixKeyKind};
pub use protocol::Call;
pub use purchase::{Product, Purchase};
pub use rate::Rate;
pub use status::OrderStatus;
pub use webhook::{Event, Webhooks, ack, nack};
