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
mod connections;
mod crash;
mod day;
mod dropped;
mod faults;
mod hints;
mod inbox;
mod intents;
mod intercepted;
mod leaks;
mod load;
mod names;
mod operation;
mod outage;
mod overview;
mod plans;
mod pooled;
mod processes;
mod proof;
mod reconcile;
mod retention;
mod router;
mod schema;
mod serializable;
mod staged;
mod support;
mod tls;
mod watched;
