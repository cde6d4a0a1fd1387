//! Tests of the guide: its pages, links and paths, and the shell commands of `signing.md`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod commands;
mod pages;
mod settings;
