//! `payments checkout show`.

use clap::Args;
use payments_facade::{Payment, PaymentKind};
use serde::Serialize;

use crate::access::{Access, group};
use crate::commands::lookup::{By, assume_kind, not_found};
use crate::failure::Failure;
use crate::output;
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;

const HELP: &str = "\
Example:
  payments checkout show order-1001
      show its state, its price, what was paid, and the difference";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    pub(crate) access: Access,
}

const CANCEL_HELP: &str = "\
Example:
  payments checkout cancel order-1001
      cancel and show the order; a payment may still be on its way";

#[derive(Args, Debug)]
#[command(after_help = CANCEL_HELP)]
pub(crate) struct CancelOptions {
    #[command(flatten)]
    pub(crate) by: By,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"payment":{…}}`
#[derive(Serialize)]
struct Shown {
    payment: PaymentView,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let by = options.by.lookup(gateway, |kind| checkout.finds_by(kind))?;
    let found = runtime()?.block_on(checkout.find(&by))?;
    let found = found.ok_or_else(not_found)?;
    let payment = assume_kind(PaymentKind::Checkout, found);
    Ok(print(&payment, session.json)?)
}

/// Prints a payment for people or for scripts.
pub(crate) fn print(payment: &Payment, json: bool) -> std::io::Result<()> {
    if json {
        let payment = PaymentView::from(payment);
        return output::json(&Shown { payment });
    }
    payment_view::print(payment)
}
