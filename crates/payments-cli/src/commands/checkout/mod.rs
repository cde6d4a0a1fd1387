//! `payments checkout`.

pub(super) mod cancel;
pub(super) mod create;
pub(super) mod show;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an order, and say where the customer pays it
    Create(Box<create::Options>),
    /// Show how an order stands
    Show(show::Options),
    /// Call off an order that is not paid
    Cancel(show::CancelOptions),
}
