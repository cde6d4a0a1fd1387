//! The client against recorded answers, a scripted transport and, over real HTTP, the sandbox.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod answers;
mod bill_info;
mod bound;
mod confidential;
mod foreign_answers;
mod golden;
mod input;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;
mod masking;
mod outcomes;
mod raw_call;
#[cfg(feature = "reqwest")]
mod receiver;
#[cfg(feature = "reqwest")]
mod sandbox;
#[cfg(feature = "reqwest")]
mod shop_clock;
mod support;
mod tolerance;
mod v2;
mod webhook;
