//! The tests of the client: recorded requests and answers, refused input, outcomes, webhooks, printed text, and the
//! sandbox over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]

mod answers;
mod bound;
mod calls;
mod confidential;
mod foreign_answers;
mod golden_calls;
mod golden_orders;
mod input_calls;
mod input_cards;
mod input_orders;
mod input_people;
#[path = "../../../../fixtures/leaks.rs"]
mod leaks;
mod outcomes;
mod raw_call;
#[cfg(feature = "reqwest")]
mod sandbox_calls;
#[cfg(feature = "reqwest")]
mod sandbox_cards;
#[cfg(feature = "reqwest")]
mod sandbox_orders;
mod scrub_calls;
#[cfg(feature = "reqwest")]
mod scrub_orders;
mod support;
mod values;
mod webhook;
mod wire_calls;
mod wire_orders;
