//! `payments webhook`.

pub(crate) mod forward;
pub(crate) mod listen;
mod message;
pub(crate) mod post;
pub(super) mod resend;
pub(super) mod send;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks, verify and print them, and optionally forward them
    Listen(Box<listen::Options>),
    /// Send a correctly signed test webhook
    Send(Box<send::Options>),
    /// Make the provider send the webhooks of an order again
    Resend(resend::Options),
}
