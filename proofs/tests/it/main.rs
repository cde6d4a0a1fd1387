//! The short forms of the proofs.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a failed unwrap fails the test

mod forgery;
#[path = "../../../fixtures/leaks.rs"]
mod leaks;
mod simulation;
