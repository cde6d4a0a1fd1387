//! Amounts, names, the executor and its decisions, errors, and the readers of `wire`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a failed unwrap is a failed test"
)]

mod amount;
mod deadline;
mod division;
mod effects;
mod errors;
mod evidence;
mod names;
mod properties;
#[cfg(feature = "tracing")]
mod recorder;
mod statuses;
mod support;
mod table;
#[cfg(feature = "tracing")]
mod trace;
mod wire;
mod wire_envelope;
