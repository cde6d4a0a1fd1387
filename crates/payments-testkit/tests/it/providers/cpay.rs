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
use payments_facade::{CheckoutOrder, Fee, Gateway, Payee, PayoutOrder};
use payments_sandbox::{Deposit, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::cpay::Key;
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::fixture::Provider;
use crate::support::{fee_of_four, money, tron_payee};

pub(crate) struct CpayProvider;

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
    let (payee, money) = match kind {
        PayeeKind::Chain => (tron_payee(), money("4", "USDT")),
        PayeeKind::Pix => {
            let key = PixKey::Email("ana@cliente.example".into());
            (Payee::Pix(key), money("5.00", "BRL"))
        }
        _ => (
            Payee::Account("ana@cliente.example".into()),
            money("5.00", "USDT"),
        ),
    };
    PayoutOrder::new(reference, payee, money, fee_of_four(fee)).customer("customer-7")
}

#[async_trait]
impl Provider for CpayProvider {
    const NAME: &'static str = "cpay";
    const GATEWAY: payments_sandbox::Gateway = payments_sandbox::Gateway::CPAY;

    const SUCCESS: &'static str = "0";

    fn codes() -> Vec<&'static str> {
        let listed = cpay_client::codes::CODES.iter().map(|row| row.code);
        listed.chain(["90759999"]).collect()
    }

    fn refusal(_sandbox: &Sandbox, code: &str) -> http::Response<Bytes> {
        let body = format!(r#"{{"code":{code},"msg":"no","data":{{}},"traceid":"t-1"}}"#);
        http::Response::new(Bytes::from(body))
    }

    fn refuses(code: &str, call: &str) -> bool {
        code == "90751002" || (code == "90751015" && call == "pay_by_card")
    }

    fn ack() -> http::Response<Bytes> {
        cpay_client::ack()
    }

    fn configure(builder: SandboxBuilder, webhook_url: &str) -> SandboxBuilder {
        builder.cpay_callback_url(webhook_url)
    }

    fn gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        let test = &sandbox.credentials().cpay;
        let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap();
        Arc::new(Cpay::new(account, &config, executor).unwrap())
    }

    fn order(op: Op, reference: MerchantRef, _webhook_url: &str) -> Option<Order> {
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

    /// The provider misspells the name of the language's field.
    fn with_option(order: Order, option: &str) -> Option<Probe> {
        let mut probe = with_option(order, option)?;
        if option == "language" {
            probe.evidence = "lanuage=ru-RU".to_owned();
        }
        Some(probe)
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

    async fn pay_unknown_order(sandbox: &Sandbox) -> bool {
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

    fn operation(op: Op) -> &'static str {
        match op {
            Op::Checkout(CheckoutKind::CardPage) => "createOrderByCreditCard",
            Op::Checkout(_) => "createOrder",
            Op::Payout(PayeeKind::Chain, _) => "withdraw",
            Op::Payout(..) => "createFiatPayoutOrder",
            _ => "exchange",
        }
    }
}
