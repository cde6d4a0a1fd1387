//! Tests of the guide: its pages, links and paths, its parts of the examples, and its shell commands.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod backup;
mod commands;
mod examples;
mod guide;
#[path = "../../../fixtures/leaks.rs"]
mod leaks;
mod pages;
mod settings;
#[path = "../../../fixtures/skip.rs"]
mod skip;
