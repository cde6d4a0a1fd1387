//! C-Pay.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Asset, Executor, MerchantRef};
use payments_facade::address::AddressRequest;
use payments_facade::checkout::{CheckoutKind, Item};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::payout::{PayeeKind, PixKey};
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_facade::{
    CheckoutOrder, Destination, Fee, Gateway, Money, Payee, PayoutOrder, network,
};
use payments_sandbox::{Deposit, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::cpay::Key;
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::world::Party;

pub(crate) struct CpayParty;

fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

fn checkout(kind: CheckoutKind, reference: MerchantRef) -> CheckoutOrder {
    match kind {
        CheckoutKind::CardPage => {
            let price = money("19.01", "EUR");
            let items = vec![Item::new("macBook", price.amount, 1)];
            CheckoutOrder::card_page(reference, price)
                .customer("customer-7")
                .items(items)
                .country("PT")
                .email("ana@cliente.example")
                .ip(IpAddr::from([203, 0, 113, 7]))
        }
        kind => CheckoutOrder::new(kind, reference, money("10.50", "USDT")).customer("customer-7"),
    }
}

fn payout(kind: PayeeKind, fee: Fee, reference: MerchantRef) -> PayoutOrder {
    let fee = match fee {
        Fee::Split { .. } => Fee::Split {
            arrives: "3".parse().unwrap(),
        },
        fee => fee,
    };
    let (payee, money) = match kind {
        PayeeKind::Chain => {
            let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
            (Payee::Chain(to.unwrap()), money("4", "USDT"))
        }
        PayeeKind::Pix => {
            let key = PixKey::Email("ana@cliente.example".into());
            (Payee::Pix(key), money("5.00", "BRL"))
        }
        _ => (
            Payee::Account("ana@cliente.example".into()),
            money("5.00", "USDT"),
        ),
    };
    PayoutOrder::new(reference, payee, money, fee).customer("customer-7")
}

#[async_trait]
impl Party for CpayParty {
    const NAME: &'static str = "cpay";

    fn ack() -> http::Response<Bytes> {
        cpay_client::ack()
    }

    fn settings(builder: SandboxBuilder, hook: &str) -> SandboxBuilder {
        builder.cpay_callback_url(hook)
    }

    fn gateway(sandbox: &Sandbox, executor: Executor) -> Arc<dyn Gateway> {
        let test = &sandbox.credentials().cpay;
        let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap();
        Arc::new(Cpay::new("main", &config, executor).unwrap())
    }

    fn order(op: Op, reference: MerchantRef, _hook: &str) -> Option<Order> {
        Some(match op {
            Op::Checkout(kind) => Order::Checkout(checkout(kind, reference)),
            Op::Payout(kind, fee) => Order::Payout(payout(kind, fee, reference)),
            Op::Exchange => {
                let bitcoin = Asset::new("BTC").unwrap();
                let order = ExchangeOrder::new(reference, money("9", "USDT"), bitcoin);
                Order::Exchange(order.customer("customer-7"))
            }
            _ => return None,
        })
    }

    /// The languages are those of its table.
    fn with_option(order: Order, option: &str) -> Option<Probe> {
        let (order, evidence) = match (order, option) {
            (Order::Checkout(order), "language") => {
                (Order::Checkout(order.language("ru-RU")), "lanuage=ru-RU")
            }
            (order, _) => return with_option(order, option),
        };
        Some(Probe {
            order,
            evidence: Some(evidence.to_owned()),
        })
    }

    /// Signed for this merchant with another merchant's secret.
    fn foreign(sandbox: &Sandbox) -> Delivery {
        let merchant = sandbox.credentials().cpay.merchant_id.clone();
        let fields = [
            ("merchantId", merchant.as_str()),
            ("merchantTradeNo", "c000001"),
            ("orderId", "2209141130105863014"),
            ("orderStatus", "14"),
            ("actualAmount", "10"),
            ("receivedAmount", "10"),
            ("cryptoCurrency", "USDT"),
        ];
        let key = Key::new(Secret::new("another-secret").unwrap());
        let sign = key.sign(fields).unwrap();
        let mut object: serde_json::Map<String, serde_json::Value> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        object.insert("sign".to_owned(), sign.as_str().into());
        let body = serde_json::to_vec(&object).unwrap();
        Delivery::new(HeaderMap::new(), Bytes::from(body))
    }

    async fn strange(sandbox: &Sandbox) -> bool {
        let deposit = Deposit::new("customer-7", "USDT", "TRON", "25.5");
        sandbox.deposit(&deposit).await.is_ok()
    }

    fn addresses_of(customer: u32) -> Option<AddressRequest> {
        Some(AddressRequest::new(format!("customer-{customer}")))
    }

    fn rate(purpose: RatePurpose) -> Option<RateRequest> {
        let request = RateRequest::spending(money("100", "USD"), Asset::new("USDT").unwrap());
        Some(match purpose {
            RatePurpose::Card => request.by_card(),
            _ => request,
        })
    }

    fn call(op: Op) -> &'static str {
        match op {
            Op::Checkout(CheckoutKind::CardPage) => "createOrderByCreditCard",
            Op::Checkout(_) => "createOrder",
            Op::Payout(PayeeKind::Chain, _) => "withdraw",
            Op::Payout(..) => "createFiatPayoutOrder",
            _ => "exchange",
        }
    }
}
