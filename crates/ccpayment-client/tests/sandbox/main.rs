//! The client against the sandbox over real HTTP, with a webhook endpoint on a real socket: what a shop lives through.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod assets;
mod orders;
mod payouts;
mod receiver;
mod scrub;
mod shop;
mod states;
mod transfers;
mod trouble;
mod webhooks;
