//! A strict local sandbox of payment gateways, for tests and for trying things out by hand.
//!
//! It speaks all twelve calls of C-Pay's API, the four of ChainUp OPay's and the fourteen of CCPayment's, keeps the
//! merchant's balances, shows the pages where a person or a test pays, sends the signed webhooks, and says on its own
//! pages under `/_sandbox` why a request was refused. It refuses what the real gateway refuses, in the gateway's own
//! error shape. It shares no code with any client, so a misspelt field is found and not mirrored.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use payments_sandbox::{Clock, Sandbox};
//!
//! // A free loopback port; as many sandboxes as you like in one process.
//! let sandbox = Sandbox::builder()
//!     .clock(Clock::manual(1_700_000_000_000))
//!     .seed(7)
//!     .start()
//!     .await?;
//! println!("API, cashier and pages: {}", sandbox.base_url());
//! # Ok::<(), payments_sandbox::StartError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Test cards
//!
//! Never use a real card here. Number, cvv and expiry date are checked and wiped, and neither recorded nor shown.
//!
//! | number | what happens |
//! |---|---|
//! | `4242424242424242`, and every other one that passes the Luhn check | taken |
//! | `4000000000000002` | declined by the bank |
//! | `4000000000009995` | declined: no funds |
//! | `4000000000000069` | declined: expired card |
//! | `4000000000000127` | declined: wrong cvv |
//!
//! A card whose month is over on the sandbox's clock is declined as well. `pwpp` is told so with code 90751015
//! "pay fail", the customer on the card page with a sentence.
//!
//! # Test payers
//!
//! ChainUp OPay's orders are paid by users of the exchange. These are known; their balances are those of the start again
//! after a reset.
//!
//! | `userId` | `openId` | what happens |
//! |---|---|---|
//! | `22033390` | `2ae04ed9165624419bad68e9e0f3f29fbd` | pays; has 1000000 of every coin |
//! | `22033391` | `5b1c00000000000000000000000000000a` | the same, with Google code and text messages set up |
//! | `22033392` | `5b1c00000000000000000000000000000b` | has 1 of every coin: more is not paid, and the order stays pending |
//! | `22033393` | `5b1c00000000000000000000000000000c` | every payment fails: order status `2` |
//!
//! Everybody else is refused with 70004. Coins and their decimals: `BTC` 8, `ETH` 8, `USDT` 6, `USDT1742` 6 (shown as
//! USDT), `TRX` 6, `BTCTEST1760` 8 (shown as BTCTEST).
//!
//! # Test tokens and Cwallet users
//!
#![doc = include_str!("ccpayment/tokens.md")]
//!
//! # What it assumes
//!
//! No document states the following; the sandbox had to choose, and says so here and where it happens.
//!
//! ## C-Pay
//!
#![doc = include_str!("cpay/assumed.md")]
//!
//! ## ChainUp OPay
//!
#![doc = include_str!("chainup_opay/assumed.md")]
//!
//! ## CCPayment
//!
#![doc = include_str!("ccpayment/assumed.md")]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod admin;
mod app;
mod builder;
mod ccpayment;
mod chainup_opay;
mod cpay;
mod credentials;
mod guard;
mod providers;
mod router;
mod sandbox;
mod sender;
mod server;
mod shared;
mod start_error;

pub use builder::SandboxBuilder;
pub use ccpayment::{CcpaymentCredentials, CcpaymentDeposit, CcpaymentInvoice};
pub use chainup_opay::{ChainupOpayCredentials, ChainupOpayFault};
pub use cpay::{CpayCredentials, Deposit};
pub use credentials::value::CredentialsError;
pub use credentials::{Credentials, PublicCredentials};
pub use sandbox::Sandbox;
pub use shared::action::ActionError;
pub use shared::clock::Clock;
pub use shared::deliveries::{Attempt, Delivery, DeliveryState};
pub use shared::gateway::Gateway;
pub use shared::ledger::Balance;
pub use shared::order::{Exchanged, Funds, Order, OrderKind, OrderStatus};
pub use shared::requests::{RequestRecord, Verdict};
pub use start_error::StartError;
