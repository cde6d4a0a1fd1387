//! The client against the sandbox over real HTTP, with a callback endpoint on a real socket: what a shop lives through.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod callbacks;
mod codes;
mod orders;
mod receiver;
mod scrub;
mod shop;
mod statement;
