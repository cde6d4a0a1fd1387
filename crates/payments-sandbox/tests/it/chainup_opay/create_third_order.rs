use serde_json::{Value, json};

use super::merchant::{OPEN_ID, Opay, UNLUCKY_USER_ID, USER_ID, order, refused};
use crate::support::shop::START_MS;

#[tokio::test]
async fn an_order_has_the_types_of_live_answers() {
    let opay = Opay::open().await;
    let goods = json!([{"name": "Tea", "desc": "green"}]).to_string();
    let changes = json!({
        "userId": USER_ID, "orderAmount": "0.10000000", "orderSceneType": "1000011", "goods": goods,
    });
    let order_num = opay.order(&changes).await;
    assert_eq!(order_num.len(), 32);
    assert!(
        order_num
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
    for inside in [
        json!({"orderNum": order_num}),
        json!({"orderNum": order_num, "appKey": opay.app_id, "token": "t"}),
    ] {
        let detail = opay.good("orderDetail", &inside).await;
        assert_eq!(
            detail,
            json!({
                "totalAccount": r#"[{"accountName":"Wallet","accountType":201,"accountBalance":"1000000"}]"#,
                "googleStatus": "0",
                "isOpenMobileCheck": "0",
                "appOrderId": "order-1",
                "orderNum": order_num,
                "orderStatus": "1",
                "userId": 22_033_390,
                "orderAmount": "0.10000000",
                "payCoinSymbol": "btc",
                "ctime": START_MS.to_string(),
                "appKey": opay.app_id,
                "showPrecision": "8",
                "showName": "BTC",
            })
        );
    }
    let view = opay.shop.sandbox.order("order-1").unwrap();
    assert_eq!(view.order_id, order_num);
    assert_eq!(
        (
            view.gateway.as_str(),
            view.status.as_str(),
            view.user_id.as_str()
        ),
        ("chainup_opay", "pending", USER_ID)
    );
    assert_eq!(
        (
            view.currency.as_str(),
            view.amount.as_str(),
            view.remark.as_str()
        ),
        ("BTC", "0.10000000", "1000011")
    );
    assert_eq!(view.ext_info, goods);
    assert_eq!(view.return_url, "https://shop.example/return?a=1");
    assert_eq!(view.callback_url, "http://127.0.0.1:9/notify");
}

#[tokio::test]
async fn finds_the_payer_by_either_id_and_prefers_the_open_id() {
    let opay = Opay::open().await;
    for (at, (open_id, user_id, want)) in [
        (Value::Null, json!(UNLUCKY_USER_ID), UNLUCKY_USER_ID),
        (json!(OPEN_ID), Value::Null, USER_ID),
        (json!(OPEN_ID), json!(UNLUCKY_USER_ID), USER_ID),
        (json!(OPEN_ID), json!("1"), USER_ID),
        (json!(""), json!(UNLUCKY_USER_ID), UNLUCKY_USER_ID),
    ]
    .into_iter()
    .enumerate()
    {
        let changes = json!({"appOrderId": at.to_string(), "openId": open_id, "userId": user_id});
        let order_num = opay.order(&changes).await;
        assert_eq!(opay.shop.sandbox.order(&order_num).unwrap().user_id, want);
    }
    for (open_id, user_id, want) in [
        (Value::Null, Value::Null, "10020"),
        (Value::Null, json!("1"), "70004"),
        (json!("1"), Value::Null, "70004"),
        (json!("1"), json!(USER_ID), "70004"),
        (json!(USER_ID), Value::Null, "70004"),
    ] {
        let inside = order(&json!({"openId": open_id, "userId": user_id}));
        assert_eq!(
            opay.code("createThirdOrder", &inside).await,
            want,
            "{inside}"
        );
    }
}

#[tokio::test]
async fn refuses_each_invalid_field_with_its_code() {
    let opay = Opay::open().await;
    for (changes, want) in [
        (json!({"appOrderId": null}), "10020"),
        (json!({"appOrderId": "x".repeat(65)}), "10020"),
        (json!({"orderAmount": null}), "10020"),
        (json!({"orderAmount": "0"}), "70008"),
        (json!({"orderAmount": "0.00000000"}), "70008"),
        (json!({"orderAmount": "-1"}), "70008"),
        (json!({"orderAmount": "+1"}), "70008"),
        (json!({"orderAmount": "1e3"}), "70008"),
        (json!({"orderAmount": "1,5"}), "70008"),
        (json!({"orderAmount": "01"}), "70008"),
        (json!({"orderAmount": "0.123456789"}), "70008"),
        (json!({"orderAmount": "9".repeat(40)}), "70008"),
        (json!({"orderAmount": 10}), "10020"),
        (
            json!({"payCoinSymbol": "USDT", "orderAmount": "0.1234567"}),
            "70008",
        ),
        (json!({"payCoinSymbol": null}), "10020"),
        (json!({"payCoinSymbol": "btc"}), "70007"),
        (json!({"payCoinSymbol": "DOGE"}), "70007"),
        (json!({"payCoinSymbol": "BTCappKey"}), "70007"),
        (json!({"orderSceneType": "card"}), "70009"),
        (json!({"orderSceneType": "-1"}), "70009"),
        (json!({"orderSceneType": "5"}), "70009"),
        (json!({"returnPage": null}), "10020"),
        (json!({"returnPage": "shop.example"}), "10020"),
        (json!({"returnPage": "javascript:alert(1)"}), "10020"),
        (json!({"notifyPage": null}), "10020"),
        (json!({"notifyPage": "ftp://shop.example/"}), "10020"),
        (
            json!({"notifyPage": format!("http://x/{}", "y".repeat(1_024))}),
            "10020",
        ),
        (json!({"goods": "Tea"}), "10020"),
        (json!({"goods": "[{"}), "10020"),
        (json!({"goods": [{"name": "Tea", "desc": ""}]}), "10020"),
        (json!({"token": "t".repeat(2_049)}), "10020"),
    ] {
        let code = opay.code("createThirdOrder", &order(&changes)).await;
        assert_eq!(code, want, "{changes}: {}", opay.shop.reason());
    }
    assert!(opay.shop.sandbox.orders().is_empty());
    for (at, changes) in [
        json!({"payCoinSymbol": "USDT1742", "orderAmount": "1.234567"}),
        json!({"payCoinSymbol": "BTCTEST1760", "orderAmount": "0.00000001"}),
        json!({"orderSceneType": "202", "token": "t", "goods": "[]"}),
        json!({"goods": "{\"name\":\"Tea\",\"desc\":\"\",\"price\":\"1\"}"}),
        json!({"goods": "[{\"name\":\"Tea\",\"price\":1}]"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut changes = changes;
        changes["appOrderId"] = json!(at.to_string());
        opay.order(&changes).await;
    }
}

#[tokio::test]
async fn the_builder_sets_the_scene_types() {
    let opay = Opay::with(|builder| builder.chainup_opay_scene_types(["5", "6"])).await;
    opay.order(&json!({"orderSceneType": "6"})).await;
    let old = order(&json!({"appOrderId": "2", "orderSceneType": "202"}));
    assert_eq!(opay.code("createThirdOrder", &old).await, "70009");
}

#[tokio::test]
async fn accepts_a_reference_once_per_gateway() {
    let opay = Opay::open().await;
    let first = opay.order(&json!({})).await;
    assert_eq!(
        opay.code("createThirdOrder", &order(&json!({}))).await,
        "70002"
    );
    opay.shop.sandbox.pay(&first, None).await.unwrap();
    assert_eq!(
        opay.code("createThirdOrder", &order(&json!({}))).await,
        "70002"
    );
    let at_cpay = opay.shop.order_id(&[("merchantTradeNo", "order-1")]).await;
    assert_ne!(at_cpay, first);
    assert_eq!(opay.shop.sandbox.orders().len(), 2);
    opay.shop.sandbox.reset();
    opay.order(&json!({})).await;
    // A C-Pay order does not exist at this gateway.
    let foreign = opay.shop.order_id(&[("merchantTradeNo", "c")]).await;
    for name in ["orderDetail", "cancelOrder"] {
        assert_eq!(
            opay.code(name, &json!({"orderNum": foreign})).await,
            "70001"
        );
    }
}

#[tokio::test]
async fn cancels_only_pending_orders_at_both_paths() {
    let opay = Opay::open().await;
    for (at, path) in [
        "/platformapi/chainup/open/opay/cancelOrder",
        "/opay/cancelOrder",
    ]
    .into_iter()
    .enumerate()
    {
        let order_num = opay.order(&json!({"appOrderId": at.to_string()})).await;
        let body = opay.fields(&json!({"orderNum": order_num}).to_string());
        let answer = opay.post(path, &body).await;
        assert_eq!(answer.body, r#"{"code":"0","msg":"succ"}"#);
        assert!(opay.record().notes[0].starts_with("assumed:"));
        assert_eq!(opay.status(&order_num).await, "0");
        assert_eq!(refused(&opay.post(path, &body).await), "70003");
        assert_eq!(
            opay.shop.sandbox.order(&order_num).unwrap().status.as_str(),
            "closed"
        );
    }
    let paid = opay.order(&json!({"appOrderId": "paid"})).await;
    opay.shop.sandbox.pay("paid", None).await.unwrap();
    assert_eq!(
        opay.code("cancelOrder", &json!({"orderNum": paid})).await,
        "70003"
    );
    assert_eq!(opay.status(&paid).await, "3");
    assert_eq!(
        opay.code("cancelOrder", &json!({"orderNum": "0"})).await,
        "70001"
    );
    assert_eq!(opay.code("cancelOrder", &json!({})).await, "10020");
}

#[tokio::test]
async fn answers_order_detail_without_an_envelope_only_if_allowed() {
    let strict = Opay::open().await;
    let path = "/platformapi/chainup/open/opay/orderDetail";
    let order_num = strict.order(&json!({})).await;
    let plain = json!({"appKey": strict.app_id, "orderNum": order_num});
    assert_eq!(refused(&strict.post(path, &plain).await), "50005");
    assert!(
        strict
            .shop
            .reason()
            .contains("chainup_opay_plain_order_detail")
    );

    let opay = Opay::with(|builder| builder.chainup_opay_plain_order_detail(true)).await;
    let order_num = opay.order(&json!({})).await;
    let plain = json!({"appKey": opay.app_id, "orderNum": order_num, "token": "s3cret"});
    let answer = opay.post(path, &plain).await.json();
    assert_eq!(
        (&answer["code"], &answer["data"]["orderStatus"]),
        (&"0".into(), &"1".into())
    );
    assert_eq!(answer.get("sign"), None);
    assert!(!opay.record().canonical.unwrap().contains("s3cret"));
    for (body, want) in [
        (json!({"appKey": "other_1", "orderNum": order_num}), "50004"),
        (json!({"appKey": "", "orderNum": order_num}), "50001"),
        (json!({"appKey": opay.app_id}), "10020"),
        (json!({"appKey": opay.app_id, "orderNum": 1}), "10020"),
        (json!({"appKey": opay.app_id, "orderNum": "1"}), "70001"),
        (json!({"orderNum": order_num}), "50001"),
    ] {
        assert_eq!(refused(&opay.post(path, &body).await), want, "{body}");
    }
    // Nothing but this call goes without.
    let cancel = "/opay/cancelOrder";
    assert_eq!(refused(&opay.post(cancel, &plain).await), "50001");
    // The envelope is taken as before.
    assert_eq!(opay.status(&order_num).await, "1");
}
