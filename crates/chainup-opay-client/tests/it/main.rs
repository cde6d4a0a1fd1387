//! The tests of the public API, in one binary.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod bound;
mod callback_size;
mod confidential;
mod foreign_answers;
mod golden;
mod input;
mod large_answers;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;
mod outcomes;
mod raw_call;
#[cfg(feature = "reqwest")]
mod sandbox;
mod secrets;
mod statement;
mod support;
mod tamper;
mod tolerance;
mod unsigned;
mod webhook;
mod wire;
