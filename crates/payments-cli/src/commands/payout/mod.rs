//! `payments payout`.

pub(super) mod create;
pub(super) mod payee;
pub(super) mod show;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Pay out; asks first
    Create(Box<create::Options>),
    /// Show how a payout stands
    Show(show::Options),
}
