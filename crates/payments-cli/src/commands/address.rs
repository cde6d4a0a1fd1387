//! `payments address`.

use clap::Args;
use payments_facade::Gateway;
use payments_facade::address::{AddressRequest, DepositAddress};
use serde::Serialize;

use super::input::with;
use crate::access::{Access, group};
use crate::confirm::change;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::table::Rows;

const HELP: &str = "\
Example:
  payments address customer-7 --network tron
      show where this customer can send coins at any time, without an order";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your id of the customer
    #[arg(value_name = "CUSTOMER")]
    customer: String,
    /// Only the addresses on this network
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// The URL for webhooks of deposits
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    #[command(flatten)]
    pub(crate) access: Access,
}

const ADVICE: &str = "\
No money moved, but an address may have been created. Run the same command again and use the address it prints.";

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
    /// `null` on networks with several coins, and where no document describes one.
    payment_uri: Option<String>,
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
            payment_uri: address.payment_uri().map(|uri| uri.to_string()),
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
    let checked = addresses.check(&request);
    // Here the customer is an argument.
    checked
        .map_err(|invalid| Failure::refused(gateway, &invalid).renamed("--customer", "CUSTOMER"))?;
    let found = change(&session, gateway, ADVICE, addresses.get(&request))?;
    let printed = print(gateway, options, &found, session.json);
    printed.map_err(|error| Failure::unprinted_change(&error, ADVICE))
}

fn print(
    gateway: &dyn Gateway,
    options: &Options,
    found: &[DepositAddress],
    json: bool,
) -> std::io::Result<()> {
    let listed = found.iter().map(One::from);
    if json {
        return output::json(&Listed {
            gateway: gateway.id().as_str(),
            customer: &options.customer,
            addresses: listed.collect(),
        });
    }
    if found.is_empty() {
        return match &options.network {
            // Not repeated: a word in the wrong place could be a secret.
            Some(_) => {
                say!("no address on that network; leave out --network to list all addresses")
            }
            None => say!("no address"),
        };
    }
    let mut rows = Rows::new(&["network", "asset", "address", "memo"]);
    for one in listed {
        let asset = one.asset.unwrap_or("any");
        rows.add([one.network, asset, one.address, one.memo.unwrap_or("")]);
    }
    rows.print()
}
