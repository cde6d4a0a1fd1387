//! `payments checkout`.

pub(super) mod cancel;
pub(super) mod create;
pub(super) mod show;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Create an order, and print where the customer pays it
    Create(Box<create::Options>),
    /// Show the state of an order
    Show(show::Options),
    /// Cancel an order that is not paid
    Cancel(show::CancelOptions),
}
