//! The checks against published addresses, and against mistakes in them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]

mod messages;
mod mistakes;
mod uris;
mod vectors;
