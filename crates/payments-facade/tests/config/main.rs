//! Gateways from a file.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a panic is a failed test

mod accounts;
mod errors;
#[cfg(all(feature = "ccpayment", feature = "chainup-opay"))]
mod providers;
mod support;
