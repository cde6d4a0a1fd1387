//! Successes without a signature or with too few signed fields: plain order details and cancellations.
use chainup_opay_client::{OrderDetailMode, OrderStatus};
use payments_core::Kind;
use payments_core::scripted::ScriptedTransport;
use serde_json::json;

use crate::support::{self, NUMBER, answer, cancel, order, parse, query, recorded};

#[test]
fn accepts_a_plain_order_detail_in_plain_mode_only() {
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
    // In that mode an envelope is accepted too, but only with a valid signature.
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
    // Other calls do not accept it.
    let fault = plain
        .parse(&order(), &answer(body), support::now())
        .unwrap_err();
    assert_eq!(fault.kind(), Kind::Unverified);
}

#[test]
fn a_cancellation_without_a_signature_is_not_verified() {
    let signed = recorded(&cancel(), "cancel-order");
    // A signed text without an order number may belong to any answer.
    assert!(!signed.is_verified());
    let inside = support::fixture("wire/chainup_opay/cancel-order.inside.json");
    assert_eq!(
        signed.plaintext().unwrap().as_bytes(),
        inside.trim_ascii_end()
    );
    let unsigned = recorded(&cancel(), "cancel-order-unsigned");
    assert!(!unsigned.is_verified() && unsigned.plaintext().is_none());
}

/// Any other signed text may belong to another answer.
#[test]
fn a_cancellation_is_verified_only_with_this_order_and_closed() {
    let other = "0".repeat(32);
    for (inside, expected) in [
        (json!({"orderNum": NUMBER, "orderStatus": "0"}), Ok(true)),
        (json!({"orderNum": NUMBER, "orderStatus": 0}), Ok(true)),
        // The text of a `createThirdOrder` answer.
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
fn successes_count_under_status_200_only() {
    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let plain = support::with(&config, &ScriptedTransport::new());
    let detail = support::fixture("wire/chainup_opay/order-detail-plain.answer.json");
    for (status, is_success) in [
        (200, true),
        (201, false),
        (204, false),
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
        // The signature does not show to which request the answer belongs.
        let signed = support::fixture("wire/chainup_opay/order-detail.answer.json");
        let signed = plain.parse(&query(), &under(&signed), support::now());
        assert_eq!(signed.is_ok(), is_success, "{status}");
    }
}

/// One page of the provider shows the order without an envelope.
#[test]
fn in_plain_mode_the_order_may_be_the_answer_itself() {
    let order_json = support::fixture("wire/chainup_opay/order-detail-live.inside.json");
    let refused = parse(&query(), order_json.clone()).unwrap_err();
    assert_eq!(refused.kind(), Kind::Undecodable);

    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let plain = support::with(&config, &ScriptedTransport::new());
    let read = |body: Vec<u8>| plain.parse(&query(), &answer(body), support::now());
    let got = read(order_json.clone()).unwrap();
    assert_eq!(
        (got.coin.as_deref(), got.is_verified()),
        (Some("USDT1742"), false)
    );
    assert_eq!(got.plaintext().unwrap().as_bytes(), order_json);
    // Another object without a code is refused.
    let fault = read(br#"{"msg":"succ","data":{}}"#.to_vec()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    // So are other calls, and a failed server.
    let fault = plain
        .parse(&order(), &answer(order_json), support::now())
        .unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    let mut failed = answer(br#"{"status":500,"error":"Internal Server Error"}"#.to_vec());
    *failed.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    let fault = plain.parse(&query(), &failed, support::now()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Unavailable);
}
