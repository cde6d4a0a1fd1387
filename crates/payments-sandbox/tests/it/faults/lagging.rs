//! Queries that answer as if nothing had happened since. They need two requests, so the test of all kinds has none of them.

use std::time::Duration;

use payments_sandbox::{Fault, FaultKind as Kind, Gateway};

use super::calls::{query_call, query_request};
use super::kinds::{End, Wire, data};
use crate::chainup_opay::merchant::Opay;
use crate::support::http::raw;

#[tokio::test]
async fn a_lagging_query_answers_what_it_answered_first() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for gateway in Gateway::ALL {
        let reference = gateway.as_str();
        super::send(&opay, gateway, reference).await.unwrap();
        let fault = Fault::after(gateway).kind(Kind::Lagging);
        let lasting = Duration::from_secs(60);
        sandbox
            .fault(fault.call(query_call(gateway)).lasting(lasting))
            .unwrap();
        let query = async || {
            let request = query_request(&opay, gateway, reference);
            let answer = raw(sandbox.local_addr(), request.as_bytes());
            let answer = answer.await.unwrap();
            let bytes = format!("{}\r\n\r\n{}", answer.head, answer.body).into_bytes();
            data(
                &opay,
                gateway,
                &Wire {
                    bytes,
                    end: End::Closed,
                },
            )
        };
        let before = query().await;
        sandbox.pay(reference, None).await.unwrap();
        assert_eq!(query().await, before, "{gateway:?}");
        sandbox.clock().advance(lasting);
        assert_ne!(query().await, before, "{gateway:?}");
    }
}

/// The last of the requests that meet a fault gets the first answer too.
#[tokio::test]
async fn a_lagging_query_can_be_limited_by_times() {
    let opay = Opay::open().await;
    let shop = &opay.shop;
    shop.create(&[]).await;
    let fault = || Fault::after(Gateway::CPAY).kind(Kind::Lagging);
    let once = shop.sandbox.fault(fault()).unwrap_err().to_string();
    assert!(once.contains("at least 2 times"), "{once}");
    let call = query_call(Gateway::CPAY);
    shop.sandbox.fault(fault().call(call).times(2)).unwrap();
    let query =
        async || shop.detail(&[("merchantTradeNo", "test114")]).await.json()["data"].clone();
    let before = query().await;
    shop.sandbox.pay("test114", None).await.unwrap();
    assert_eq!(query().await, before);
    assert_ne!(query().await, before);
}
