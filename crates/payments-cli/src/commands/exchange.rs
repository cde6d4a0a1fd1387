//! `payments exchange`.

use clap::Args;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::exchange::{ExchangeOrder, Exchanged};
use serde::Serialize;

use super::input::{self, Sum, with};
use crate::access::{Access, group, now};
use crate::confirm::{Consent, Move};
use crate::failure::Failure;
use crate::output::{self, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::table::Details;
use crate::view::MoneyView;

const HELP: &str = "\
Example:
  payments exchange swap-1 100 USDT BRL --customer customer-7
      show what will be exchanged, ask, and print the amount and the rate";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your reference; store it before the call
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: MerchantRef,
    #[command(flatten)]
    sum: Sum,
    /// The asset to get
    #[arg(value_name = "TARGET", value_parser = input::asset)]
    target: Asset,
    /// Your id of the customer
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The least that you want to get, in TARGET
    #[arg(long, value_name = "AMOUNT")]
    minimum: Option<Amount>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"payment":{…},"target":{…},"rate":"…"}`; the rate is in units of the source per unit of the
/// target.
#[derive(Serialize)]
struct Done<'a> {
    payment: PaymentView,
    target: MoneyView<'a>,
    rate: Option<String>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let exchange = group(gateway, gateway.exchange(), "exchange")?;
    let (reference, target) = (options.reference.clone(), options.target.clone());
    let order = ExchangeOrder::new(reference, options.sum.money(), target);
    let order = with!(order,
        customer: options.customer.as_deref(),
        minimum: options.minimum,
    );
    let checked = exchange.check(&order);
    checked.map_err(|invalid| Failure::refused(gateway, &invalid))?;

    let mut details = Details::default();
    let at = format!("{} at {}", gateway.id(), session.base_url(gateway));
    details.add("gateway", Some(at));
    details.add("reference", Some(order.reference()));
    details.add("you give", Some(order.source()));
    let target = format!("{} at the current rate", order.target());
    details.add("you get", Some(target));
    details.add("at least", options.minimum);
    options.consent.ask("exchange", &details)?;

    let call = Move::begin(&session.tickets, exchange.ticket(&order, now()))?;
    let done = runtime()?.block_on(call.call(exchange.execute(&order)));
    let done = done.map_err(|failure| failure.at(session.base_url(gateway)))?;
    call.printed(print(&order, &done, session.json))
}

fn print(order: &ExchangeOrder, done: &Exchanged, json: bool) -> std::io::Result<()> {
    let rate = done.rate.map(|rate| rate.to_string());
    if json {
        return output::json(&Done {
            payment: PaymentView::from(&done.payment),
            target: MoneyView::from(&done.target),
            rate,
        });
    }
    payment_view::print(&done.payment)?;
    match rate {
        Some(rate) => {
            let (source, target) = (&order.source().asset, order.target());
            say!("\nreceived {} at {rate} {source} per {target}", done.target)
        }
        None => say!("\nreceived {}", done.target),
    }
}
