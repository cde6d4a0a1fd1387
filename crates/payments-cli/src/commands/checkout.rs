//! `payments checkout`.

pub(super) mod create;

use clap::{Args, Subcommand};
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::{Lookup, Money, Payment};

use super::input;
use super::lookup::{By, assume_kind, not_found};
use crate::access::{Access, group};
use crate::confirm::change;
use crate::failure::Failure;
use crate::output::printable;
use crate::payment_view;
use crate::runtime::runtime;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Create an order, and print where the customer pays it
    Create(Box<create::Options>),
    /// Show the state of an order
    Show(ShowOptions),
    /// Cancel an order that is not paid
    Cancel(CancelOptions),
}

const SHOW_HELP: &str = "\
Example:
  payments checkout show order-1001
      show its state, its price, what was paid, and the difference";

#[derive(Args, Debug)]
#[command(after_help = SHOW_HELP, override_usage = "payments checkout show [OPTIONS] <REFERENCE>")]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    by: By,
    /// The order's price, as in 10.50 or "10.50 USDT", for providers that do
    /// not return it
    #[arg(long, value_name = "AMOUNT", value_parser = input::price)]
    expect: Option<input::Price>,
    #[command(flatten)]
    pub(crate) access: Access,
}

const CANCEL_HELP: &str = "\
Example:
  payments checkout cancel order-1001
      cancel and show the order; a payment may still be on its way";

#[derive(Args, Debug)]
#[command(after_help = CANCEL_HELP, override_usage = "payments checkout cancel [OPTIONS] <REFERENCE>")]
pub(crate) struct CancelOptions {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn show(access: &Access, options: &ShowOptions) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let by = options.by.lookup(gateway, |kind| checkout.finds_by(kind))?;
    let found = runtime()?.block_on(checkout.find(&by));
    let found = session.done(gateway, found)?;
    let found = found.ok_or_else(not_found)?;
    let mut payment = assume_kind(PaymentKind::Checkout, found);
    if let Some(price) = &options.expect {
        expect(&mut payment, price)?;
    }
    Ok(payment_view::print_result(&payment, session.json)?)
}

/// Adds the price that the merchant knows. A price without an asset is in the asset that was paid.
fn expect(payment: &mut Payment, price: &input::Price) -> Result<(), Failure> {
    let funds = payment.funds();
    let paid = funds.expected.or(funds.received).or(funds.credited);
    let asset = price.asset.clone().or(paid.map(|money| money.asset));
    let asset = asset.ok_or_else(|| {
        Failure::bad(
            "--expect needs the asset, as in --expect \"10.50 USDT\": nothing was paid yet",
        )
    })?;
    let books = Observation::new(Source::Books, payment.kind())
        .reference(payment.reference().cloned())
        .provider_ref(payment.provider_ref().cloned())
        .expected(Some(Money::new(price.amount, asset)));
    let books = Payment::new(payment.gateway().clone(), books);
    payment.merge(books).map_err(|_| {
        Failure::bad(
            "--expect cannot be compared: the provider's response names neither reference nor id",
        )
    })?;
    Ok(())
}

pub(crate) fn cancel(access: &Access, options: &CancelOptions) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let cancellation = checkout.cancellation().ok_or_else(|| {
        Failure::bad(format!(
            "{} does not support cancelling orders",
            gateway.id()
        ))
    })?;
    let by = options
        .by
        .lookup(gateway, |kind| cancellation.cancels_by(kind))?;
    let advice = advice(&by);
    let cancelled = change(&session, gateway, &advice, cancellation.cancel(&by))?;
    let printed = payment_view::print_result(&cancelled, session.json);
    printed.map_err(|error| Failure::unprinted_change(&error, advice))
}

/// The command that shows the order, with the same lookup: not every provider can look up by the reference.
fn advice(by: &Lookup) -> String {
    let by = match by {
        Lookup::Provider(id) => format!("--provider-id {}", printable(id.as_str())),
        Lookup::Transaction(hash) => format!("--transaction {}", printable(hash)),
        Lookup::Reference(reference) => printable(reference.as_str()).into_owned(),
        _ => String::new(),
    };
    format!(
        "Before anything else, see whether the order is cancelled:\n  payments checkout show {by}"
    )
}
