//! A strict local sandbox of payment gateways, for tests and for trying things out by hand.
//!
//! It speaks C-Pay's API (`createOrder`, `getOrderDetail`), shows a cashier page where a person or a test pays, sends the
//! signed webhook, and says on its own pages under `/_sandbox` why a request was refused. It refuses what the real
//! gateway refuses, in the gateway's own error shape. It shares no code with any client, so a misspelt field is found
//! and not mirrored.
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
//! # What it assumes
//!
//! No document states the following; the sandbox had to choose, and says so here and where it happens.
//!
//! - **Messages of refusals.** The published codes for these calls are 0 and 1, so every refusal has code 1. Only
//!   `invalid param …` and `verify sign fail` are words of the specification (its Go sample). HTTP status is 200.
//! - **Order of the checks**: form, merchant, signature, then fields in the order of the specification's table.
//! - **The signature covers every parameter received**, also ones no table names.
//! - **A payment completes an order whatever its amount**: with too little or too much, `actualAmount` differs from the
//!   order's amount and the status is `14` all the same. Orders never expire by themselves. The fee is `0`.
//! - **Before a payment** `actualAmount` and `receivedAmount` are `0` and `hash` is empty.
//! - **Several ids in `getOrderDetail`** must mean the same order.
//! - **Webhooks** carry all fields of the table as texts, also empty ones (which are not signed). The waits between the
//!   ten tries are 5, 15, 30, 60, 120, 300, 600, 1800 and 3600 seconds; one try may take 10 seconds.
//! - **Network names** other than `TRON`: `Ethereum`, `Bitcoin`, `BSC`.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod actions;
mod admin;
mod amount;
mod app;
mod builder;
mod clock;
mod cpay;
mod credentials;
mod form;
mod guard;
mod ids;
mod sandbox;
mod server;
mod store;
mod webhook;

pub use actions::ActionError;
pub use builder::{SandboxBuilder, StartError};
pub use clock::Clock;
pub use credentials::{
    CcpaymentCredentials, ChainupOpayCredentials, CpayCredentials, Credentials, CredentialsError,
    PublicCredentials,
};
pub use sandbox::Sandbox;
pub use store::{
    Attempt, Delivery, DeliveryState, Funds, Gateway, Order, OrderStatus, RequestRecord, Verdict,
};
