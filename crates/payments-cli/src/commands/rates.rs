//! `payments rates`.

use clap::Args;
use payments_core::Asset;
use payments_facade::rate::RateRequest;
use serde::Serialize;

use super::input::{self, Sum};
use crate::access::{Access, group};
use crate::failure::{Failure, runtime};
use crate::output;
use crate::table::Details;
use crate::view::MoneyView;

const HELP: &str = "\
Example:
  payments rates 100 USDT BRL
      what 100 USDT buy of BRL
  payments rates 100 BRL USDT --get
      how many USDT it takes to get 100 BRL";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    sum: Sum,
    /// The other asset
    #[arg(value_name = "OTHER", value_parser = input::asset)]
    other: Asset,
    /// The amount is what is to be had; without it, what is given away
    #[arg(long)]
    get: bool,
    /// The rate for buying by card
    #[arg(long)]
    card: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateway":"cpay/main","rate":"…","source":{…},"target":{…}}`: units of the source for one of the target.
#[derive(Serialize)]
struct Told<'a> {
    gateway: &'a str,
    rate: String,
    source: Option<MoneyView<'a>>,
    target: Option<MoneyView<'a>>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let rates = group(gateway, gateway.rates(), "rates")?;
    let (money, other) = (options.sum.money(), options.other.clone());
    let request = if options.get {
        RateRequest::getting(money, other)
    } else {
        RateRequest::spending(money, other)
    };
    let request = if options.card {
        request.by_card()
    } else {
        request
    };
    if !rates.quotes_for(request.purpose) {
        let (id, purpose) = (gateway.id(), request.purpose.as_str());
        return Err(Failure::bad(format!("{id} has no rates for {purpose}")));
    }
    rates.check(&request)?;
    let quote = runtime()?.block_on(rates.quote(&request))?;
    if session.json {
        return output::json(&Told {
            gateway: gateway.id().as_str(),
            rate: quote.rate.to_string(),
            source: quote.source.as_ref().map(MoneyView::from),
            target: quote.target.as_ref().map(MoneyView::from),
        });
    }
    let mut details = Details::default();
    let (source, target) = (&request.source, &request.target);
    details.add(
        "rate",
        Some(format!("{} {source} for one {target}", quote.rate)),
    );
    details.add("given", quote.source.as_ref());
    details.add("had", quote.target.as_ref());
    details.print()
}
