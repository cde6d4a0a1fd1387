//! The fake gateway, the conformance suite over every adapter, and the adapters over a wire that breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap is a failed test; reports are shown with --nocapture

mod conformance;
mod fake;
mod faults;
mod providers;
mod support;
