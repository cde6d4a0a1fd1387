//! `payments balances`.

use clap::Args;
use payments_core::Amount;
use serde::Serialize;

use crate::access::{Access, group};
use crate::failure::Failure;
use crate::output;
use crate::runtime::runtime;
use crate::table::Rows;

const HELP: &str = "\
Example:
  payments balances --gateway cpay/main
      one row for each asset: what can be paid out now, and what is held";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateway":"cpay/main","balances":[…]}`
#[derive(Serialize)]
struct Listed<'a> {
    gateway: &'a str,
    balances: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    asset: &'a str,
    network: Option<&'a str>,
    available: Option<String>,
    held: Option<String>,
}

pub(crate) fn run(access: &Access, _: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let balances = group(gateway, gateway.balances(), "balances")?;
    let found = runtime()?.block_on(balances.list());
    let found = session.done(gateway, found)?;
    let text = |amount: Option<Amount>| amount.map(|amount| amount.to_string());
    let listed = found.iter().map(|balance| One {
        asset: balance.asset.symbol(),
        network: balance.asset.network(),
        available: text(balance.available),
        held: text(balance.held),
    });
    if session.json {
        return Ok(output::json(&Listed {
            gateway: gateway.id().as_str(),
            balances: listed.collect(),
        })?);
    }
    let mut rows = Rows::new(&["asset", "network", "available#", "held#"]);
    for one in listed {
        let (available, held) = (one.available, one.held);
        rows.add([
            one.asset,
            one.network.unwrap_or(""),
            available.as_deref().unwrap_or("unknown"),
            held.as_deref().unwrap_or("unknown"),
        ]);
    }
    Ok(rows.print()?)
}
