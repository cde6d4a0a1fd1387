//! A strict local sandbox of payment gateways, for tests and for trying things out by hand.
//!
//! It speaks all twelve calls of C-Pay's API, keeps the merchant's balances, shows the pages where a person or a test
//! pays, sends the signed webhooks, and says on its own pages under `/_sandbox` why a request was refused. It refuses
//! what the real gateway refuses, in the gateway's own error shape. It shares no code with any client, so a misspelt
//! field is found and not mirrored.
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
//! # What it assumes
//!
//! No document states the following; the sandbox had to choose, and says so here and where it happens.
//!
//! - **Messages of refusals.** The published codes are 0, 1, 90751002 (illegal IP) and 90751015 (pay fail), so every
//!   other refusal has code 1, too little balance for one. Only `invalid param …`, `verify sign fail`, `illegal IP` and
//!   `pay fail` are words of the documents. HTTP status is 200. A refusal has a `traceid` in every call.
//! - **Order of the checks**: caller's address, path and method, form, merchant, signature, then the fields (in calls that
//!   make an order first those they share, then the call's own), the number's uniqueness, the balance.
//! - **The signature covers every parameter received**, also ones no table names.
//! - **A merchant's number is taken once**, whatever the call. A declined `pwpp` does not take it.
//! - **A payment completes an order whatever its amount**: with too little or too much, `actualAmount` differs from the
//!   order's amount and the status is `14` all the same. Orders never expire by themselves. The fee of payments is `0`,
//!   and what is received is credited at once.
//! - **Before a payment**, and before a payout is completed, `actualAmount` and `receivedAmount` of the order are `0` and
//!   `hash` is empty. The answers of the calls that make it have the amounts of their tables.
//! - **Amounts** have digits on both sides of a point and no leading zero: `01` and `.5` are refused.
//! - **`extInfo` and `returnURL`** may have 2048 characters where no table gives a number.
//! - **Several ids in `getOrderDetail`** must mean the same order.
//! - **Balances** begin with 100000 USDT, USD, EUR, BRL and TRX, 100 ETH and BNB, 10 BTC. The row of BRL is the
//!   sandbox's own: the example has none, and the fiat payout needs it.
//! - **`withdraw`** answers all fields of its table as texts (the example shows `fee` alone), `network` in the long form
//!   of the table. The fee is what `totalAmount` has more than `receivedAmount`, and may be nothing. Coins and networks
//!   go together as in `getWalletAddress`. `toAddress` is not checked.
//! - **`createFiatPayoutOrder`** costs 0.5 of its currency, as in the example; BRL, USD and EUR are paid out;
//!   `toAccount` must have the look of its `accountType`; nothing is asked of channel 2 but an account.
//! - **Payouts** stay in processing until somebody completes or rejects them, or for the time the builder sets. A
//!   rejected one gives back everything, and its amounts but the order's are `0` then. One that cannot be completed at its
//!   time waits to be told.
//! - **Rates** come from a fixed table: BTC 40000, ETH 2999.342 (both of the sheet), BNB 300, EUR 1.25, BRL 0.2,
//!   TRX 0.08, USDT and USD 1. A rate is the number of source units for one target unit, cut after 18 decimals, what is
//!   exchanged is cut after 11.
//! - **`exchange`** costs 0.3 % of the target (the example's arithmetic). As an order all its amounts are in the target
//!   currency, its id ends with 004, and no webhook tells of it.
//! - **`submitKYC`** accepts items one by one and counts them; a call without a good one is refused. An item has all keys
//!   of the sample, `middleName` and empty ones too, and no others. The record names the items left out. No other call
//!   asks for KYC.
//! - **`pwpp`** always goes by the bank's page. A stored card can be charged after the payment it was stored with, by its
//!   own user, without number, cvv and expiry date. `redirectURL` is not sent (no example has it). `txnRef` is added
//!   with `&` to an address that has a query, and to addresses of this call only.
//! - **`createOrderByCreditCard`**: the answer's `sign` covers its other fields by the general rule.
//! - **Webhooks** carry all fields of the table as texts, also empty ones (which are not signed); `cryptoCurrency` is the
//!   order's currency, fiat too. The waits between the ten tries are 5, 15, 30, 60, 120, 300, 600, 1800 and 3600
//!   seconds; one try may take 10 seconds.
//! - **Network names** of orders other than `TRON`: `Ethereum`, `Bitcoin`, `BSC`.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod actions;
mod address;
mod admin;
mod amount;
mod app;
mod builder;
mod clock;
mod cpay;
mod credentials;
mod decimal;
mod form;
mod guard;
mod html;
mod ids;
mod json;
mod router;
mod sandbox;
mod server;
mod store;
mod webhook;

pub use actions::ActionError;
pub use builder::{SandboxBuilder, StartError};
pub use clock::Clock;
pub use cpay::Deposit;
pub use credentials::{
    CcpaymentCredentials, ChainupOpayCredentials, CpayCredentials, Credentials, CredentialsError,
    PublicCredentials,
};
pub use sandbox::Sandbox;
pub use store::{
    Attempt, Balance, Delivery, DeliveryState, Exchanged, Funds, Gateway, Order, OrderKind,
    OrderStatus, RequestRecord, Verdict,
};
