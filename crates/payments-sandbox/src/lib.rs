//! A strict local sandbox of payment gateways, for tests and for trying things out.
//!
//! It has all twelve calls of C-Pay's API, the four of ChainUp OPay's, the fourteen of CCPayment's version 1 and 31 of its
//! version 2, keeps the merchant's balances, shows the pages where a person or a test pays, sends signed webhooks, and shows on its own pages under
//! `/_sandbox` why a request was refused. It refuses what the real gateways refuse, in their error shapes. It shares no code
//! with any client, so a misspelled field is found instead of mirrored.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use payments_sandbox::{Clock, Sandbox};
//!
//! // On a free loopback port; one process can have many sandboxes.
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
#![doc = include_str!("cpay/test_cards.md")]
//!
//! # Test payers
//!
#![doc = include_str!("chainup_opay/payers.md")]
//!
//! # Test tokens and Cwallet users
//!
#![doc = include_str!("ccpayment/tokens.md")]
//!
//! # What it assumes
//!
//! No document states the following. The sandbox marks it as assumed here and where it happens.
//!
//! ## C-Pay
//!
#![doc = include_str!("cpay/assumed.md")]
//!
//! ## ChainUp OPay
//!
#![doc = include_str!("chainup_opay/assumed.md")]
//!
//! ## CCPayment v1
//!
#![doc = include_str!("ccpayment/assumed.md")]
//!
//! ## CCPayment v2
//!
#![doc = include_str!("ccpayment_v2/assumed.md")]
#![cfg_attr(
    not(feature = "state-file"),
    allow(dead_code, reason = "what only a state file reads and writes")
)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod admin;
mod app;
mod builder;
mod ccpayment;
mod ccpayment_v2;
mod chainup_opay;
mod cpay;
mod credentials;
mod guard;
mod providers;
mod router;
mod sandbox;
#[cfg(feature = "state-file")]
mod saving;
mod sender;
mod server;
mod shared;
mod start_error;
#[cfg(feature = "state-file")]
mod state_file;

pub use builder::SandboxBuilder;
pub use ccpayment::{CcpaymentCredentials, CcpaymentDeposit, CcpaymentInvoice};
pub use ccpayment_v2::{CcpaymentV2Credentials, CcpaymentV2Deposit, CcpaymentV2Switches};
pub use chainup_opay::{ChainupOpayCredentials, ChainupOpayFault};
pub use cpay::{CpayCredentials, Deposit};
pub use credentials::value::CredentialsError;
pub use credentials::{Credentials, PublicCredentials};
pub use sandbox::Sandbox;
pub use shared::action::ActionError;
pub use shared::clock::Clock;
pub use shared::deliveries::{Attempt, Delivery, DeliveryState};
pub use shared::exchange::{SentAnswer, WireMessage};
pub use shared::fault::{Fault, FaultKind, FaultWhen};
pub use shared::gateway::Gateway;
pub use shared::journal::OrderEvent;
pub use shared::ledger::Balance;
pub use shared::order::{Exchanged, Funds, Order, OrderKind, OrderStatus};
pub use shared::requests::{RequestRecord, Verdict};
pub use shared::setting::{SandboxSetting, SettingValue};
pub use start_error::StartError;
#[cfg(feature = "state-file")]
pub use state_file::StateFileError;
