//! ChainUp OPay.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chainup_opay_client::codes;
use http::HeaderMap;
use payments_core::{Date, Executor, Kind, MerchantRef, Outcome, Refusal, Timestamp};
use payments_facade::chainup_opay::{ChainupOpay, Config};
use payments_facade::{CheckoutOrder, Gateway, Money};
use payments_sandbox::{Sandbox, SandboxBuilder};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::fixture::Provider;
use crate::support::day;

pub(crate) struct ChainupOpayProvider;

#[async_trait]
impl Provider for ChainupOpayProvider {
    const NAME: &'static str = "chainup-opay";
    const GATEWAY: payments_sandbox::Gateway = payments_sandbox::Gateway::CHAINUP_OPAY;

    const SUCCESS: &'static str = "0";

    fn codes() -> Vec<&'static str> {
        let listed = codes::CODES.iter().map(|row| row.code);
        listed.chain(["99999"]).collect()
    }

    fn refusal(_sandbox: &Sandbox, code: &str) -> http::Response<Bytes> {
        let body = format!(r#"{{"code":"{code}","msg":"no"}}"#);
        http::Response::new(Bytes::from(body))
    }

    fn refuses(code: &str, call: &str) -> bool {
        codes::find(code)
            .is_some_and(|row| row.belongs_to(call) && row.outcome() == Outcome::NotApplied)
    }

    fn may_exist(code: &str) -> bool {
        let kind = codes::find(code).and_then(|row| row.kind);
        kind.is_some_and(|kind| [Kind::Duplicate, Kind::Refused(Refusal::State)].contains(&kind))
    }

    fn ack() -> http::Response<Bytes> {
        http::Response::new(Bytes::from_static(b"success"))
    }

    fn configure(builder: SandboxBuilder, _webhook_url: &str) -> SandboxBuilder {
        builder
    }

    fn gateway(sandbox: &Sandbox, account: &str, executor: Executor) -> Arc<dyn Gateway> {
        let test = &sandbox.credentials().chainup_opay;
        let config = Config::new(
            sandbox.base_url(),
            &test.app_id,
            &test.merchant_private_key,
            &test.platform_public_key,
        );
        Arc::new(ChainupOpay::new(account, &config.unwrap(), executor).unwrap())
    }

    fn order(op: Op, reference: MerchantRef, webhook_url: &str) -> Option<Order> {
        let Op::Checkout(kind) = op else { return None };
        let price = Money::of("10.50", "USDT1742").unwrap();
        let order = CheckoutOrder::new(kind, reference, price)
            .customer("22033390")
            .success_url("https://shop.example/return")
            .notify_url(webhook_url);
        Some(Order::Checkout(order))
    }

    /// A customer is the numeric id of a user of the exchange.
    fn with_option(order: Order, option: &str, _now: Timestamp) -> Option<Probe> {
        match (order, option) {
            (Order::Checkout(order), "customer") => Some(Probe {
                order: Order::Checkout(order.customer("22033391")),
                evidence: "22033391".to_owned(),
            }),
            // The payer of `order`, by the other id.
            (Order::Checkout(order), "customer_other_id") => Some(Probe {
                order: Order::Checkout(
                    order.customer_other_id("2ae04ed9165624419bad68e9e0f3f29fbd"),
                ),
                evidence: "2ae04ed9165624419bad68e9e0f3f29fbd".to_owned(),
            }),
            // The sandbox masks the value in its record.
            (order, "customer_token") => {
                let mut probe = with_option(order, option)?;
                probe.evidence = "\"token\"".to_owned();
                Some(probe)
            }
            (order, _) => with_option(order, option),
        }
    }

    /// Encrypted for this merchant, but not signed by the platform.
    fn foreign(sandbox: &Sandbox) -> Delivery {
        let test = &sandbox.credentials().chainup_opay;
        let keys = Keys::new(
            PrivateKey::parse(&test.merchant_private_key).unwrap(),
            PublicKey::parse(&test.merchant_public_key).unwrap(),
        );
        let inside = serde_json::json!({
            "outOrderId": "c000001", "orderNum": "1cbdc77d81874fadabe42ea485863d91",
            "orderStatus": "3", "payAmount": "10.50", "returnUrl": "https://shop.example/return",
        });
        let sealed = keys.seal(inside.to_string().as_bytes()).unwrap();
        let body = sealed.envelope(&test.app_id, sandbox.clock().now_ms());
        Delivery::new(HeaderMap::new(), Bytes::from(body))
    }

    /// Statements use days in UTC+8.
    fn statement_day(now: Timestamp) -> Option<Date> {
        Some(day(now, 8))
    }

    fn operation(_op: Op) -> &'static str {
        "createThirdOrder"
    }

    const SIGNS_ANSWERS: bool = true;
}
