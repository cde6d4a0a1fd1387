//! Which requests meet a fault, and which faults are refused.

use std::time::Duration;

use payments_sandbox::{Fault, FaultKind, FaultWhen, Gateway};
use serde_json::json;

use super::calls::{bare_request, send};
use crate::chainup_opay::merchant::Opay;
use crate::support::http::{self, FORM, JSON};

/// Which of so many payouts get a 503, as `x` and `.`.
async fn refused(opay: &Opay, prefix: &str, requests: usize) -> String {
    let mut row = String::new();
    for number in 0..requests {
        let answer = send(opay, Gateway::CPAY, &format!("{prefix}-{number}")).await;
        row.push(if answer.unwrap().status == 503 {
            'x'
        } else {
            '.'
        });
    }
    row
}

#[tokio::test]
async fn a_rate_chooses_the_same_requests_for_the_same_seed() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let fault = |seed| {
        Fault::instead(Gateway::CPAY)
            .http_status(503)
            .rate(0.2, seed)
    };
    let mut rows = Vec::new();
    for (round, seed) in [7, 7, 8].into_iter().enumerate() {
        sandbox.fault(fault(seed)).unwrap();
        rows.push(refused(&opay, &round.to_string(), 100).await);
        assert_eq!(sandbox.clear_faults(), 1);
    }
    assert_eq!(rows[0], rows[1]);
    assert_ne!(rows[0], rows[2]);
    for row in rows {
        let hits = row.matches('x').count();
        assert!((10..=30).contains(&hits), "{hits} of 100: {row}");
    }
}

#[tokio::test]
async fn a_fault_lasts_until_its_end_on_the_sandboxs_clock() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let minute = Duration::from_secs(60);
    let fault = Fault::instead(Gateway::CPAY).http_status(503);
    sandbox.fault(fault.lasting(minute)).unwrap();
    assert_eq!(refused(&opay, "a", 3).await, "xxx");
    sandbox.clock().advance(minute);
    assert_eq!(sandbox.waiting_faults(), 0);
    assert_eq!(refused(&opay, "b", 2).await, "..");
}

/// The calls of a gateway, as a refusal lists them.
fn calls(opay: &Opay, gateway: Gateway) -> Vec<String> {
    let fault = Fault::instead(gateway).call("none");
    let error = opay.shop.sandbox.fault(fault).unwrap_err().to_string();
    let (_, calls) = error.split_once("its calls are ").unwrap();
    let calls = calls.trim_end_matches('.').split(", ");
    calls.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_call_meets_faults_if_its_signature_is_right() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let mut tried = 0;
    for gateway in Gateway::ALL {
        for call in calls(&opay, gateway) {
            let fault = Fault::instead(gateway).call(&call).http_status(599);
            sandbox.fault(fault).unwrap();
            let request = bare_request(&opay, gateway, &call);
            // The signature of another secret, or of another text.
            let wrong = match gateway {
                Gateway::CHAINUP_OPAY => request.replace("\"sign\":\"", "\"sign\":\"AAAA"),
                Gateway::CPAY => request.replace("sign=", "sign=0"),
                _ => request.replace("Sign: ", "Sign: 0"),
            };
            assert_ne!(wrong, request);
            // The length of C-Pay's and ChainUp's bodies is part of the request.
            let wrong = with_length(&wrong);
            let refused = http::raw(sandbox.local_addr(), wrong.as_bytes())
                .await
                .unwrap();
            assert_eq!(
                (refused.status, sandbox.waiting_faults()),
                (200, 1),
                "{call}"
            );
            let met = http::raw(sandbox.local_addr(), request.as_bytes())
                .await
                .unwrap();
            assert_eq!((met.status, sandbox.waiting_faults()), (599, 0), "{call}");
            tried += 1;
        }
    }
    assert!(tried >= 12 + 4 + 14 + 29, "{tried}");
}

/// The request with the length of its body.
fn with_length(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head: Vec<_> = head
        .lines()
        .map(|line| match line.split_once(": ") {
            Some(("Content-Length", _)) => format!("Content-Length: {}", body.len()),
            _ => line.to_owned(),
        })
        .collect();
    format!("{}\r\n\r\n{body}", head.join("\r\n"))
}

#[tokio::test]
async fn a_fault_can_be_removed() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let first = sandbox.fault(Fault::instead(Gateway::CPAY)).unwrap();
    let second = sandbox
        .fault(Fault::instead(Gateway::CPAY).http_status(503))
        .unwrap();
    assert!(sandbox.remove_fault(first) && !sandbox.remove_fault(first));
    assert_eq!(sandbox.waiting_faults(), 1);
    let shop = &opay.shop;
    let path = format!("/_sandbox/faults/{second}/remove");
    assert_eq!(
        shop.post(&path, &[JSON], "").await.json(),
        json!({"removed": 1})
    );
    assert_eq!(shop.post(&path, &[JSON], "").await.status, 404);
    assert_eq!(refused(&opay, "a", 1).await, ".");
}

#[tokio::test]
async fn the_admin_call_asks_for_the_same_faults() {
    let opay = Opay::open().await;
    let shop = &opay.shop;
    let path = "/_sandbox/faults";
    for (form, body, row) in [
        (
            JSON,
            r#"{"gateway":"cpay"}"#,
            json!({"id": 1, "gateway": "cpay", "call": null, "when": "instead", "kind": "cut",
                "delay_ms": 0, "left": 1, "met": 0}),
        ),
        (
            JSON,
            r#"{"gateway":"cpay","call":"withdraw","when":"after","kind":"lost","times":3}"#,
            json!({"id": 2, "gateway": "cpay", "call": "withdraw", "when": "after", "kind": "lost",
                "delay_ms": 0, "left": 3, "met": 0}),
        ),
        (
            JSON,
            r#"{"gateway":"chainup_opay","code":"50009"}"#,
            json!({"id": 3, "gateway": "chainup_opay", "call": null, "when": "instead", "kind": "code",
                "code": 50009, "delay_ms": 0, "left": 1, "met": 0}),
        ),
        (
            JSON,
            r#"{"gateway":"ccpayment","code":11000,"http_status":429,"retry_after_s":5,"when":"after"}"#,
            json!({"id": 4, "gateway": "ccpayment", "call": null, "when": "after", "kind": "code",
                "code": 11000, "http_status": 429, "retry_after_s": 5, "delay_ms": 0, "left": 1, "met": 0}),
        ),
        (
            FORM,
            "gateway=ccpayment&call=bill%2Fcreate&delay_ms=60000",
            json!({"id": 5, "gateway": "ccpayment", "call": "bill/create", "when": "instead",
                "kind": "late", "delay_ms": 60000, "left": 1, "met": 0}),
        ),
        (
            FORM,
            "gateway=ccpayment_v2&kind=null_field&field=recordId&rate=0.25&seed=7&times=9",
            json!({"id": 6, "gateway": "ccpayment_v2", "call": null, "when": "after", "kind": "null_field",
                "field": "recordId", "rate": 0.25, "seed": 7, "delay_ms": 0, "left": 9, "met": 0}),
        ),
        (
            JSON,
            r#"{"gateway":"cpay","kind":"webhook_drop","lasting_ms":1000}"#,
            json!({"id": 7, "gateway": "cpay", "call": null, "when": "webhook", "kind": "webhook_drop",
                "until_ms": crate::support::shop::START_MS + 1000, "delay_ms": 0, "left": 1000, "met": 0}),
        ),
    ] {
        let answer = shop.post(path, &[form], body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        assert_eq!(answer.json(), row, "{body}");
    }
    let waiting = shop.get(path).await.json()["faults"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(waiting, 7);
    for body in [
        "{}",
        r#"{"gateway":"paypal"}"#,
        r#"{"gateway":"cpay","call":"bill/create"}"#,
        r#"{"gateway":"cpay","code":0}"#,
        r#"{"gateway":"ccpayment","code":10000}"#,
        r#"{"gateway":"chainup_opay","code":"0"}"#,
        r#"{"gateway":"chainup_opay","code":"1"}"#,
        r#"{"gateway":"chainup_opay","code":"x"}"#,
        r#"{"gateway":"cpay","http_status":199}"#,
        r#"{"gateway":"cpay","http_status":600}"#,
        r#"{"gateway":"cpay","kind":"redirect","http_status":200}"#,
        r#"{"gateway":"cpay","times":0}"#,
        r#"{"gateway":"cpay","times":1001}"#,
        r#"{"gateway":"cpay","kind":"gone"}"#,
        r#"{"gateway":"cpay","kind":"late"}"#,
        r#"{"gateway":"cpay","kind":"code"}"#,
        r#"{"gateway":"cpay","kind":"cut","code":1}"#,
        r#"{"gateway":"cpay","kind":"cut","field":"status"}"#,
        r#"{"gateway":"cpay","kind":"cut","when":"webhook"}"#,
        r#"{"gateway":"cpay","kind":"cut","when":"later"}"#,
        r#"{"gateway":"cpay","kind":"no_data","when":"instead"}"#,
        r#"{"gateway":"cpay","kind":"wrong_signature"}"#,
        r#"{"gateway":"cpay","kind":"webhook_stale_timestamp"}"#,
        r#"{"gateway":"cpay","kind":"webhook_drop","call":"withdraw"}"#,
        r#"{"gateway":"ccpayment_v2","kind":"no_signature"}"#,
        r#"{"gateway":"cpay","kind":"reset","bytes":1048577}"#,
        r#"{"gateway":"cpay","rate":0}"#,
        r#"{"gateway":"cpay","rate":1.5}"#,
        r#"{"gateway":"cpay","seed":1}"#,
        r#"{"gateway":"cpay","kind":"lagging"}"#,
        r#"{"gateway":"cpay","kind":"lagging","times":1}"#,
        r#"{"gateway":"cpay","lasting_ms":0}"#,
        r#"{"gateway":"cpay","delay_ms":2592000001}"#,
        r#"{"gateway":"cpay","retry_after_s":1}"#,
        r#"{"gateway":"cpay","http_status":429,"retry_after_s":1,"retry_after_date_s":1}"#,
        r#"{"gateway":"cpay","amount":"1"}"#,
    ] {
        assert_eq!(shop.post(path, &[JSON], body).await.status, 422, "{body}");
    }
    for _ in waiting..100 {
        shop.sandbox.fault(Fault::instead(Gateway::CPAY)).unwrap();
    }
    let full = shop.post(path, &[JSON], r#"{"gateway":"cpay"}"#).await;
    assert_eq!(full.status, 409);
    assert!(full.body.contains("fault --remove"), "{}", full.body);
    let cleared = shop.post("/_sandbox/faults/clear", &[JSON], "").await;
    assert_eq!(cleared.json(), json!({"removed": 100}));
}

#[tokio::test]
async fn every_problem_of_a_fault_is_reported_at_once() {
    let opay = Opay::open().await;
    let fault = Fault::instead(Gateway::CPAY)
        .kind(FaultKind::NoData)
        .call("pay")
        .bytes(1)
        .times(0);
    let error = opay.shop.sandbox.fault(fault).unwrap_err().to_string();
    for part in [
        "no call `pay`",
        "happens after",
        "has no bytes",
        "1 to 1000 times",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn the_kinds_are_listed_with_their_rules() {
    let opay = Opay::open().await;
    let listed = opay.shop.get("/_sandbox/faults/kinds").await.json();
    let kinds = listed["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), FaultKind::ALL.len());
    let reset = kinds.iter().find(|kind| kind["kind"] == "reset").unwrap();
    assert_eq!(
        reset,
        &json!({"kind": "reset", "group": "connection", "when": ["instead", "after"], "takes": ["bytes"],
            "what": "The connection is reset after this many bytes of the answer."})
    );
    for kind in FaultKind::ALL {
        let is_webhook = kind.when() == [FaultWhen::Webhook];
        assert_eq!(is_webhook, kind.group() == "webhook", "{kind:?}");
    }
    // What `code` can be: every one is accepted, and a success is not among them.
    let gateways = [
        (Gateway::CPAY, 3),
        (Gateway::CHAINUP_OPAY, 37),
        (Gateway::CCPAYMENT, 2),
        (Gateway::CCPAYMENT_V2, 80),
    ];
    for (gateway, count) in gateways {
        let codes = listed["codes"][gateway.as_str()].as_array().unwrap();
        assert_eq!(codes.len(), count, "{gateway:?}");
        for code in codes {
            let number = code["code"].as_i64().unwrap();
            let set = opay
                .shop
                .sandbox
                .fault(Fault::instead(gateway).code(number));
            assert!(set.is_ok(), "{gateway:?} {code}");
            opay.shop.sandbox.clear_faults();
        }
    }
}
