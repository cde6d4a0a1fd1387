//! The command `payments`, run as a program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)] // a panic is a failed test

mod accounts;
mod addresses;
mod api;
mod bad_databases;
mod ccpayment_v2;
#[path = "../../../payments-store/tests/it/cluster.rs"]
#[allow(dead_code, reason = "what only the tests of the store use")]
mod cluster;
mod conflicts;
mod dev;
mod floods;
mod inbox;
mod listener;
mod money;
mod network;
mod operation;
mod programs;
mod reading;
mod reconcile;
mod refusals;
mod resolve;
mod sandbox_commands;
mod scenarios;
mod secrets;
mod signature;
mod state_file;
mod support;
mod tickets;
mod webhook_send;
mod webhooks;
mod width;
mod without_ticket;
mod words;
