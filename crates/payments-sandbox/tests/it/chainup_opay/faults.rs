use payments_sandbox::ChainupOpayFault;
use serde_json::json;

use super::merchant::{Opay, order};
use crate::support::http::{FORM, JSON};

#[tokio::test]
async fn a_fault_replaces_one_request_or_its_answer() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    sandbox
        .chainup_opay_fault(ChainupOpayFault::instead(50_009))
        .unwrap();
    sandbox
        .chainup_opay_fault(ChainupOpayFault::after(10_001))
        .unwrap();
    let create = order(&json!({}));
    assert_eq!(opay.code("createThirdOrder", &create).await, "50009");
    assert!(sandbox.orders().is_empty() && opay.shop.reason().contains("not carried out"));
    assert_eq!(opay.code("createThirdOrder", &create).await, "10001");
    assert_eq!(sandbox.orders().len(), 1);
    assert_eq!(opay.code("createThirdOrder", &create).await, "70002");
    opay.order(&json!({"appOrderId": "2"})).await;
}

#[tokio::test]
async fn rejects_a_bad_request_before_injecting_a_fault() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    sandbox
        .chainup_opay_fault(ChainupOpayFault::after(50_009))
        .unwrap();
    let mut body = opay.fields("{}");
    body["time"] = json!(1);
    let answer = opay.post("/opay/cancelOrder", &body).await;
    assert_eq!(answer.json()["code"], "50010");
    assert_eq!(
        opay.code("cancelOrder", &json!({"orderNum": "0"})).await,
        "70001",
        "nothing was done"
    );
    opay.order(&json!({})).await;
}

#[tokio::test]
async fn accepts_faults_over_http() {
    let opay = Opay::open().await;
    let path = "/_sandbox/chainup_opay/faults";
    for (kind, body) in [
        (JSON, r#"{"code":"50009"}"#),
        (JSON, r#"{"code":"70005","carried_out":true}"#),
        (FORM, "code=70006&carried_out=false"),
    ] {
        let answer = opay.shop.post(path, &[kind], body).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, r#"{"status":"waiting"}"#)
        );
    }
    for (number, want) in [("1", "50009"), ("1", "70005"), ("2", "70006")] {
        assert_eq!(
            opay.code("createThirdOrder", &order(&json!({"appOrderId": number})))
                .await,
            want
        );
    }
    assert_eq!(opay.shop.sandbox.orders().len(), 1);
    for (kind, body) in [
        (JSON, "{}"),
        (JSON, r#"{"code":"0"}"#),
        (JSON, r#"{"code":"1"}"#),
        (JSON, r#"{"code":"x"}"#),
        (JSON, r#"{"code":50009}"#),
        (JSON, r#"{"code":"50009","amount":"1"}"#),
        (FORM, "code=50009&carried_out=maybe"),
    ] {
        assert_eq!(
            opay.shop.post(path, &[kind], body).await.status,
            422,
            "{body}"
        );
    }
    for _ in 0..100 {
        opay.shop
            .sandbox
            .chainup_opay_fault(ChainupOpayFault::instead(50_009))
            .unwrap();
    }
    assert_eq!(
        opay.shop
            .post(path, &[JSON], r#"{"code":"50009"}"#)
            .await
            .status,
        409
    );
    opay.shop.sandbox.reset();
    opay.order(&json!({})).await;
}
