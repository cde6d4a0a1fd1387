//! `payments rates`.

use clap::Args;
use payments_core::Asset;
use payments_facade::rate::RateRequest;
use serde::Serialize;

use super::input::{self, Sum};
use crate::access::{Access, group};
use crate::failure::Failure;
use crate::output;
use crate::runtime::runtime;
use crate::table::Details;
use crate::view::MoneyView;

const HELP: &str = "\
Example:
  payments rates 100 USDT BRL
      how many BRL you get for 100 USDT
  payments rates 100 BRL USDT --get
      how many USDT you give for 100 BRL";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    sum: Sum,
    /// The other asset
    #[arg(value_name = "OTHER", value_parser = input::asset)]
    other: Asset,
    /// AMOUNT is what you get; without this option, what you give
    #[arg(long)]
    get: bool,
    /// The rate for card payments
    #[arg(long)]
    card: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateway":"cpay/main","rate":"…","source":{…},"target":{…}}`; the rate is in units of the source per
/// unit of the target.
#[derive(Serialize)]
struct Quoted<'a> {
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
    let checked = rates.check(&request);
    checked.map_err(|invalid| Failure::refused(gateway, &invalid))?;
    let quote = runtime()?.block_on(rates.quote(&request));
    let quote = session.done(gateway, quote)?;
    if session.json {
        return Ok(output::json(&Quoted {
            gateway: gateway.id().as_str(),
            rate: quote.rate.to_string(),
            source: quote.source.as_ref().map(MoneyView::from),
            target: quote.target.as_ref().map(MoneyView::from),
        })?);
    }
    let mut details = Details::default();
    let (source, target) = (&request.source, &request.target);
    let rate = format!("{} {source} per {target}", quote.rate);
    details.add("rate", Some(rate));
    details.add("you give", quote.source.as_ref());
    details.add("you get", quote.target.as_ref());
    Ok(details.print()?)
}
