//! `payments inbox`.

mod endpoint;
mod event_json;
mod exec;
mod forward;
pub(crate) mod list;
mod log;
mod metrics;
pub(crate) mod serve;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, store them, and hand each event to your program
    Serve(Box<serve::Options>),
    /// List the stored events, the latest first
    List(list::Options),
}
