//! Tests of the facade and its adapters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap is a failed test

mod ccpayment;
mod ccpayment_v2;
mod chainup_opay;
#[cfg(feature = "config")]
mod config;
mod connections;
mod cpay;
mod layer;
#[cfg(feature = "tracing")]
mod leaks;
mod merge;
mod options;
mod own_gateway;
mod payments;
mod problems;
mod router;
mod stored_payout;
mod support;
mod tickets;
#[cfg(feature = "tracing")]
mod traces;
mod typed_client;
