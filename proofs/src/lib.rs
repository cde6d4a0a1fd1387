//! Proofs over all crates together: what a careful team checks before it puts this under its money.
//!
//! Each proof prints its figures and fails on a violation. Short forms run in `tests/it`; `cargo xtask prove` runs them all, with
//! `--long` in the long forms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::print_stdout,
    reason = "a panic is how a proof reports, and its figures are printed"
)]

pub mod constant_time;
pub mod forgery;
pub mod simulation;
