//! What the transport returns, how far a failed request got, and TLS.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a failed unwrap is a failed test"
)]

mod answers;
mod reach;
mod support;
mod tls;
#[cfg(feature = "tracing")]
mod trace;
mod words;
