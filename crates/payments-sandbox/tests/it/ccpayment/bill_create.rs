//! Orders: how they are made, how they are paid, and the eight states.

use serde_json::{Value, json};

use super::merchant::{
    BTC, FTM, Merchant, SATS, START_S, TRX, USDT_ERC20, USDT_POLYGON, USDT_TRC20, order,
};

const DAY: u64 = 86_400;

#[tokio::test]
async fn a_native_order_has_the_fields_of_the_sample() {
    let merchant = Merchant::open().await;
    let body = order(
        "m1",
        json!({"product_price": "0.5", "order_valid_period": 823_456}),
    );
    let answer = merchant.send("bill/create", &body.to_string()).await;
    let data = answer.json()["data"].clone();
    let id = data["order_id"].as_str().unwrap();
    assert!(id.len() == 33 && id.starts_with("20230223114130"), "{id}");
    let address = data["pay_address"].as_str().unwrap();
    let want = format!(
        r#"{{"code":10000,"msg":"success","data":{{"amount":"0.5","order_id":"{id}","logo":"https://resource.cwallet.com/token/icon/usdt.png","network":"TRC20","pay_address":"{address}","memo":"","token_id":"{USDT_TRC20}","crypto":"USDT","order_valid_period":823456}}}}"#
    );
    assert_eq!(answer.body, want);
    assert!(address.starts_with('T') && address.len() == 34);
}

#[tokio::test]
async fn the_amount_due_is_rounded_up_and_its_rate_stays_fixed() {
    let merchant = Merchant::open().await;
    merchant
        .create("m1", json!({"product_price": "25", "token_id": TRX}))
        .await;
    let before = merchant.info("m1").await["order_detail"].clone();
    let rate: f64 = before["token_rate"].as_str().unwrap().parse().unwrap();
    let amount: f64 = before["order_amount"].as_str().unwrap().parse().unwrap();
    assert!((rate * amount - 25.0).abs() < 1e-9, "{before}");
    assert_eq!(
        before["order_amount"]
            .as_str()
            .unwrap()
            .split_once('.')
            .unwrap()
            .1
            .len(),
        18
    );
    merchant.wait(600).await;
    assert_eq!(merchant.info("m1").await["order_detail"], before);

    // A price in coins is what is asked for.
    for (id, spelling) in [("t1", "token"), ("t2", "Token"), ("t3", "TOKEN")] {
        let changes =
            json!({"product_price": "0.001", "token_id": BTC, "denominated_currency": spelling});
        merchant.create(id, changes).await;
        assert_eq!(
            merchant.info(id).await["order_detail"]["order_amount"],
            "0.001"
        );
    }
}

/// The payments and their times, the state, the word of `bill/info`, and the status of the order.
#[tokio::test]
async fn refuses_invalid_orders() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    let long = "x".repeat(65);
    for (changes, reason) in [
        (json!({"merchant_order_id": "m1"}), "OrderDuplicate"),
        (json!({"merchant_order_id": ""}), "ArgumentInvalid"),
        (json!({"merchant_order_id": 7}), "ArgumentInvalid"),
        (json!({"merchant_order_id": long}), "ArgumentInvalid"),
        (json!({"merchant_order_id": "a\nb"}), "ArgumentInvalid"),
        (json!({"product_price": ""}), "ArgumentInvalid"),
        (json!({"product_price": "0"}), "ArgumentInvalid"),
        (json!({"product_price": "-5"}), "ArgumentInvalid"),
        (json!({"product_price": "1e2"}), "ArgumentInvalid"),
        (json!({"product_price": "0.501"}), "ArgumentInvalid"),
        (json!({"product_price": 25}), "ArgumentInvalid"),
        (json!({"product_price": "9".repeat(30)}), "ArgumentInvalid"),
        (json!({"token_id": null}), "ArgumentInvalid"),
        (json!({"token_id": "x"}), "TokenNotAvailable"),
        (json!({"token_id": USDT_POLYGON}), "TokenNotAvailable"),
        (json!({"token_id": FTM}), "TokenNotAvailable"),
        (json!({"denominated_currency": ""}), "ArgumentInvalid"),
        (json!({"denominated_currency": "eur"}), "ArgumentInvalid"),
        (json!({"order_valid_period": 864_001}), "ArgumentInvalid"),
        (json!({"order_valid_period": START_S}), "ArgumentInvalid"),
        (json!({"order_valid_period": -1}), "ArgumentInvalid"),
        (json!({"order_valid_period": 1.5}), "ArgumentInvalid"),
        (json!({"order_valid_period": "60"}), "ArgumentInvalid"),
        (
            json!({"token_id": SATS, "order_valid_period": 7_201}),
            "ArgumentInvalid",
        ),
        (
            json!({"notify_url": "javascript:alert(1)"}),
            "ArgumentInvalid",
        ),
        (json!({"remark": "x".repeat(1_025)}), "ArgumentInvalid"),
        (json!({"custom_value": ["x"]}), "ArgumentInvalid"),
    ] {
        let body = order("m2", changes.clone());
        let (code, received) = merchant.refused("bill/create", &body).await;
        assert_eq!((code, received.as_str()), (224_066, reason), "{changes}");
    }
    assert_eq!(merchant.sandbox.orders().len(), 1);
    // Satoshi's own default, and the longest of the others.
    assert_eq!(
        merchant.create("s1", json!({"token_id": SATS})).await["order_valid_period"],
        7_200
    );
    merchant
        .create("m3", json!({"order_valid_period": 864_000}))
        .await;
    for body in [
        json!({"merchant_order_id": "h", "product_price": "5"}),
        json!({"product_name": "x"}),
    ] {
        assert_eq!(
            merchant.refused("concise/url/get", &body).await.1,
            "ArgumentInvalid"
        );
    }
}

#[tokio::test]
async fn bill_info_accepts_up_to_a_hundred_references_of_one_kind() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    let body = json!({"merchant_order_id": "w1", "address": "9558861", "token_id": USDT_TRC20, "value": "5"});
    merchant.ask("withdraw", &body).await;
    let ask = async |ids: Value| {
        merchant
            .ask("bill/info", &json!({"merchant_order_ids": ids}))
            .await
    };
    assert_eq!(ask(json!(["nobody"])).await, json!([]));
    assert_eq!(
        ask(json!(["m1", "m1", "nobody"]))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let many: Vec<String> = (0..100).map(|number| format!("n{number}")).collect();
    assert_eq!(ask(json!(many)).await, json!([]));
    let more: Vec<String> = (0..101).map(|number| format!("n{number}")).collect();
    for ids in [
        json!(["m1", "w1"]),
        json!([]),
        json!("m1"),
        json!(null),
        json!([1]),
        json!(more),
    ] {
        let body = json!({"merchant_order_ids": ids});
        assert_eq!(
            merchant.refused("bill/info", &body).await.1,
            "ArgumentInvalid",
            "{body}"
        );
    }
    // The older name of the field.
    merchant
        .refused("bill/info", &json!({"merchant_order_id": ["m1"]}))
        .await;
    let withdrawal = ask(json!(["w1"])).await;
    assert!(withdrawal[0].get("refund_list").is_none());
}

#[tokio::test]
async fn a_hosted_order_is_paid_in_the_coin_the_payer_chooses() {
    let merchant = Merchant::open().await;
    let hosted = async |id: &str, changes: Value| {
        let body = json!({
            "merchant_order_id": id, "product_price": "9.99", "product_name": "Tea", "return_url": "https://shop.test/",
        });
        let body = super::merchant::merged(body, changes);
        let data = merchant.ask("concise/url/get", &body).await;
        data["payment_url"].as_str().unwrap().to_owned()
    };
    let url = hosted("h1", json!({})).await;
    let key = url
        .strip_prefix(&format!("{}/pay?key=", merchant.sandbox.base_url()))
        .unwrap();
    assert!(
        key.len() == 33 && key.bytes().all(|byte| byte.is_ascii_digit()),
        "{key}"
    );
    let detail = merchant.info("h1").await["order_detail"].clone();
    assert_eq!(
        (&detail["crypto"], &detail["order_amount"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(
        (&detail["product_name"], &detail["status"]),
        (&json!("Tea"), &json!("Pending"))
    );

    merchant.sandbox.ccpayment_choose("h1", TRX).await.unwrap();
    let first = merchant
        .sandbox
        .ccpayment_choose("h1", USDT_ERC20)
        .await
        .unwrap();
    assert_eq!(
        (
            first.currency.as_str(),
            first.network.as_str(),
            first.amount.as_str()
        ),
        ("USDT", "ERC20", "9.99")
    );
    merchant.pay("h1", "5").await;
    let late = merchant
        .sandbox
        .ccpayment_choose("h1", TRX)
        .await
        .unwrap_err()
        .to_string();
    assert!(late.contains("cannot be given another coin"), "{late}");
    assert_eq!(merchant.pay("h1", "").await.gateway_state, "Paid");

    // Without a choice it is USDT on TRC20; the page shows no Satoshi for so long a time.
    hosted("h2", json!({})).await;
    assert!(merchant.sandbox.ccpayment_choose("h2", SATS).await.is_err());
    assert!(
        merchant
            .sandbox
            .ccpayment_choose("h2", USDT_POLYGON)
            .await
            .is_err()
    );
    assert!(merchant.sandbox.ccpayment_choose("h2", "x").await.is_err());
    assert_eq!(merchant.pay("h2", "").await.network, "TRC20");
    hosted("h3", json!({"order_valid_period": 7_200})).await;
    assert_eq!(
        merchant
            .sandbox
            .ccpayment_choose("h3", SATS)
            .await
            .unwrap()
            .network,
        "Lightning"
    );
    // The payer did not choose in time.
    hosted("h4", json!({})).await;
    merchant.wait(DAY).await;
    assert!(
        merchant
            .sandbox
            .pay("h4", None)
            .await
            .unwrap_err()
            .to_string()
            .contains("before a coin was chosen")
    );
    // A native order has its coin.
    merchant.create("m1", json!({})).await;
    assert!(merchant.sandbox.ccpayment_choose("m1", TRX).await.is_err());
}

#[tokio::test]
async fn a_price_in_another_currency_is_converted_by_its_rate() {
    for (in_usd, amount) in [(false, "20"), (true, "25")] {
        let merchant = Merchant::with(|builder| builder.ccpayment_amounts_in_usd(in_usd)).await;
        let changes = json!({"product_price": "20", "denominated_currency": "EUR"});
        let created = merchant.create("e1", changes).await;
        assert_eq!(created["amount"], amount);
        let info = merchant.info("e1").await;
        let detail = &info["order_detail"];
        assert_eq!(
            (&detail["product_price"], &detail["denominated_currency"]),
            (&json!("20"), &json!("EUR"))
        );
        assert_eq!(detail["order_amount"], "25");
        let own = merchant.create("u1", json!({"product_price": "20"})).await;
        assert_eq!(own["amount"], "20");
    }
}
