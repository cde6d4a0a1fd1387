//! A typed client of the CCPayment payment gateway, API v1.0 and v2.
//!
//! Each version is a module: [`v1`] and [`v2`]. The provider calls v1 deprecated, and an account is of one version: accounts
//! opened for v2 may call v2 only (code 225213, reported by third parties). The rest of this page is about v1; [`v2`] has its
//! own.
//!
//! ```
//! use ccpayment_client::v1::{Client, Config, CreateOrder, Price};
//! use payments_core::MerchantRef;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test credentials. For the real one: `Config::from_env()`.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().ccpayment;
//! let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
//! let client = Client::new(&Config::new(base_url, &*test.app_id, &*test.app_secret)?)?;
//!
//! // A token is a coin on a network. The reference is yours: store it before the call.
//! let coins = client.coins().await?;
//! let usdt = coins.token("USDT", "TRX").ok_or("USDT on TRC20 is not enabled")?;
//! let reference = MerchantRef::new("order-1001")?;
//! let order = CreateOrder::new(reference.clone(), Price::usd("25.50".parse()?), &*usdt.token_id);
//! let due = client.amount_due(&order).await?;
//! let query = order.query();
//! let created = client.create_order(order).await?;
//! let network = created.network.as_deref().ok_or("no network in the answer")?;
//! println!("pay {due} USDT on {network} to {}", created.pay_address);
//! if let Some(memo) = &created.memo {
//!     println!("with the memo {memo}: without it the payment is lost");
//! }
//!
//! sandbox.pay(created.order_id.as_str(), None).await?; // what the customer does
//!
//! // Later, before delivering. A payment alone is not enough: it may be too small.
//! let deposits = client.deposits(query).await?;
//! let order = deposits.find(&reference).ok_or("not found yet")?;
//! assert!(order.is_paid());
//! assert_eq!(order.paid_amount(), Some(due));
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | title in the provider's documents | endpoint | here |
//! |---|---|---|
//! | Native Checkout Integration | `bill/create` | [`Client::create_order`] |
//! | Hosted Checkout Page Integration | `concise/url/get` | [`Client::create_checkout`] |
//! | API Deposit Order Information Interface | `bill/info` | [`Client::deposits`] |
//! | Withdrawal Order Information Interface | `bill/info` | [`Client::withdrawals`] |
//! | Get permanent deposit address for users | `payment/address/get` | [`Client::deposit_address`] |
//! | Create a withdrawal order | `withdraw` | [`Client::withdraw`] |
//! | Token ID Interface | `coin/all` | [`Client::coins`] |
//! | Current Token Rate Interface | `token/rate` | [`Client::token_rate`], [`Client::amount_due`] |
//! | Asset Balance Interface | `assets` | [`Client::assets`] |
//! | Network Fee Interface | `network/fee` | [`Client::network_fee`] |
//! | Block Height Information Retrieval API | `get/network/height/info` | [`Client::block_heights`] |
//! | Check the Validity of Cwallet ID | `check/user` | [`Client::check_user`] |
//! | Resend Webhook Notification | `webhook/resend` | [`Client::resend_webhooks`] |
//! | the five pages of webhooks | to the merchant | [`Webhooks::receive`], [`Event`] |
//! | List of Supported Coins | a spreadsheet | [`Client::coins`] lists those the merchant has enabled |
//! | List of Denominated Currency for API Payment | not public; only `USD` is certain | [`Price::fiat`] accepts any code |
//! | Error Code | not public | [`codes`] |
//! | no longer listed | `support/token`, `token/chain` | deprecated methods of [`Client`] |
//! | anything else | any | [`Client::call_raw`] |
//!
//! # When a call fails
//! Every [`Error`](payments_core::Error) states whether the call took effect: *not applied*, *applied* or *unknown*. v1's
//! table of codes is not public, so no code proves that an order or a withdrawal was not made: after every answer but a
//! success the outcome is unknown, and the call is never resent once it may have left. Query it instead with
//! [`CreateOrder::query`], [`CreateCheckout::query`] or [`Withdraw::query`].
//!
//! These queries return neither the address nor the page of an order: no call does. If the answer to a new order is lost, no
//! customer has seen the order, so you may create another one under a new id. For a withdrawal that is never safe.
//!
//! # Signatures of answers
//! The gateway signs its answers in the way it requires of requests. A success is accepted only if its signature verifies
//! over the bytes as received, for our app id, and is at most two minutes old. A failure may be unsigned; an unsigned one
//! proves nothing, even if its code is documented. If it is signed, the signature must verify.
//!
//! A signature proves who wrote an answer, but not which request it answers: it covers nothing of the request. So someone
//! inside the TLS connection could substitute another signed answer of the same shape that is up to two minutes old. The
//! client compares what an answer repeats of the request (ids of orders, price, token, Cwallet id). A new order's address, a
//! page's URL, a rate and a balance have nothing to compare with.
//!
//! If the local clock is off by more than two minutes, the gateway refuses every call. [`Client::clock_skew_secs`] is
//! measured by verified answers and corrects the timestamps of later requests. A read is repeated once with the correction; a
//! write is not, because the code for an expired timestamp is not published, so no refusal proves that nothing else failed.
//!
//! # Fees and coins
//! A fee may be in another coin than the transfer. [`Fee`] keeps the number with its coin and subtracts within one coin
//! only: by the coin's id ([`Fee::net_of`]) or by its symbol ([`Fee::net`]).
//!
//! # Whether an order is paid
//! [`DepositOrder::is_paid`] compares the confirmed payments with the amount due. Neither a payment nor a status alone is
//! enough. Two rows of one id and two transfers of one withdrawal are errors.
//!
//! # Webhooks
//! [`Webhooks::receive`] verifies the headers and the raw body and returns a [`Verified`]`<`[`Event`]`>`; nothing else
//! creates one. [`Event::is_credit`] is true only for an incoming payment with status `success`, which then has an amount and
//! a coin. Handle each [`Event::dedup_key`] once, and reply with [`ack`] after committing.
//!
//! # What is not printed
//! No `Debug` of this crate shows the secret, addresses, memos, e-mail addresses, Cwallet ids, `custom_value`, `remark`, the
//! URLs of a request, or the URL of a customer's page. The same values are masked in the gateway's messages, which errors
//! show and which may repeat a request. They remain in public fields and in `raw()`.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] returns the signed `http::Request`, [`Client::parse`] reads the `http::Response` with its headers.
//! With `default-features = false` the crate brings in no HTTP client, TLS or async runtime.
//!
//! What no document proves is marked `assumed`.
#![deny(clippy::disallowed_methods)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod config_error;
mod envelope;
mod fields;
mod headers;
mod open_enums;
mod reply;
mod request;
pub mod v1;
pub mod v2;

// For the links above.
#[cfg(doc)]
use v1::{
    Client, CreateCheckout, CreateOrder, DepositOrder, Event, Fee, Price, Verified, Webhooks,
    Withdraw, ack, codes,
};

/// Compiles the README's example.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
