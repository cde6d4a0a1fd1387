//! The JSON under `/_sandbox`: whatever a program sends, it is answered in JSON, a refusal is a sentence, and afterwards every order
//! and balance can still be read.

use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, StatusCode};
use payments_core::Amount;
use payments_sandbox::Sandbox;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::requests::{self, path_and_body};

/// Beyond it, a clock that every input may advance is replaced.
const LATEST_MS: u64 = 2 * requests::NOW_MS;

/// The path in the first line, and the JSON after it.
pub(crate) fn call(input: &[u8]) -> bool {
    static SANDBOX: LazyLock<Mutex<(Runtime, Sandbox)>> = LazyLock::new(|| {
        let runtime = requests::runtime();
        let sandbox = runtime.block_on(started());
        Mutex::new((runtime, sandbox))
    });
    let Some((path, body)) = path_and_body(input) else {
        return false;
    };
    let request = Request::post(path).header("Content-Type", "application/json");
    let Ok(request) = request.body(Bytes::copy_from_slice(body)) else {
        return false;
    };
    // The calls of the gateways have their own targets, and an empty sandbox refuses everything.
    let call = request.uri().path().strip_prefix("/_sandbox/");
    if call.is_none_or(|call| call.is_empty() || call == "reset") {
        return false;
    }
    let mut sandbox = SANDBOX.lock().unwrap_or_else(PoisonError::into_inner);
    let (runtime, sandbox) = &mut *sandbox;
    runtime.block_on(async {
        if sandbox.clock().now_ms() > LATEST_MS {
            *sandbox = started().await;
        }
        let answer = requests::answer(sandbox, request).await;
        assert!(!answer.status().is_server_error(), "{answer:?}");
        let json: Value = serde_json::from_slice(answer.body()).unwrap();
        let is_done = answer.status().is_success();
        let sentence = json.get("error").and_then(Value::as_str);
        let is_sentence = sentence.is_some_and(|text| !text.is_empty() && !text.contains('\n'));
        assert!(is_done || is_sentence, "{json}");
        if is_done {
            can_be_read(sandbox).await;
            // What one input did must not decide what the next one meets.
            sandbox.reset();
            make_orders(sandbox).await;
        }
        is_done
    })
}

async fn started() -> Sandbox {
    let sandbox = requests::sandbox().start().await.unwrap();
    make_orders(&sandbox).await;
    sandbox
}

/// The orders and payouts of the recorded requests.
async fn make_orders(sandbox: &Sandbox) {
    const CALLS: [&str; 6] = [
        "/createOrder",
        "/createThirdOrder",
        "/bill/create",
        "/withdraw",
        "/createAppOrderDepositAddress",
        "/applyAppWithdrawToNetwork",
    ];
    let makes_one = |path: &str| CALLS.iter().any(|call| path.ends_with(call));
    requests::send_recorded(sandbox, makes_one).await;
    // With a webhook to send again.
    sandbox.pay("order-1001", None).await.unwrap();
}

/// Panics if a list cannot be read, or a balance is no amount.
async fn can_be_read(sandbox: &Sandbox) {
    for path in LISTS {
        shown(sandbox, path).await;
    }
    let balances = shown(sandbox, "/_sandbox/balances").await;
    for balance in balances["balances"].as_array().unwrap() {
        let available = balance["available"].as_str().unwrap();
        assert!(available.parse::<Amount>().is_ok(), "{balance}");
    }
}

/// The lists of what happened and of what is set.
pub(crate) const LISTS: [&str; 3] = [
    "/_sandbox/orders",
    "/_sandbox/deliveries",
    "/_sandbox/faults",
];

/// What a program is shown at a path.
pub(crate) async fn shown(sandbox: &Sandbox, path: &str) -> Value {
    let request = Request::get(path).body(Bytes::new()).unwrap();
    let answer = requests::answer(sandbox, request).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}: {answer:?}");
    serde_json::from_slice(answer.body()).unwrap()
}

/// A call of each kind, most of them about orders that the recorded requests made.
pub(crate) fn calls() -> Vec<Vec<u8>> {
    let calls = [
        r#"orders/test114/pay {"amount":"3"}"#,
        r#"orders/test114/pay {"amount":1e-8}"#,
        "orders/order-1001/refund {\"amount\":\"0.5\"}",
        r#"orders/order-1001/choose {"coin":"USDT","network":"TRX"}"#,
        "orders/3735077979050379/pay_late {}",
        "orders/payout-1001/process {}",
        "orders/payout-1001/complete {}",
        "orders/payout-1001/reject {}",
        "orders/11321/expire {}",
        "orders/11321/fail {}",
        r#"balances {"gateway":"cpay","currency":"USDT","available":"250.75"}"#,
        "deliveries/1/resend {\"fault\":\"webhook_duplicate\"}",
        "deliveries/1/duplicate {}",
        r#"faults {"gateway":"cpay","call":"withdraw","when":"after","kind":"cut"}"#,
        r#"faults {"gateway":"ccpayment","when":"instead","http_status":502,"retry_after_s":7,"times":2}"#,
        r#"faults {"gateway":"ccpayment_v2","when":"after","kind":"half","rate":0.2,"seed":7,"lasting_ms":3600000}"#,
        r#"faults {"gateway":"chainup_opay","when":"webhook","kind":"webhook_delay","delay_ms":500}"#,
        "faults/1/remove {}",
        "faults/clear {}",
        r#"clock {"advance_ms":60000}"#,
        r#"clock {"to_next_due":true}"#,
        r#"settings {"webhook_timeout_ms":5000,"cpay_kyc_required":false}"#,
        r#"deposits {"user_id":"customer-7","currency":"USDT","network":"TRON(TRC-20)","amount":"12.5"}"#,
        r#"ccpayment/deposits {"user_id":"customer-7","token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988","amount":"1"}"#,
        r#"ccpayment/invoices {"email":"payer@shop.example","token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988","amount":"1"}"#,
        r#"ccpayment/choose/order-1001 {"token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988"}"#,
        r#"ccpayment_v2/choose/order-1001 {"coin_id":1280,"chain":"POLYGON"}"#,
        r#"ccpayment_v2/deposits {"reference_id":"customer-7","coin_id":1280,"chain":"POLYGON","amount":"2"}"#,
        r#"ccpayment_v2/webhooks/order-1001 {"status":"Success"}"#,
        "ccpayment_v2/probe {}",
    ];
    let inputs = calls.map(|call| format!("/_sandbox/{}", call.replacen(' ', "\n", 1)));
    inputs.map(String::into_bytes).into()
}
