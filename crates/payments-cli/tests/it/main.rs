//! The command `payments`, run as a program.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a panic is a failed test

mod accounts;
mod conflicts;
mod listener;
mod money;
mod programs;
mod reading;
mod resolve;
mod secrets;
mod signature;
mod support;
mod tickets;
mod webhooks;
