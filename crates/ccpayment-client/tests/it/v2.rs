//! The client of the API v2.

mod answers;
mod batches;
mod bound;
mod confidential;
mod confirm;
mod foreign_answers;
mod golden;
mod input;
mod lockout;
mod outcomes;
mod problems;
mod raw_call;
mod rows;
#[cfg(feature = "reqwest")]
mod sandbox;
mod support;
mod tolerance;
mod users;
mod webhook;
