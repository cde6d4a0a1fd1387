//! A call that moves money and a query at each gateway, as the bytes of requests.

use std::time::Duration;

use payments_sandbox::Gateway;
use serde_json::{Value, json};

use crate::ccpayment::merchant::{TRON_ADDRESS, USDT_TRC20, sign};
use crate::ccpayment_v2::merchant::sign as sign_v2;
use crate::chainup_opay::merchant::{Opay, order, path};
use crate::cpay::calls::{is_get, params};
use crate::support::http::{self, Answer, FORM, JSON};

/// A payout, at ChainUp an order.
pub(super) fn money_call(gateway: Gateway) -> &'static str {
    match gateway {
        Gateway::CHAINUP_OPAY => "createThirdOrder",
        Gateway::CCPAYMENT_V2 => "applyAppWithdrawToNetwork",
        _ => "withdraw",
    }
}

/// The query of what [`money_call`] made.
pub(super) fn query_call(gateway: Gateway) -> &'static str {
    match gateway {
        Gateway::CPAY => "getOrderDetail",
        Gateway::CHAINUP_OPAY => "orderDetail",
        Gateway::CCPAYMENT_V2 => "getAppWithdrawRecord",
        _ => "bill/info",
    }
}

/// The complete request for a payout (ChainUp: an order) with this reference.
pub(super) fn money_request(opay: &Opay, gateway: Gateway, reference: &str) -> String {
    let call = money_call(gateway);
    match gateway {
        Gateway::CPAY => {
            let params = params(call, &[("merchantTradeNo", reference)]);
            let (path, body) = (format!("/openapi/v1/{call}"), opay.shop.signed(&params));
            let address = opay.shop.sandbox.local_addr();
            http::request(address, "POST", &path, &[FORM], &body)
        }
        Gateway::CHAINUP_OPAY => enveloped(opay, call, &order(&json!({ "appOrderId": reference }))),
        Gateway::CCPAYMENT_V2 => signed(
            opay,
            gateway,
            call,
            &json!({
                "orderId": reference,
                "address": TRON_ADDRESS,
                "coinId": 1280,
                "chain": "TRX",
                "amount": "5",
            }),
        ),
        _ => signed(
            opay,
            gateway,
            call,
            &json!({
                "merchant_order_id": reference,
                "address": TRON_ADDRESS,
                "token_id": USDT_TRC20,
                "value": "5",
            }),
        ),
    }
}

/// The complete request for the state of an order that was made.
pub(super) fn query_request(opay: &Opay, gateway: Gateway, reference: &str) -> String {
    let call = query_call(gateway);
    match gateway {
        Gateway::CPAY => {
            let params = [("merchantId", "20003092"), ("merchantTradeNo", reference)];
            let path = format!("/openapi/v1/{call}?{}", opay.shop.signed(&params));
            http::request(opay.shop.sandbox.local_addr(), "GET", &path, &[], "")
        }
        Gateway::CHAINUP_OPAY => {
            let made = opay.shop.sandbox.order(reference).unwrap();
            enveloped(opay, call, &json!({ "orderNum": made.order_id }))
        }
        Gateway::CCPAYMENT_V2 => signed(opay, gateway, call, &json!({ "orderId": reference })),
        _ => signed(
            opay,
            gateway,
            call,
            &json!({ "merchant_order_ids": [reference] }),
        ),
    }
}

fn enveloped(opay: &Opay, call: &str, inside: &Value) -> String {
    let body = opay.fields(&inside.to_string()).to_string();
    let address = opay.shop.sandbox.local_addr();
    http::request(address, "POST", &path(call), &[JSON], &body)
}

fn signed(opay: &Opay, gateway: Gateway, call: &str, body: &Value) -> String {
    let sandbox = &opay.shop.sandbox;
    let all = sandbox.credentials();
    let body = body.to_string();
    let timestamp = (sandbox.clock().now_ms() / 1_000).to_string();
    let (version, app_id, sign) = if gateway == Gateway::CCPAYMENT_V2 {
        let account = &all.ccpayment_v2;
        let sign = sign_v2(&account.app_id, &account.app_secret, &timestamp, &body);
        ("v2", &account.app_id, sign)
    } else {
        let account = &all.ccpayment;
        let sign = sign(&account.app_id, &account.app_secret, &timestamp, &body);
        ("v1", &account.app_id, sign)
    };
    let headers = [
        JSON,
        ("Appid", app_id.as_str()),
        ("Timestamp", &timestamp),
        ("Sign", &sign),
    ];
    let path = format!("/ccpayment/{version}/{call}");
    http::request(sandbox.local_addr(), "POST", &path, &headers, &body)
}

/// A signed request to any call, without its fields.
pub(super) fn bare_request(opay: &Opay, gateway: Gateway, call: &str) -> String {
    match gateway {
        Gateway::CPAY => {
            let form = opay.shop.signed(&[("merchantId", "20003092")]);
            let (path, address) = (
                format!("/openapi/v1/{call}"),
                opay.shop.sandbox.local_addr(),
            );
            if is_get(call) {
                http::request(address, "GET", &format!("{path}?{form}"), &[], "")
            } else {
                http::request(address, "POST", &path, &[FORM], &form)
            }
        }
        Gateway::CHAINUP_OPAY => enveloped(opay, call, &json!({})),
        _ => signed(opay, gateway, call, &json!({})),
    }
}

/// Makes the payout. `None` if the connection closes without an answer.
pub(super) async fn send(opay: &Opay, gateway: Gateway, reference: &str) -> Option<Answer> {
    let request = money_request(opay, gateway, reference);
    http::raw(opay.shop.sandbox.local_addr(), request.as_bytes()).await
}

pub(super) fn success(gateway: Gateway) -> &'static str {
    match gateway {
        Gateway::CCPAYMENT | Gateway::CCPAYMENT_V2 => "10000",
        _ => "0",
    }
}

pub(super) async fn until(mut condition: impl FnMut() -> bool) {
    let met = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), met)
        .await
        .expect("the condition is met");
}
