//! The shop against the sandbox, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs
)] // a failed unwrap fails the test

/// A private server, as the tests of the store have it.
#[allow(dead_code, reason = "what only the tests of the store use")]
#[path = "../../../../crates/payments-store/tests/it/cluster.rs"]
mod cluster;
mod delivery;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;
#[path = "../../../../fixtures/page.rs"]
mod page;
mod postgres;
mod process;
mod shop;
