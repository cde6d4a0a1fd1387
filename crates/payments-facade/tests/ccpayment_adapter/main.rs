//! The CCPayment adapter: over a script, and against the sandbox over real HTTP.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod checkout;
mod faults;
mod found;
mod options;
mod payouts;
mod sandbox;
mod support;
mod tokens;
mod treasury;
mod webhooks;
