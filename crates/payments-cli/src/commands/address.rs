//! `payments address`.

use clap::Args;
use payments_facade::address::{AddressRequest, DepositAddress};
use serde::Serialize;

use super::input::with;
use crate::access::{Access, group};
use crate::failure::{Failure, runtime};
use crate::output::{self, say};
use crate::table::Rows;

const HELP: &str = "\
Example:
  payments address customer-7 --network tron
      where this customer sends coins at any time, without an order";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The customer, by your own id
    #[arg(value_name = "CUSTOMER")]
    customer: String,
    /// The network alone that is wanted
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// Where the webhooks of deposits go
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    #[command(flatten)]
    pub(crate) access: Access,
}

const ADVICE: &str = "\
No money moved. The address may have been made all the same: ask again with the same command, and use what it answers.";

/// `{"gateway":"cpay/main","customer":"…","addresses":[…]}`
#[derive(Serialize)]
struct Listed<'a> {
    gateway: &'a str,
    customer: &'a str,
    addresses: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    network: &'a str,
    asset: Option<&'a str>,
    address: &'a str,
    memo: Option<&'a str>,
}

impl<'a> From<&'a DepositAddress> for One<'a> {
    fn from(address: &'a DepositAddress) -> Self {
        Self {
            network: &address.network,
            asset: address.symbol.as_deref(),
            address: address.address.expose(),
            memo: address
                .memo
                .as_ref()
                .map(payments_core::SensitiveString::expose),
        }
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let addresses = group(gateway, gateway.addresses(), "addresses")?;
    let request = with!(AddressRequest::new(options.customer.as_str()),
        network: options.network.as_deref(),
        notify_url: options.notify_url.as_deref(),
    );
    addresses.check(&request)?;
    let told = runtime()?.block_on(addresses.get(&request));
    let told = told.map_err(|error| Failure::of_call(&error, ADVICE))?;
    let listed = told.iter().map(One::from);
    if session.json {
        return output::json(&Listed {
            gateway: gateway.id().as_str(),
            customer: &options.customer,
            addresses: listed.collect(),
        });
    }
    if told.is_empty() {
        return match &options.network {
            Some(network) => say!(
                "no address on {}; without --network, all there are",
                output::printable(network)
            ),
            None => say!("no address"),
        };
    }
    let mut rows = Rows::new(&["network", "asset", "address", "memo"]);
    for one in listed {
        let asset = one.asset.unwrap_or("every one");
        rows.add([one.network, asset, one.address, one.memo.unwrap_or("")]);
    }
    rows.print()
}
