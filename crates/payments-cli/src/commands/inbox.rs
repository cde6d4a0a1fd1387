//! `payments inbox`.

pub(crate) mod discard;
mod endpoint;
mod event_json;
mod exec;
mod forward;
pub(crate) mod list;
mod log;
mod metrics;
pub(crate) mod retry;
pub(crate) mod serve;
pub(crate) mod show;

use clap::Subcommand;
use payments_facade::webhook::EffectKey;
use payments_store::{Delivery, Store};

use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, store them, and hand each event to your program
    Serve(Box<serve::Options>),
    /// List the stored events, the latest first
    #[command(after_help = list::HELP)]
    List(list::Options),
    /// List the events that are not handled any more
    #[command(after_help = list::DEAD_HELP)]
    Dead(list::Options),
    /// Show one event: its attempts, why the latest failed, what it reports
    Show(show::Options),
    /// Let dead events be handled again
    Retry(retry::Options),
    /// End a dead event without handling it
    Discard(discard::Options),
}

/// The event with this effect key.
async fn find(store: &Store, key: &EffectKey) -> Result<Delivery, Failure> {
    store.delivery(key).await?.ok_or_else(not_known)
}

fn not_known() -> Failure {
    Failure::Failed(
        "there is no event with this effect key; `payments inbox list` prints them".to_owned(),
    )
}
