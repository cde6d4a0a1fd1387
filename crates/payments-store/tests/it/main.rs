//! Tests of the store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap fails the test

mod breaking;
mod cluster;
mod crash;
mod faults;
mod hints;
mod inbox;
mod intents;
mod load;
mod reconcile;
mod retention;
mod router;
mod schema;
mod slow_gateway;
mod support;
