//! `payments checkout create`.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::checkout::{CheckoutKind, CreatedCheckout, Item, PaymentUri};
use payments_facade::{CheckoutOrder, CustomerStep};
use serde::Serialize;

use crate::access::{Access, group, now};
use crate::commands::input::{self, Sum, with};
use crate::confirm::Move;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::view::MoneyView;

const HELP: &str = "\
Example:
  payments checkout create order-1001 10.50 USDT --customer customer-7 \\
      --notify-url https://shop.example/webhooks/cpay
      create an order, and print the URL to send the customer to

An order moves no money, so there is no confirmation. Options that the provider
does not support are refused before anything is sent.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your reference; store it before the call
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: MerchantRef,
    #[command(flatten)]
    sum: Sum,
    /// The network of the asset
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// How the customer pays
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// Your id of the customer
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The URL for webhooks of this order
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// Where the customer goes after paying
    #[arg(long, value_name = "URL")]
    success_url: Option<String>,
    /// Where the customer goes after a failed payment
    #[arg(long, value_name = "URL")]
    failure_url: Option<String>,
    /// How long the order can be paid, as in 90s, 30m or 2h
    #[arg(long, value_name = "TIME", value_parser = input::duration)]
    valid_for: Option<Duration>,
    /// The language of the page, in the provider's spelling
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// What is paid for, in a few words
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// One of the items paid for, as in teapot=19.01x1; can be repeated
    #[arg(long = "item", value_name = "NAME=PRICExQUANTITY", value_parser = item)]
    items: Vec<Item>,
    /// Your own text, returned with the order
    #[arg(long, value_name = "TEXT")]
    metadata: Option<String>,
    /// A note that only you see at the provider
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The asset to pay in, if the price is in another one
    #[arg(long, value_name = "ASSET[@NETWORK]", value_parser = input::asset)]
    pay_with: Option<Asset>,
    /// The customer's country, ISO 3166-1 alpha-2
    #[arg(long, value_name = "COUNTRY")]
    country: Option<String>,
    /// The customer's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The customer's IP address
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// The customer's other id, at a provider with two kinds of ids
    #[arg(long, value_name = "ID")]
    customer_other_id: Option<String>,
    /// The customer's token from the provider's login; not stored in the ticket
    #[arg(long, value_name = "TOKEN")]
    customer_token: Option<String>,
    /// The number of a scene that you configured at the provider, instead of the
    /// account's
    #[arg(long, value_name = "NUMBER")]
    scene_type: Option<u32>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Kind {
    /// On the provider's page
    #[default]
    Hosted,
    /// To an address that you show to the customer
    Native,
    /// By card on the provider's page
    CardPage,
}

impl From<Kind> for CheckoutKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Hosted => Self::Hosted,
            Kind::Native => Self::Native,
            Kind::CardPage => Self::CardPage,
        }
    }
}

fn item(text: &str) -> Result<Item, &'static str> {
    let wrong = "write NAME=PRICE or NAME=PRICExQUANTITY, as in teapot=19.01x2";
    let (name, sum) = text.rsplit_once('=').ok_or(wrong)?;
    let (price, quantity) = sum.split_once('x').unwrap_or((sum, "1"));
    let price: Amount = price.parse().map_err(|_| wrong)?;
    Ok(Item::new(name, price, quantity.parse().map_err(|_| wrong)?))
}

impl Options {
    fn order(&self) -> Result<CheckoutOrder, Failure> {
        let money = self.sum.on(self.network.as_deref())?;
        let order = CheckoutOrder::new(self.kind.into(), self.reference.clone(), money);
        Ok(with!(order,
            customer: self.customer.as_deref(),
            notify_url: self.notify_url.as_deref(),
            success_url: self.success_url.as_deref(),
            failure_url: self.failure_url.as_deref(),
            valid_for: self.valid_for,
            language: self.language.as_deref(),
            title: self.title.as_deref(),
            items: Some(self.items.clone()).filter(|items| !items.is_empty()),
            metadata: self.metadata.as_deref(),
            note: self.note.as_deref(),
            pay_with: self.pay_with.clone(),
            country: self.country.as_deref(),
            email: self.email.as_deref(),
            ip: self.ip,
            customer_other_id: self.customer_other_id.as_deref(),
            customer_token: self.customer_token.as_deref(),
            scene_type: self.scene_type,
        ))
    }
}

/// `{"payment":{…},"next":{"step":"visit","url":"…"}}`
#[derive(Serialize)]
struct Made<'a> {
    payment: PaymentView,
    next: Next<'a>,
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Next<'a> {
    Visit {
        url: &'a str,
    },
    Send {
        address: &'a str,
        network: &'a str,
        memo: Option<&'a str>,
        money: Option<MoneyView<'a>>,
        /// `null` if no document describes one for this coin.
        payment_uri: Option<String>,
        /// What the URI lacks.
        payment_uri_note: Option<&'static str>,
    },
    Nothing,
}

impl<'a> From<&'a CustomerStep> for Next<'a> {
    fn from(step: &'a CustomerStep) -> Self {
        match step {
            CustomerStep::Visit(url) => Self::Visit { url: url.expose() },
            CustomerStep::Send { to, money } => {
                let uri = step.payment_uri();
                Self::Send {
                    address: to.address(),
                    network: to.network(),
                    memo: to.memo(),
                    money: money.as_ref().map(MoneyView::from),
                    payment_uri_note: uri.as_ref().and_then(PaymentUri::note),
                    payment_uri: uri.map(|uri| uri.to_string()),
                }
            }
            _ => Self::Nothing,
        }
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let checkout = group(gateway, gateway.checkout(), "checkout")?;
    let order = options.order()?;
    let checked = checkout.check(&order);
    checked.map_err(|invalid| Failure::refused(gateway, &invalid))?;
    let call = Move::begin(&session.tickets, checkout.ticket(&order, now()))?;
    let made = runtime()?.block_on(call.call(checkout.create(&order)));
    let made = made.map_err(|failure| failure.at(session.base_url(gateway)))?;
    call.printed(print(&made, session.json))
}

fn print(made: &CreatedCheckout, json: bool) -> std::io::Result<()> {
    if json {
        return output::json(&Made {
            payment: PaymentView::from(&made.payment),
            next: Next::from(&made.next),
        });
    }
    payment_view::print(&made.payment)?;
    say!("")?;
    match Next::from(&made.next) {
        Next::Visit { url } => say!("The customer pays at\n  {}", printable(url)),
        Next::Send {
            address,
            network,
            memo,
            money: _,
            payment_uri,
            payment_uri_note,
        } => {
            let (address, network) = (printable(address), printable(network));
            match &made.next {
                CustomerStep::Send {
                    money: Some(money), ..
                } => {
                    // Without the network of the asset, which is named once.
                    let (amount, coin) = (&money.amount, money.asset.symbol());
                    say!("The customer sends {amount} {coin} on {network} to\n  {address}")?;
                }
                _ => say!("The customer sends coins on {network} to\n  {address}")?,
            }
            if let Some(memo) = memo {
                say!("  with the memo {}", printable(memo))?;
            }
            if let Some(uri) = payment_uri {
                say!("or with a wallet that opens\n  {}", printable(&uri))?;
            }
            match payment_uri_note {
                Some(note) => say!("  ({note})"),
                None => Ok(()),
            }
        }
        Next::Nothing => {
            say!("There is nothing for the customer to do: the order cannot be paid now")
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Command;
    use payments_facade::checkout::CheckoutOptions;

    use super::{Args, Options, item};

    #[test]
    fn every_option_of_an_order_has_a_flag() {
        let command = Options::augment_args(Command::new("create"));
        for name in CheckoutOptions::NAMES {
            let found = command.get_arguments().any(|arg| arg.get_id() == *name);
            assert!(found, "no flag sets {name}");
        }
    }

    #[test]
    fn reads_items_with_a_name_and_a_price() {
        let two = item("tea = pot=19.01x2").unwrap();
        assert_eq!((two.name.as_str(), two.quantity), ("tea = pot", 2));
        assert_eq!(item("tea=1").unwrap().quantity, 1);
        for wrong in ["tea", "tea=", "tea=x2", "tea=1x", "tea=1x-1"] {
            assert!(item(wrong).is_err(), "{wrong}");
        }
    }
}
