//! What a call through `&dyn Gateway` costs over the same call of the typed client: both in one run, in turns.
//!
//! The transport answers from memory, so nothing hides the difference; over the sandbox it is what an application sees.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use cpay_client::{Client, CreateOrder, OrderQuery};
use payments_core::scripted::{FixedEntropy, ManualClock};
use payments_core::{Executor, MerchantRef, Transport, TransportError};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::layer::{RateLimited, RateLimiter};
use payments_facade::{CheckoutOrder, Gateway, Lookup, Money, standard_executor};
use payments_sandbox::Sandbox;

/// Answers every request the same way.
#[derive(Debug)]
struct Canned(&'static str);

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Ok(http::Response::new(Bytes::from_static(self.0.as_bytes())))
    }
}

const CREATED: &str = r#"{"code":0,"msg":"success","data":{"orderId":"2209141130105863014","merchantId":"20003092",
    "cryptoCurrency":"USDT","orderAmount":"10.50","receivedAmount":"10.50","merchantTradeNo":"order-1",
    "cashierURL":"https://cashier.cpay.ltd/payment?orderId=2209141130105863014&sign=ab","returnURL":"",
    "successURL":"","failURL":"","remark":"","extInfo":""},"traceid":"221117074719X9921729"}"#;

fn order(text: &str) -> (MerchantRef, Money) {
    (
        MerchantRef::new(text).unwrap(),
        Money::of("10.50", "USDT").unwrap(),
    )
}

async fn typed(client: &Client, text: &str) {
    let (reference, money) = order(text);
    let order = CreateOrder::new(reference, "customer-7", money.amount, "USDT");
    client.create_order(order).await.unwrap();
}

async fn facade(gateway: &dyn Gateway, text: &str) {
    let (reference, money) = order(text);
    let order = CheckoutOrder::hosted(reference, money).customer("customer-7");
    gateway.checkout().unwrap().create(&order).await.unwrap();
}

async fn typed_find(client: &Client, text: &str) {
    let query = OrderQuery::by_trade_no(MerchantRef::new(text).unwrap());
    client.order_detail(query).await.unwrap();
}

async fn facade_find(gateway: &dyn Gateway, text: &str) {
    let by = Lookup::Reference(MerchantRef::new(text).unwrap());
    gateway.checkout().unwrap().find(&by).await.unwrap();
}

/// How many times the typed call a call through the facade may take.
const TARGET: f64 = 1.10;

/// Rounds in turns, so that whatever else the machine does falls on both; the median round of each counts.
macro_rules! compare {
    ($name:literal, $rounds:expr, $calls:expr, $typed:expr, $facade:expr) => {{
        let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
        for _ in 0..$rounds {
            let start = Instant::now();
            for _ in 0..$calls {
                $typed.await;
            }
            times[0].push(start.elapsed() / $calls);
            let start = Instant::now();
            for _ in 0..$calls {
                $facade.await;
            }
            times[1].push(start.elapsed() / $calls);
        }
        let [typed, facade] = times.map(|mut rounds| {
            rounds.sort();
            rounds[rounds.len() / 2].as_nanos()
        });
        let ratio = facade as f64 / typed as f64;
        let mark = if ratio > TARGET { " over" } else { "" };
        println!(
            "{}: typed {typed} ns, facade {facade} ns, ratio {ratio:.3}, target {TARGET:.2}{mark}",
            $name
        );
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant").unwrap();
    let executor = Executor::new(
        Arc::new(Canned(CREATED)),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    );
    let gateway = Cpay::new("main", &config, executor).unwrap();
    let client = gateway.client().clone();
    compare!(
        "create, from memory",
        41,
        2_000,
        typed(&client, "order-1"),
        facade(&gateway, "order-1")
    );

    // With nothing to wait for: what the wrapper itself costs.
    let limited = RateLimited::new(gateway, RateLimiter::new(Arc::new(ManualClock::new())));
    compare!(
        "create through a wrapper, from memory",
        41,
        2_000,
        typed(&client, "order-1"),
        facade(&limited, "order-1")
    );

    let sandbox = Sandbox::builder().start().await.unwrap();
    let own = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &own.merchant_id, &own.secret).unwrap();
    let gateway = Cpay::new("main", &config, standard_executor().unwrap()).unwrap();
    let client = gateway.client().clone();
    typed(&client, "order-1").await;
    // A reference is taken once, so every call has its own.
    let mut made = 0_u32;
    let mut next = move || {
        made += 1;
        format!("made-{made}")
    };
    compare!(
        "create, over loopback",
        41,
        100,
        typed(&client, &next()),
        facade(&gateway, &next())
    );
    compare!(
        "find, over loopback",
        41,
        100,
        typed_find(&client, "order-1"),
        facade_find(&gateway, "order-1")
    );
}
