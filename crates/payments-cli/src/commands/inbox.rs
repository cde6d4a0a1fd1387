//! `payments inbox`.

pub(crate) mod discard;
mod forward;
pub(crate) mod list;
pub(crate) mod retry;
pub(crate) mod serve;
pub(crate) mod show;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, store them, and forward each event until it is taken
    Serve(Box<serve::Options>),
    /// List the stored events, the latest first
    List(list::Options),
    /// List the events that are not handled any more
    Dead(list::DeadOptions),
    /// Show one event: its attempts, why the latest failed, what it reports
    Show(show::Options),
    /// Let dead events be handled again
    Retry(retry::Options),
    /// End a dead event without handling it
    Discard(discard::Options),
}
