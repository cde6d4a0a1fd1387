//! CCPayment, API v2.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use ccpayment_client::v2::codes::{self, Meaning};
use http::HeaderMap;
use payments_core::{Amount, Asset, Executor, MerchantRef, Refusal, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::ccpayment_v2::{CcpaymentV2, Config};
use payments_facade::checkout::CheckoutKind;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::payout::{PayeeKind, PixKey};
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_facade::{
    CheckoutOrder, Destination, Fee, Gateway, Money, Payee, PayoutOrder, network,
};
use payments_sandbox::{CcpaymentV2Deposit, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::ccpayment::Timestamp as Stamp;
use payments_signing::ccpayment::v2::Key;
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::fixture::Provider;
use crate::support::{fee_of_four, money, money_on};

/// With or without the query after a call that moves money.
pub(crate) struct CcpaymentV2Provider<const CONFIRMS: bool = true>;

const USDT: u64 = 1280;
/// The codes that the names of the provider's table do not explain, and "not found", which for a write names no value.
const UNEXPLAINED: [&str; 7] = [
    "10001", "11002", "11003", "14028", "15000", "17006", UNLISTED,
];
const UNLISTED: &str = "19999";

fn coins(amount: &str) -> Money {
    money_on(amount, "USDT", network::POLYGON)
}

fn dollars(amount: &str) -> Money {
    money(amount, "USD")
}

fn checkout(kind: CheckoutKind, reference: MerchantRef) -> CheckoutOrder {
    match kind {
        CheckoutKind::Hosted => CheckoutOrder::hosted(reference, dollars("25.50")),
        kind => CheckoutOrder::new(kind, reference, coins("25.50")),
    }
}

/// To a chain in XRP: the sandbox has no other coin with memos.
fn payout(kind: PayeeKind, fee: Fee, reference: MerchantRef) -> PayoutOrder {
    let (payee, symbol) = match kind {
        PayeeKind::Chain => {
            let address = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe";
            let to = Destination::with_memo(address, network::XRP, "1234567");
            (Payee::Chain(to.unwrap()), "XRP")
        }
        PayeeKind::Pix => {
            let key = PixKey::Email("ana@cliente.example".into());
            (Payee::Pix(key), "USDT")
        }
        _ => (Payee::Account("9454818".into()), "USDT"),
    };
    PayoutOrder::new(reference, payee, money("4", symbol), fee_of_four(fee))
}

fn config(sandbox: &Sandbox) -> Config {
    let test = &sandbox.credentials().ccpayment_v2;
    let base_url = format!("{}/ccpayment/v2/", sandbox.base_url());
    Config::new(base_url, &test.app_id, &test.app_secret).unwrap()
}

#[async_trait]
impl<const CONFIRMS: bool> Provider for CcpaymentV2Provider<CONFIRMS> {
    const NAME: &'static str = match CONFIRMS {
        true => "ccpayment v2",
        false => "ccpayment v2 without confirmation",
    };
    const GATEWAY: payments_sandbox::Gateway = payments_sandbox::Gateway::CCPAYMENT_V2;
    const PROOF: &'static [&'static str] = &["appid", "timestamp", "sign"];
    const REPORTS_EXPIRY: bool = false;
    const PREPARATIONS: &'static [&'static str] = &["/getCoinList", "/getFiatList"];
    const EXPIRY_SHOWS_AFTER: Duration = Duration::from_secs(60 * 60 + 1);

    const SUCCESS: &'static str = "10000";

    fn codes() -> Vec<&'static str> {
        let listed = codes::CODES.iter();
        listed.map(|row| row.code).chain([UNLISTED]).collect()
    }

    /// Answers are not signed.
    fn refusal(_sandbox: &Sandbox, code: &str) -> http::Response<Bytes> {
        let body = format!(r#"{{"code":{code},"msg":"no"}}"#);
        http::Response::new(Bytes::from(body))
    }

    /// The names of all others say why this call was refused, or that an earlier one has its reference.
    fn refuses(code: &str, _call: &str) -> bool {
        !UNEXPLAINED.contains(&code)
    }

    fn may_exist(code: &str) -> bool {
        let meaning = codes::find(code).map(|row| row.meaning);
        let of_state = Meaning::Refused(Refusal::State);
        meaning.is_some_and(|meaning| [Meaning::Duplicate, of_state].contains(&meaning))
    }

    fn ack() -> http::Response<Bytes> {
        ccpayment_client::v2::ack()
    }

    fn configure(builder: SandboxBuilder, webhook_url: &str) -> SandboxBuilder {
        builder.ccpayment_v2_webhook_url(webhook_url)
    }

    fn gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        let gateway = CcpaymentV2::new(account, &config(sandbox), executor).unwrap();
        Arc::new(match CONFIRMS {
            true => gateway,
            false => gateway.without_confirmation(),
        })
    }

    fn order(op: Op, reference: MerchantRef, _webhook_url: &str) -> Option<Order> {
        Some(match op {
            Op::Checkout(kind) => Order::Checkout(checkout(kind, reference)),
            Op::Payout(kind, fee) => Order::Payout(payout(kind, fee, reference)),
            Op::Exchange => {
                let target = Asset::new("POL").unwrap();
                let least: Amount = "300".parse().unwrap();
                let order = ExchangeOrder::new(reference, money("100", "USDT"), target);
                Order::Exchange(order.minimum(least))
            }
            _ => return None,
        })
    }

    /// The coin to pay with is sent as an id and a chain, and the time to pay as its end.
    fn with_option(order: Order, option: &str, now: Timestamp) -> Option<Probe> {
        match (order, option) {
            (Order::Checkout(order), "pay_with") if order.kind() == CheckoutKind::Native => {
                let order = CheckoutOrder::native(order.reference().clone(), dollars("25.50"));
                let tether = money_on("0", "USDT", network::TRON).asset;
                Some(Probe {
                    order: Order::Checkout(order.pay_with(tether)),
                    evidence: r#""chain":"TRX""#.to_owned(),
                })
            }
            (Order::Checkout(order), "valid_for") => {
                let probe = with_option(Order::Checkout(order), option)?;
                let evidence = format!("\"expiredAt\":{}", now.as_secs() + 1_800);
                Some(Probe { evidence, ..probe })
            }
            (order, _) => with_option(order, option),
        }
    }

    /// The payer of an invoice chooses a coin on its page; an order has one.
    async fn prepare_payment(sandbox: &Sandbox, reference: &str) {
        let _ = sandbox
            .ccpayment_v2_choose(reference, USDT, "POLYGON")
            .await;
    }

    async fn pay_risky(sandbox: &Sandbox, reference: &str) -> bool {
        sandbox.ccpayment_v2_risky(true);
        let paid = sandbox.pay(reference, None).await;
        sandbox.ccpayment_v2_risky(false);
        paid.is_ok()
    }

    /// Names this app, but is signed with another app's secret.
    fn foreign(sandbox: &Sandbox) -> Delivery {
        let app_id = sandbox.credentials().ccpayment_v2.app_id.as_str();
        let key = Key::new(app_id, Secret::new("another-secret").unwrap()).unwrap();
        let stamp = Stamp::from_secs(sandbox.clock().now_ms() / 1_000).unwrap();
        let body = r#"{"type":"ApiDeposit","msg":{"recordId":"20270115080000123456789012345678","orderId":"c000001",
            "coinId":1280,"coinSymbol":"USDT","status":"Success","isFlaggedAsRisky":false}}"#;
        let mut headers = HeaderMap::new();
        headers.insert("appid", app_id.parse().unwrap());
        headers.insert("timestamp", stamp.as_str().parse().unwrap());
        let sign = key.sign(stamp, body.as_bytes());
        headers.insert("sign", sign.as_str().parse().unwrap());
        Delivery::new(headers, Bytes::from(body))
    }

    /// A payment to a customer's permanent address.
    async fn pay_unknown_order(sandbox: &Sandbox, gateway: &dyn Gateway) -> bool {
        let Some((addresses, request)) = gateway.addresses().zip(Self::addresses_of(7)) else {
            return false;
        };
        let deposit = CcpaymentV2Deposit::new(request.customer(), USDT, "POLYGON", "25.5");
        addresses.get(&request).await.is_ok()
            && sandbox.ccpayment_v2_deposit(&deposit).await.is_ok()
    }

    fn addresses_of(customer: u32) -> Option<AddressRequest> {
        Some(AddressRequest::new(format!("customer-{customer}")).network(network::POLYGON))
    }

    /// Prices are in USDT, so only what a coin costs is exact.
    fn rate(_purpose: RatePurpose) -> Option<RateRequest> {
        let tether = Asset::new("USDT").unwrap();
        Some(RateRequest::getting(money("100", "POL"), tether))
    }

    fn operation(op: Op) -> &'static str {
        match op {
            Op::Checkout(CheckoutKind::Hosted) => "createInvoiceUrl",
            Op::Checkout(_) => "createAppOrderDepositAddress",
            Op::Payout(PayeeKind::Chain, _) => "applyAppWithdrawToNetwork",
            Op::Payout(..) => "applyAppWithdrawToCwallet",
            _ => "swap",
        }
    }

    fn query(op: Op) -> Option<&'static str> {
        CONFIRMS.then_some(match op {
            // Their answers are only confirmed when they were lost.
            Op::Checkout(CheckoutKind::Hosted) => "getInvoiceOrderInfo",
            Op::Checkout(_) => "getAppOrderInfo",
            Op::Payout(..) => "getAppWithdrawRecord",
            _ => "getSwapRecord",
        })
    }

    /// A record has the fee, and does not state who bore it.
    fn states_arrival(op: Op) -> bool {
        op != Op::Payout(PayeeKind::Chain, Fee::OnTop)
    }

    fn sends_webhook(op: Op) -> bool {
        !matches!(op, Op::Exchange | Op::Payout(PayeeKind::Account, _))
    }
}
