//! `payments payout show`.

use clap::Args;
use payments_facade::PaymentKind;

use crate::access::{Access, group};
use crate::commands::checkout::show::print;
use crate::commands::lookup::{By, assume_kind, not_found};
use crate::failure::Failure;
use crate::runtime::runtime;

const HELP: &str = "\
Example:
  payments payout show payout-7
      show its state, what should arrive, and what arrived";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let payouts = group(gateway, gateway.payouts(), "payouts")?;
    let by = options.by.lookup(gateway, |kind| payouts.finds_by(kind))?;
    let found = runtime()?.block_on(payouts.find(&by))?;
    let found = found.ok_or_else(not_found)?;
    let payment = assume_kind(PaymentKind::Payout, found);
    Ok(print(&payment, session.json)?)
}
