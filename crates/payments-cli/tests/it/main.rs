//! The command `payments`, run as a program.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a panic is a failed test

mod accounts;
mod addresses;
mod api;
mod ccpayment_v2;
mod conflicts;
mod dev;
mod floods;
mod inbox;
mod listener;
mod money;
mod network;
mod programs;
mod reading;
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
mod words;
