//! Tests of the fake gateway, and of the three adapters: the conformance suite and injected faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap fails the test; `--nocapture` shows the reports

mod conformance;
mod fake;
mod faults;
mod providers;
mod statuses;
mod support;
