//! A value for every option, and the text by which it is recognised at the other end.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use payments_core::Asset;

use super::env::Probe;
use super::order::Order;
use payments_facade::checkout::Item;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::{CheckoutOrder, Money, PayoutOrder};

const CUSTOMER: &str = "conformance-customer";
const NOTIFY: &str = "https://shop.example/conformance-notify";
const SUCCESS: &str = "https://shop.example/conformance-success";
const FAILURE: &str = "https://shop.example/conformance-failure";
const TEXT: &str = "conformance text";
const METADATA: &str = "conformance-metadata";
const ITEM: &str = "conformance item";
const EMAIL: &str = "conformance@shop.example";
const IP: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 99);

/// The order with this option set to a value that nearly every provider takes. None for an option it does not have.
#[must_use]
pub fn with_option(order: Order, option: &str) -> Option<Probe> {
    let (order, evidence) = match order {
        Order::Checkout(order) => {
            let (order, evidence) = checkout(order, option)?;
            (Order::Checkout(order), evidence)
        }
        Order::Payout(payout) => {
            let (payout, evidence) = self::payout(payout, option)?;
            (Order::Payout(payout), evidence)
        }
        Order::Exchange(order) => {
            let (order, evidence) = exchange(order, option)?;
            (Order::Exchange(order), evidence)
        }
    };
    let evidence = evidence.map(str::to_owned);
    Some(Probe { order, evidence })
}

fn checkout(order: CheckoutOrder, option: &str) -> Option<(CheckoutOrder, Option<&'static str>)> {
    let items = vec![item(order.money())];
    Some(match option {
        "customer" => (order.customer(CUSTOMER), Some(CUSTOMER)),
        "notify_url" => (order.notify_url(NOTIFY), Some(NOTIFY)),
        "success_url" => (order.success_url(SUCCESS), Some(SUCCESS)),
        "failure_url" => (order.failure_url(FAILURE), Some(FAILURE)),
        "valid_for" => (order.valid_for(Duration::from_secs(1_800)), None),
        "language" => (order.language("en"), Some("en")),
        "title" => (order.title(TEXT), Some(TEXT)),
        "items" => (order.items(items), Some(ITEM)),
        "metadata" => (order.metadata(METADATA), Some(METADATA)),
        "note" => (order.note(TEXT), Some(TEXT)),
        "pay_with" => (order.pay_with(Asset::new("USDT").ok()?), None),
        "country" => (order.country("ES"), Some("ES")),
        "email" => (order.email(EMAIL), Some(EMAIL)),
        "ip" => (order.ip(IpAddr::V4(IP)), Some("203.0.113.99")),
        _ => return None,
    })
}

fn payout(payout: PayoutOrder, option: &str) -> Option<(PayoutOrder, Option<&'static str>)> {
    Some(match option {
        "customer" => (payout.customer(CUSTOMER), Some(CUSTOMER)),
        "notify_url" => (payout.notify_url(NOTIFY), Some(NOTIFY)),
        "metadata" => (payout.metadata(METADATA), Some(METADATA)),
        "note" => (payout.note(TEXT), Some(TEXT)),
        _ => return None,
    })
}

fn exchange(order: ExchangeOrder, option: &str) -> Option<(ExchangeOrder, Option<&'static str>)> {
    match option {
        "customer" => Some((order.customer(CUSTOMER), Some(CUSTOMER))),
        _ => None,
    }
}

/// All that is paid for, in one line.
fn item(money: &Money) -> Item {
    Item::new(ITEM, money.amount, 1)
}
