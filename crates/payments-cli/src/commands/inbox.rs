//! `payments inbox`.

mod forward;
pub(crate) mod list;
pub(crate) mod serve;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, store them, and forward each event until it is taken
    Serve(Box<serve::Options>),
    /// List the stored events, the latest first
    List(list::Options),
}
