//! A value for every option, and the text that proves at the provider that it arrived.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use payments_core::{Amount, Asset};
use payments_facade::checkout::Item;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::{CheckoutOrder, PayoutOrder};

use super::order::Order;

const CUSTOMER: &str = "conformance-customer";
pub(super) const NOTIFY_URL: &str = "https://shop.example/conformance-notify";
const SUCCESS_URL: &str = "https://shop.example/conformance-success";
const FAILURE_URL: &str = "https://shop.example/conformance-failure";
const TITLE: &str = "conformance title";
/// So little that every exchange yields more.
const MINIMUM: &str = "0.00012345";
const NOTE: &str = "conformance note";
const METADATA: &str = "conformance-metadata";
const ITEM: &str = "conformance item";
const EMAIL: &str = "conformance@shop.example";
const OTHER_ID: &str = "conformance-other-id";
const TOKEN: &str = "conformance-token";
const IP: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 99);

/// An order with one option added, and the proof that the option arrived.
#[derive(Debug)]
pub struct Probe {
    /// The order.
    pub order: Order,
    /// A text that [`Env::received`](super::Env::received) contains if and only if the option arrived. A trial also creates
    /// the order without the option and fails if the text occurs there.
    pub evidence: String,
}

/// Sets this option to a value that most providers accept. Returns `None` if the order has no such option.
///
/// The evidence of most options is the value itself. That is not specific enough for every provider: `valid_for` (`1800`
/// seconds), `language` (`ru-RU`), `country` (`ES`) and `pay_with` (`USDT`) often need an own [`Probe`].
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
    let evidence = evidence.to_owned();
    Some(Probe { order, evidence })
}

fn checkout(order: CheckoutOrder, option: &str) -> Option<(CheckoutOrder, &'static str)> {
    let items = vec![Item::new(ITEM, order.money().amount, 1)];
    Some(match option {
        "customer" => (order.customer(CUSTOMER), CUSTOMER),
        "notify_url" => (order.notify_url(NOTIFY_URL), NOTIFY_URL),
        "success_url" => (order.success_url(SUCCESS_URL), SUCCESS_URL),
        "failure_url" => (order.failure_url(FAILURE_URL), FAILURE_URL),
        "valid_for" => (order.valid_for(Duration::from_secs(1_800)), "1800"),
        "language" => (order.language("ru-RU"), "ru-RU"),
        "title" => (order.title(TITLE), TITLE),
        "items" => (order.items(items), ITEM),
        "metadata" => (order.metadata(METADATA), METADATA),
        "note" => (order.note(NOTE), NOTE),
        "pay_with" => (order.pay_with(Asset::new("USDT").ok()?), "USDT"),
        "country" => (order.country("ES"), "ES"),
        "email" => (order.email(EMAIL), EMAIL),
        "ip" => (order.ip(IpAddr::V4(IP)), "203.0.113.99"),
        "customer_other_id" => (order.customer_other_id(OTHER_ID), OTHER_ID),
        "customer_token" => (order.customer_token(TOKEN), TOKEN),
        "scene_type" => (order.scene_type(1001_u32), "1001"),
        _ => return None,
    })
}

fn payout(payout: PayoutOrder, option: &str) -> Option<(PayoutOrder, &'static str)> {
    Some(match option {
        "customer" => (payout.customer(CUSTOMER), CUSTOMER),
        "notify_url" => (payout.notify_url(NOTIFY_URL), NOTIFY_URL),
        "metadata" => (payout.metadata(METADATA), METADATA),
        "note" => (payout.note(NOTE), NOTE),
        "success_url" => (payout.success_url(SUCCESS_URL), SUCCESS_URL),
        "failure_url" => (payout.failure_url(FAILURE_URL), FAILURE_URL),
        _ => return None,
    })
}

fn exchange(order: ExchangeOrder, option: &str) -> Option<(ExchangeOrder, &'static str)> {
    match option {
        "customer" => Some((order.customer(CUSTOMER), CUSTOMER)),
        "minimum" => {
            let least = MINIMUM.parse::<Amount>().ok()?;
            Some((order.minimum(least), MINIMUM))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::MerchantRef;
    use payments_facade::{Fee, Money, Payee};

    #[test]
    fn every_option_has_a_sample() {
        let reference = MerchantRef::new("o-1").unwrap();
        let money = Money::of("10", "USDT").unwrap();
        let payee = Payee::Account("payee@shop.example".into());
        let bitcoin = Asset::new("BTC").unwrap();
        let orders = [
            Order::Checkout(CheckoutOrder::hosted(reference.clone(), money.clone())),
            Order::Payout(PayoutOrder::new(
                reference.clone(),
                payee,
                money.clone(),
                Fee::OnTop,
            )),
            Order::Exchange(ExchangeOrder::new(reference, money, bitcoin)),
        ];
        for order in orders {
            for option in order.op().all_options() {
                assert!(with_option(order.clone(), option).is_some(), "{option}");
            }
        }
    }
}
