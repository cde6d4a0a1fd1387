//! `payments payout`.

pub(super) mod create;
pub(super) mod payee;
pub(super) mod show;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Send money; asks for confirmation
    Create(Box<create::Options>),
    /// Show the state of a payout
    Show(show::Options),
}
