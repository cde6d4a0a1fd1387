//! Real sockets against a running server, and signals.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a panic is a failed test

mod limits;
mod stop;
mod tower;
mod verbatim;
