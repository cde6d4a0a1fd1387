//! The integration tests, as one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a panic is a failed test

#[cfg(all(feature = "config", feature = "cpay", feature = "reqwest"))]
mod config;
mod layer;
mod router;
