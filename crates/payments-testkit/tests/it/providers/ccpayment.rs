//! CCPayment, API v1.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Asset, Executor, MerchantRef};
use payments_facade::address::AddressRequest;
use payments_facade::ccpayment::{Ccpayment, Config};
use payments_facade::checkout::CheckoutKind;
use payments_facade::payout::{PayeeKind, PixKey};
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_facade::{CheckoutOrder, Fee, Gateway, Money, Payee, PayoutOrder, network};
use payments_sandbox::{CcpaymentInvoice, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::ccpayment::{Key, Timestamp};
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::fixture::Provider;
use crate::support::{fee_of_four, money, money_on, tron_payee};

pub(crate) struct CcpaymentProvider;

const USDT_TRON: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
const USDT_ETHEREUM: &str = "264f4725-3cfd-4ff6-bc80-ff9d799d5fb2";

fn coins(amount: &str) -> Money {
    money_on(amount, "USDT", network::TRON)
}

fn usdt() -> Asset {
    coins("0").asset
}

fn usdt_on_ethereum() -> Asset {
    money_on("0", "USDT", network::ETHEREUM).asset
}

fn dollars(amount: &str) -> Money {
    money(amount, "USD")
}

fn checkout(kind: CheckoutKind, reference: MerchantRef) -> CheckoutOrder {
    match kind {
        CheckoutKind::Hosted => CheckoutOrder::hosted(reference, dollars("25.50")).title("Teapot"),
        kind => CheckoutOrder::new(kind, reference, coins("25.50")),
    }
}

fn payout(kind: PayeeKind, fee: Fee, reference: MerchantRef) -> PayoutOrder {
    let payee = match kind {
        PayeeKind::Chain => tron_payee(),
        PayeeKind::Pix => Payee::Pix(PixKey::Email("ana@cliente.example".into())),
        _ => Payee::Account("9558861".into()),
    };
    PayoutOrder::new(reference, payee, coins("4"), fee_of_four(fee))
}

fn without_tokens(sandbox: &Sandbox, account: &str, executor: Executor) -> Ccpayment {
    let test = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = Config::new(base_url, &test.app_id, &test.app_secret).unwrap();
    Ccpayment::new(account, &config, executor).unwrap()
}

#[async_trait]
impl Provider for CcpaymentProvider {
    const NAME: &'static str = "ccpayment";
    const GATEWAY: payments_sandbox::Gateway = payments_sandbox::Gateway::CCPAYMENT;
    const PROOF: &'static [&'static str] = &["appid", "timestamp", "sign"];
    const REPORTS_EXPIRY: bool = false;
    const PREPARATIONS: &'static [&'static str] = &["/coin/all"];
    const SIGNS_ANSWERS: bool = true;
    const STAMPS_ANSWERS: bool = true;

    const SUCCESS: &'static str = "10000";

    fn codes() -> Vec<&'static str> {
        let listed = ccpayment_client::v1::codes::CODES
            .iter()
            .map(|row| row.code);
        listed.chain(["11006"]).collect()
    }

    /// Signed, so that only the status makes a difference.
    fn refusal(sandbox: &Sandbox, code: &str) -> http::Response<Bytes> {
        let test = &sandbox.credentials().ccpayment;
        let key = Key::new(&test.app_id, Secret::new(&*test.app_secret).unwrap()).unwrap();
        let stamp = Timestamp::from_secs(sandbox.clock().now_ms() / 1_000).unwrap();
        let body = format!(r#"{{"code":{code},"msg":"no","data":null}}"#);
        let sign = key.sign(stamp, body.as_bytes());
        http::Response::builder()
            .header("Appid", &test.app_id)
            .header("Timestamp", stamp.as_str())
            .header("Sign", sign.as_str())
            .body(Bytes::from(body))
            .unwrap()
    }

    /// No code proves that a write had no effect.
    fn refuses(_code: &str, _call: &str) -> bool {
        false
    }

    fn ack() -> http::Response<Bytes> {
        ccpayment_client::v1::ack()
    }

    fn configure(builder: SandboxBuilder, webhook_url: &str) -> SandboxBuilder {
        builder.ccpayment_webhook_url(webhook_url)
    }

    /// The tokens are configured, so that the first request of a call is the one that creates the order.
    fn gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        let gateway = without_tokens(sandbox, account, executor);
        let gateway = gateway.with_token(&usdt(), USDT_TRON).unwrap();
        let gateway = gateway.with_token(&usdt_on_ethereum(), USDT_ETHEREUM);
        Arc::new(gateway.unwrap())
    }

    fn preparing_gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        Arc::new(without_tokens(sandbox, account, executor))
    }

    fn order(op: Op, reference: MerchantRef, _webhook_url: &str) -> Option<Order> {
        Some(match op {
            Op::Checkout(kind) => Order::Checkout(checkout(kind, reference)),
            Op::Payout(kind, fee) => Order::Payout(payout(kind, fee, reference)),
            _ => return None,
        })
    }

    /// `pay_with` requires a price in a fiat currency, and is sent as a token id.
    fn with_option(order: Order, option: &str, _now: payments_core::Timestamp) -> Option<Probe> {
        match (order, option) {
            (Order::Checkout(order), "pay_with") if order.kind() == CheckoutKind::Native => {
                let order = CheckoutOrder::native(order.reference().clone(), dollars("25.50"));
                Some(Probe {
                    order: Order::Checkout(order.pay_with(usdt_on_ethereum())),
                    evidence: USDT_ETHEREUM.to_owned(),
                })
            }
            (Order::Checkout(order), "valid_for") => {
                let probe = with_option(Order::Checkout(order), option)?;
                let evidence = "\"order_valid_period\":1800".to_owned();
                Some(Probe { evidence, ..probe })
            }
            (order, _) => with_option(order, option),
        }
    }

    /// Names this app, but is signed with another app's secret.
    fn foreign(sandbox: &Sandbox) -> Delivery {
        let app_id = sandbox.credentials().ccpayment.app_id.as_str();
        let key = Key::new(app_id, Secret::new("another-secret").unwrap()).unwrap();
        let stamp = Timestamp::from_secs(sandbox.clock().now_ms() / 1_000).unwrap();
        let body = r#"{"pay_status":"success","order_type":"API Deposit","record_id":"20230322","order_id":"202303",
            "extend":{"merchant_order_id":"c000001"},"paid_amount":"25.50","crypto":"USDT","chain":"TRX"}"#;
        let mut headers = HeaderMap::new();
        headers.insert("appid", app_id.parse().unwrap());
        headers.insert("timestamp", stamp.as_str().parse().unwrap());
        let sign = key.sign(stamp, body.as_bytes());
        headers.insert("sign", sign.as_str().parse().unwrap());
        Delivery::new(headers, Bytes::from(body))
    }

    async fn pay_unknown_order(sandbox: &Sandbox, _gateway: &dyn Gateway) -> bool {
        let invoice = CcpaymentInvoice::new("ana@cliente.example", USDT_TRON, "5");
        match sandbox.ccpayment_invoice(&invoice).await {
            Ok(order) => sandbox.pay(&order.order_id, None).await.is_ok(),
            Err(_) => false,
        }
    }

    fn addresses_of(customer: u32) -> Option<AddressRequest> {
        Some(AddressRequest::new(format!("customer-{customer}")).network(network::TRON))
    }

    fn rate(purpose: RatePurpose) -> Option<RateRequest> {
        let request = RateRequest::spending(dollars("100"), usdt());
        Some(match purpose {
            RatePurpose::Card => request.by_card(),
            _ => request,
        })
    }

    fn operation(op: Op) -> &'static str {
        match op {
            Op::Checkout(CheckoutKind::Hosted) => "concise/url/get",
            Op::Checkout(_) => "bill/create",
            _ => "withdraw",
        }
    }
}
