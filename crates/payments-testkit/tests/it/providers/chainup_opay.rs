//! ChainUp OPay.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::Date;
use payments_core::{Clock as _, Executor, MerchantRef};
use payments_facade::chainup_opay::{ChainupOpay, Config};
use payments_facade::{CheckoutOrder, Gateway, Money};
use payments_sandbox::{Sandbox, SandboxBuilder};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};
use payments_testkit::conformance::{Delivery, Op, Order, Probe, with_option};

use super::world::{Party, World, civil};

pub(crate) struct ChainupOpayParty;

/// One character of the answer's signature becomes another one.
fn spoil(answer: &mut http::Response<Bytes>, number: u64) {
    let mut body = answer.body().to_vec();
    let name = b"\"sign\":\"";
    let Some(at) = body.windows(name.len()).position(|part| part == name) else {
        return;
    };
    let place = at + name.len() + usize::try_from(number % 300).unwrap();
    body[place] = if body[place] == b'A' { b'B' } else { b'A' };
    *answer.body_mut() = Bytes::from(body);
}

#[async_trait]
impl Party for ChainupOpayParty {
    const NAME: &'static str = "chainup-opay";

    fn ack() -> http::Response<Bytes> {
        http::Response::new(Bytes::from_static(b"success"))
    }

    fn settings(builder: SandboxBuilder, _hook: &str) -> SandboxBuilder {
        builder
    }

    fn gateway(sandbox: &Sandbox, executor: Executor) -> Arc<dyn Gateway> {
        let test = &sandbox.credentials().chainup_opay;
        let config = Config::new(
            sandbox.base_url(),
            &test.app_id,
            &test.merchant_private_key,
            &test.platform_public_key,
        );
        Arc::new(ChainupOpay::new("main", &config.unwrap(), executor).unwrap())
    }

    fn order(op: Op, reference: MerchantRef, hook: &str) -> Option<Order> {
        let Op::Checkout(kind) = op else { return None };
        let price = Money::of("10.50", "USDT1742").unwrap();
        let order = CheckoutOrder::new(kind, reference, price)
            .customer("22033390")
            .success_url("https://shop.example/return")
            .notify_url(hook);
        Some(Order::Checkout(order))
    }

    /// Customers are users of the exchange.
    fn with_option(order: Order, option: &str) -> Option<Probe> {
        match (order, option) {
            (Order::Checkout(order), "customer") => Some(Probe {
                order: Order::Checkout(order.customer("22033391")),
                evidence: Some("22033391".to_owned()),
            }),
            (order, _) => with_option(order, option),
        }
    }

    /// Encrypted to this merchant, and signed by somebody who is not the platform.
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

    /// Days are those of UTC+8.
    async fn statement_day(world: &World<Self>) -> Option<Date> {
        let days = (world.clock.now().as_secs() + 8 * 3_600) / 86_400;
        Some(civil(days))
    }

    fn call(_op: Op) -> &'static str {
        "createThirdOrder"
    }

    const SPOIL: Option<fn(&mut http::Response<Bytes>, u64)> = Some(spoil);
}
