//! Tests of the store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap fails the test

mod inbox;
mod schema;
mod support;
