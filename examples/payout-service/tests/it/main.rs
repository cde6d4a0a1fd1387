//! Instances of the service over one database, against the sandbox. Skipped with a message if PostgreSQL is not installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)] // a failed unwrap fails the test

/// A private server, as the tests of the store have it.
#[allow(dead_code, reason = "what only the tests of the store use")]
#[path = "../../../../crates/payments-store/tests/it/cluster.rs"]
mod cluster;
mod ended;
mod instance;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;
mod once;
#[path = "../../../../fixtures/page.rs"]
mod page;
mod process;
