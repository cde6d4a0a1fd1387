//! Real sockets against a running server.
#![allow(clippy::unwrap_used)] // a panic is a failed test

mod limits;
mod verbatim;
