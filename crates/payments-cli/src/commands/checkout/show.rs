//! `payments checkout show`.

use clap::Args;
use payments_facade::Payment;
use payments_facade::payment::PaymentKind;
use serde::Serialize;

use crate::access::{Access, group};
use crate::commands::lookup::{By, not_found, taken_for};
use crate::failure::{Failure, runtime};
use crate::output;
use crate::view::{self, PaymentView};

const HELP: &str = "\
Example:
  payments checkout show order-1001
      phase, what was asked for, what came, and by how much that differs";

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
      the order afterwards; money may be on its way all the same";

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
    print(&taken_for(PaymentKind::Checkout, found), session.json)
}

/// A payment, to a person or to a script.
pub(crate) fn print(payment: &Payment, json: bool) -> Result<(), Failure> {
    if json {
        let payment = PaymentView::from(payment);
        return output::json(&Shown { payment });
    }
    view::print(payment)
}
