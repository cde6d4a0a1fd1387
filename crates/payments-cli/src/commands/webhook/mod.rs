//! `payments webhook`.

pub(super) mod listen;
mod message;
mod post;
pub(super) mod send;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, verify them, print them; forward them if wanted
    Listen(listen::Options),
    /// Send a correctly signed test event
    Send(Box<send::Options>),
}
