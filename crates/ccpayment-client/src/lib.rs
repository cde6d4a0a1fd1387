//! A typed client of the CCPayment payment gateway, API v1.0.
//!
//! The provider's own v2 reference calls v1 deprecated, and accounts opened for v2 may call v2 only (code 225213, by
//! reports of others). So client and calls stand in the module [`v1`], beside which another version has its place.
//!
//! ```
//! use ccpayment_client::v1::{Client, Config, CreateOrder, Price};
//! use payments_core::MerchantRef;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A local gateway with test credentials. Against the real one: `Config::from_env()`.
//! let sandbox = payments_sandbox::Sandbox::builder().start().await?;
//! let test = &sandbox.credentials().ccpayment;
//! let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
//! let client = Client::new(&Config::new(base_url, &*test.app_id, &*test.app_secret)?)?;
//!
//! // A token is a coin on a network. The reference is yours: store it before the call.
//! let coins = client.coins().await?;
//! let usdt = coins.token("USDT", "TRX").ok_or("USDT on TRC20 is switched off")?;
//! let reference = MerchantRef::new("order-1001")?;
//! let order = CreateOrder::new(reference.clone(), Price::usd("25.50".parse()?), &*usdt.token_id);
//! let due = client.amount_due(&order).await?;
//! let query = order.query();
//! let created = client.create_order(order).await?;
//! let network = created.network.as_deref().ok_or("on which network?")?;
//! println!("pay {due} USDT on {network} to {}", created.pay_address);
//! if let Some(memo) = &created.memo {
//!     println!("with the memo {memo}: without it the payment is lost");
//! }
//!
//! sandbox.pay(created.order_id.as_str(), None).await?; // what the customer does
//!
//! // Later, before the goods leave. That there are payments is not enough: they may fall short.
//! let deposits = client.deposits(query).await?;
//! let order = deposits.find(&reference).ok_or("not found yet")?;
//! assert!(order.is_paid());
//! assert_eq!(order.paid_amount(), Some(due));
//! # Ok(())
//! # }
//! ```
//!
//! # The documents' titles
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
//! | List of Supported Coins | none: the provider keeps a spreadsheet | [`Client::coins`] lists those the merchant has switched on |
//! | List of Denominated Currency for API Payment | none, and the page is not public; only `USD` is certain | [`Price::fiat`] takes any code |
//! | Error Code | none | [`codes`] |
//! | the five pages of webhooks | to the merchant | [`Webhooks::receive`], [`Event`] |
//! | Resend Webhook Notification | `webhook/resend` | [`Client::resend_webhooks`] |
//! | no longer listed | `support/token`, `token/chain` | deprecated methods of [`Client`] |
//!
//! # When a call fails
//! Every [`Error`](payments_core::Error) says whether the call took effect: *not applied*, *applied* or
//! *unknown*, never guessed. The table of v1's codes is not public, so no code proves that an order or a withdrawal was not
//! made: whatever the gateway answers but a success leaves it unknown, and it is never sent again once it may have left.
//! Ask instead: [`CreateOrder::query`], [`CreateCheckout::query`] and [`Withdraw::query`] are the questions.
//!
//! Of an order they bring back neither the address nor the page to pay on: no call does. An order whose answer was lost has
//! been seen by nobody, so another one may be made under a new id. Of a withdrawal that is never safe.
//!
//! # Signatures of answers
//! The gateway signs its answers as it wants requests signed. A success without a signature that holds, of our app id,
//! over the bytes as they came and no older than two minutes is none. A failure need not be signed; one that is not is
//! anybody's word, and proves nothing even where its code is documented. One that is has to be right.
//!
//! A signature says who wrote an answer, not which question it answers: nothing of the request is in it. So somebody on the
//! way, past TLS, could give a signed answer that is up to two minutes old in place of another of the same shape. What an
//! answer repeats of the request (ids of orders, price, token, Cwallet id) is compared and catches most of that; a new
//! order's address, a page's URL, a rate and a balance have nothing to compare.
//!
//! A clock that is off by more than two minutes has every call refused. [`Client::clock_skew_secs`] is measured by
//! verified answers and corrects the stamps of what follows; a question is repeated once with it, a call that moves or
//! makes something is not: under which code a stamp is refused is not published, so no refusal proves that it was the
//! stamp, and nothing else, that failed.
//!
//! # Fees and coins
//! A fee may be in another coin than the one that moves. [`Fee`] gives its number with its coin and subtracts within one
//! coin only: by the coin's id where it is told ([`Fee::net_of`]), or by its symbol ([`Fee::net`]).
//!
//! # Whether an order is paid
//! [`DepositOrder::is_paid`] compares what came in for good with what was due; a payment, or a state alone, does not say
//! it. Two rows of one id and two transfers of one withdrawal are an error: neither hides the other.
//!
//! # Webhooks
//! [`Webhooks::receive`] takes the headers and the raw body and gives a [`Verified`]`<`[`Event`]`>`; nothing else makes
//! one. [`Event::is_credit`] is true for incoming money whose status is `success`, and for nothing else; how much of what
//! came in is told then. Handle each
//! [`Event::dedup_key`] once, reply with [`ack`] after committing.
//!
//! # What is not printed
//! No `Debug` of this crate shows the secret, an address to pay to or from, a memo, an e-mail address, a Cwallet id, what
//! the merchant wrote into `custom_value` and `remark`, the URLs of a request, or the URL of a customer's page. The gateway's
//! own words, which an error shows, may repeat a request: what `Debug` masks of it is masked in them too. What is masked still
//! stands in public fields, and in the answer as it came, which `raw()` gives.
//!
//! # Your own HTTP stack
//! [`Client::prepare`] gives the signed `http::Request`, [`Client::parse`] reads the `http::Response` with its headers.
//! With `default-features = false` the crate brings in no HTTP client, TLS or async runtime.
//!
//! Whatever no document proves is marked `assumed`.
//!
//! [`Client`]: v1::Client
//! [`Client::create_order`]: v1::Client::create_order
//! [`Client::create_checkout`]: v1::Client::create_checkout
//! [`Client::deposits`]: v1::Client::deposits
//! [`Client::withdrawals`]: v1::Client::withdrawals
//! [`Client::deposit_address`]: v1::Client::deposit_address
//! [`Client::withdraw`]: v1::Client::withdraw
//! [`Client::coins`]: v1::Client::coins
//! [`Client::token_rate`]: v1::Client::token_rate
//! [`Client::amount_due`]: v1::Client::amount_due
//! [`Client::assets`]: v1::Client::assets
//! [`Client::network_fee`]: v1::Client::network_fee
//! [`Client::block_heights`]: v1::Client::block_heights
//! [`Client::check_user`]: v1::Client::check_user
//! [`Client::resend_webhooks`]: v1::Client::resend_webhooks
//! [`Client::clock_skew_secs`]: v1::Client::clock_skew_secs
//! [`Client::prepare`]: v1::Client::prepare
//! [`Client::parse`]: v1::Client::parse
//! [`Price::fiat`]: v1::Price::fiat
//! [`CreateOrder::query`]: v1::CreateOrder::query
//! [`CreateCheckout::query`]: v1::CreateCheckout::query
//! [`Withdraw::query`]: v1::Withdraw::query
//! [`Fee`]: v1::Fee
//! [`Fee::net`]: v1::Fee::net
//! [`Fee::net_of`]: v1::Fee::net_of
//! [`DepositOrder::is_paid`]: v1::DepositOrder::is_paid
//! [`codes`]: v1::codes
//! [`Webhooks::receive`]: v1::Webhooks::receive
//! [`Verified`]: v1::Verified
//! [`Event`]: v1::Event
//! [`Event::is_credit`]: v1::Event::is_credit
//! [`Event::dedup_key`]: v1::Event::dedup_key
//! [`ack`]: v1::ack
#![deny(clippy::disallowed_methods)]

pub mod v1;

/// The README's example is compiled with the others.
#[cfg(all(doctest, feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
