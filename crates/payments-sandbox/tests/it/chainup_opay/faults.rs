use payments_sandbox::ChainupOpayFault;
use serde_json::json;

use super::merchant::{Opay, order};

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
