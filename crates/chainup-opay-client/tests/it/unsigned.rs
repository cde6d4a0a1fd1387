//! Successes that nobody signed, or whose signed text says too little: plain order details and cancellations.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use chainup_opay_client::{Call, CancelOrder, OrderDetailMode, OrderStatus};
use payments_core::scripted::ScriptedTransport;
use payments_core::{Fault, Kind};
use serde_json::json;
use support::{NUMBER, answer, client, number, order, query};

fn parse<C: Call>(call: &C, body: impl Into<bytes::Bytes>) -> Result<C::Output, Fault> {
    client().parse(call, &answer(body), support::now())
}

fn recorded<C: Call>(call: &C, name: &str) -> C::Output {
    let body = support::fixture(&format!("wire/chainup_opay/{name}.answer.json"));
    parse(call, body).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

fn cancel() -> CancelOrder {
    CancelOrder::new(number(NUMBER))
}

#[test]
fn a_plain_order_detail_is_taken_only_by_name() {
    let body = support::fixture("wire/chainup_opay/order-detail-plain.answer.json");
    let refused = parse(&query(), body.clone()).unwrap_err();
    assert_eq!(refused.kind(), Kind::Unverified);

    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let plain = support::with(&config, &ScriptedTransport::new());
    let got = plain
        .parse(&query(), &answer(body.clone()), support::now())
        .unwrap();
    assert!(!got.is_verified());
    assert_eq!(
        (&got.status, got.coin.as_deref()),
        (&OrderStatus::Pending, Some("USDT1742"))
    );
    // An envelope is read in that mode as well, and only with its signature.
    let sealed = support::fixture("wire/chainup_opay/order-detail.answer.json");
    assert!(
        plain
            .parse(&query(), &answer(sealed), support::now())
            .unwrap()
            .is_verified()
    );
    let unsigned = json!({"code": 0, "data": support::json("wire/chainup_opay/order-detail.answer.json")["data"]});
    let fault = plain.parse(&query(), &answer(unsigned.to_string()), support::now());
    assert_eq!(fault.unwrap_err().kind(), Kind::Unverified);
    // No other call takes it.
    let fault = plain
        .parse(&order(), &answer(body), support::now())
        .unwrap_err();
    assert_eq!(fault.kind(), Kind::Unverified);
}

#[test]
fn a_cancellation_may_come_without_a_signature_and_says_so() {
    let signed = recorded(&cancel(), "cancel-order");
    // A signed text that names no order could be that of any answer.
    assert!(!signed.is_verified());
    let inside = support::fixture("wire/chainup_opay/cancel-order.inside.json");
    assert_eq!(
        signed.plaintext().unwrap().as_bytes(),
        inside.trim_ascii_end()
    );
    let unsigned = recorded(&cancel(), "cancel-order-unsigned");
    assert!(!unsigned.is_verified() && unsigned.plaintext().is_none());
}

/// Only what names this order and says that it is closed cannot be the text of another answer.
#[test]
fn a_signed_cancellation_must_be_that_of_this_order() {
    let other = "0".repeat(32);
    for (inside, expected) in [
        (json!({"orderNum": NUMBER, "orderStatus": "0"}), Ok(true)),
        (json!({"orderNum": NUMBER, "orderStatus": 0}), Ok(true)),
        // That of `createThirdOrder`.
        (json!({"orderNum": NUMBER}), Ok(false)),
        (json!({"orderStatus": "0"}), Ok(false)),
        (json!({"note": "cancelled"}), Ok(false)),
        (json!([]), Ok(false)),
        (json!([NUMBER, "0"]), Ok(false)),
        (
            json!({"orderNum": other, "orderStatus": "0"}),
            Err(Kind::Integrity),
        ),
        (json!({"orderNum": other}), Err(Kind::Integrity)),
        (
            json!({"orderNum": NUMBER, "orderStatus": "3"}),
            Err(Kind::Undecodable),
        ),
        (json!({"orderStatus": "1"}), Err(Kind::Undecodable)),
        (json!({"orderNum": [NUMBER]}), Err(Kind::Undecodable)),
    ] {
        let got = parse(&cancel(), support::sealed(&inside.to_string()));
        let got = got.map(|receipt| {
            assert_eq!(receipt.order_num.as_str(), NUMBER);
            assert!(receipt.plaintext().is_some());
            receipt.is_verified()
        });
        assert_eq!(got.map_err(|fault| fault.kind()), expected, "{inside}");
    }
}

#[test]
fn what_nobody_signed_counts_only_under_a_status_of_success() {
    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let plain = support::with(&config, &ScriptedTransport::new());
    let detail = support::fixture("wire/chainup_opay/order-detail-plain.answer.json");
    for (status, is_success) in [
        (200, true),
        (204, true),
        (302, false),
        (403, false),
        (502, false),
    ] {
        let under = |body: &[u8]| {
            let mut answer = answer(body.to_vec());
            *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
            answer
        };
        let cancelled = plain.parse(&cancel(), &under(br#"{"code":0}"#), support::now());
        assert_eq!(cancelled.is_ok(), is_success, "{status}");
        let detail = plain.parse(&query(), &under(&detail), support::now());
        assert_eq!(detail.is_ok(), is_success, "{status}");
        // A signature counts under every status.
        let signed = support::fixture("wire/chainup_opay/order-detail.answer.json");
        assert!(
            plain
                .parse(&query(), &under(&signed), support::now())
                .is_ok()
        );
    }
}

/// One page of the provider shows the order's object as the whole answer.
#[test]
fn a_plain_order_detail_may_be_the_whole_answer() {
    let whole = support::fixture("wire/chainup_opay/order-detail-live.inside.json");
    let refused = parse(&query(), whole.clone()).unwrap_err();
    assert_eq!(refused.kind(), Kind::Undecodable);

    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let plain = support::with(&config, &ScriptedTransport::new());
    let read = |body: Vec<u8>| plain.parse(&query(), &answer(body), support::now());
    let got = read(whole.clone()).unwrap();
    assert_eq!(
        (got.coin.as_deref(), got.is_verified()),
        (Some("USDT1742"), false)
    );
    assert_eq!(got.plaintext().unwrap().as_bytes(), whole);
    // Something else without a code is no order.
    let fault = read(br#"{"msg":"succ","data":{}}"#.to_vec()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    // Nor is it one for any other call, or for a server that failed.
    let fault = plain
        .parse(&order(), &answer(whole), support::now())
        .unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    let mut failed = answer(br#"{"status":500,"error":"Internal Server Error"}"#.to_vec());
    *failed.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    let fault = plain.parse(&query(), &failed, support::now()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Unavailable);
}
