//! The short forms of the proofs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // they fail the test

mod forgery;
#[path = "../../../fixtures/leaks.rs"]
mod leaks;
mod simulation;
