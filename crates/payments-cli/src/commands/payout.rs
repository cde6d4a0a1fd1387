//! `payments payout`.

pub(super) mod create;
mod payee;

use clap::{Args, Subcommand};
use payments_facade::payment::PaymentKind;

use super::lookup::{By, assume_kind, not_found};
use crate::access::{Access, group};
use crate::failure::Failure;
use crate::payment_view;
use crate::runtime::runtime;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Send money; asks for confirmation
    Create(Box<create::Options>),
    /// Show the state of a payout
    Show(ShowOptions),
}

const SHOW_HELP: &str = "\
Example:
  payments payout show payout-7
      show its state, what should arrive, and what arrived";

#[derive(Args, Debug)]
#[command(after_help = SHOW_HELP, override_usage = "payments payout show [OPTIONS] <REFERENCE>")]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn show(access: &Access, options: &ShowOptions) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let payouts = group(gateway, gateway.payouts(), "payouts")?;
    let by = options.by.lookup(gateway, |kind| payouts.finds_by(kind))?;
    let found = runtime()?.block_on(payouts.find(&by));
    let found = session.done(gateway, found)?;
    let found = found.ok_or_else(not_found)?;
    let payment = assume_kind(PaymentKind::Payout, found);
    Ok(payment_view::print_result(&payment, session.json)?)
}
