use crate::support::http::{FORM, Receiver};
use crate::support::shop::{self, START_MS, Shop};
use serde_json::Value;

#[test]
fn the_tests_signature_matches_the_published_one() {
    let params = [("xx", "1001"), ("yy", ""), ("aa", "hello")];
    assert_eq!(
        shop::sign(&params, "aaaaaaaaaaxxxxxx"),
        "5becd8872fa828ac2ff5cc0520e08256db61572a21fa60c31ed663f75330592f"
    );
}

#[tokio::test]
async fn an_order_from_creation_to_the_webhook() {
    let shop = Shop::open().await;
    let mut receiver = Receiver::start(&[]).await;
    let url = receiver.url();
    let created = shop
        .create(&[
            ("callBackURL", &url),
            ("successURL", "https://shop.example/thanks?a=1&b=2"),
            ("failURL", ""),
            ("extInfo", r#"{"note":"x y","充":"值"}"#),
        ])
        .await;
    assert_eq!(created.status, 200);
    let data = &created.json()["data"];
    let order_id = data["orderId"].as_str().unwrap().to_owned();

    // The customer opens the page and presses the button.
    let cashier = data["cashierURL"].as_str().unwrap();
    let target = cashier.strip_prefix(shop.sandbox.base_url()).unwrap();
    assert!(target.starts_with(&format!("/payment?orderId={order_id}&sign=")));
    let page = shop.get(target).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("66.12345678"));
    let fields = target.split_once('?').unwrap().1;
    let paid = shop.post("/payment/pay", &[FORM], fields).await;
    assert_eq!((paid.status, paid.header("location")), (303, Some(target)));
    assert!(shop.get(target).await.body.contains("completed"));

    // The merchant gets one webhook of texts, rightly signed.
    let requests = receiver.wait_for(1).await;
    let (head, body) = &requests[0];
    assert!(head.starts_with("POST /callback?shop=1 HTTP/1.1"), "{head}");
    assert!(
        head.to_lowercase()
            .contains("content-type: application/json"),
        "{head}"
    );
    let received: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
    let fields: Vec<(&str, &str)> = received
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str().unwrap()))
        .collect();
    assert_eq!(
        received["sign"].as_str().unwrap(),
        shop::sign(&fields, &shop.sandbox.credentials().cpay.secret)
    );
    let names: Vec<_> = received.keys().map(String::as_str).collect();
    let want = [
        "actualAmount",
        "createTime",
        "cryptoCurrency",
        "extInfo",
        "fee",
        "hash",
        "merchantId",
        "merchantTradeNo",
        "merchantUserId",
        "network",
        "orderId",
        "orderStatus",
        "receivedAmount",
        "remark",
        "sign",
    ];
    assert_eq!(names, want);
    assert_eq!(
        (
            received["orderStatus"].as_str(),
            received["orderId"].as_str()
        ),
        (Some("14"), Some(order_id.as_str()))
    );
    assert_eq!(received["actualAmount"], "66.12345678");
    assert_eq!(received["createTime"], "1668597997000");
    assert_eq!(received["extInfo"], r#"{"note":"x y","充":"值"}"#);

    let detail = shop.detail(&[("merchantTradeNo", "test114")]).await.json();
    assert_eq!(detail["data"]["status"], "14");
    assert_eq!(detail["data"]["hash"], received["hash"]);
    shop.sandbox.webhooks_quiet().await;
    let delivery = &shop.sandbox.deliveries()[0];
    assert_eq!(delivery.state.as_str(), "delivered");
    assert_eq!(delivery.attempts[0].at_ms, START_MS);
}

/// As published: the time in UTC as `yyMMddHHmmss`, `X` and seven digits.
#[track_caller]
fn assert_trace_id(text: &str, stamp: &str) {
    let digits = text
        .strip_prefix(stamp)
        .and_then(|rest| rest.strip_prefix('X'));
    let is_number = |digits: &str| digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit());
    assert!(digits.is_some_and(is_number), "{text}");
}

/// Official clients decode strictly: names, order and types are compared as raw text.
#[tokio::test]
async fn answers_as_in_the_specification() {
    let shop = Shop::open().await;
    let created = shop
        .create(&[
            ("successURL", "https://a.example/s"),
            ("failURL", "https://a.example/f"),
            ("amount", "3.00"),
        ])
        .await;
    let order = &shop.sandbox.orders()[0];
    let traceid = &shop.sandbox.requests()[0].trace_id;
    let (id, url) = (&order.order_id, &order.cashier_url);
    assert_eq!(
        created.body,
        format!(
            r#"{{"code":0,"msg":"success","data":{{"orderId":"{id}","merchantId":"20003092","cryptoCurrency":"USDT","orderAmount":"3.00","receivedAmount":"3.00","merchantTradeNo":"test114","cashierURL":"{url}","returnURL":"","successURL":"https://a.example/s","failURL":"https://a.example/f","remark":"","extInfo":"","status":"0","network":"TRON","fee":"0","pledgeAmount":"0","merchantUserId":"1001","createTime":"1668597997000"}},"traceid":"{traceid}"}}"#
        )
    );
    assert!(
        created
            .header("content-type")
            .unwrap()
            .starts_with("application/json")
    );

    // Stamp, digits and the published ending.
    assert_eq!(id.len(), 21);
    assert!(id.starts_with("221116112637") && id.ends_with("014"));
    assert_trace_id(traceid, "221116112637");

    shop.sandbox.pay(id, Some("10")).await.unwrap();
    let detail = shop.detail(&[("cpayOrderId", id)]).await;
    let hash = &shop.sandbox.orders()[0].hash;
    let traceid = &shop.sandbox.requests()[1].trace_id;
    assert_eq!(hash.len(), 64);
    assert_eq!(
        detail.body,
        format!(
            r#"{{"code":0,"msg":"success","data":{{"actualAmount":"10","createTime":1668597997000,"currency":"USDT","extInfo":"","fee":"0","hash":"{hash}","merchantId":20003092,"merchantTradeNo":"test114","merchantUserId":"1001","network":"TRON","orderId":"{id}","pledgeAmount":"0","receivedAmount":"10","remark":"","status":"14"}},"traceid":"{traceid}"}}"#
        )
    );
}

#[tokio::test]
async fn reads_parameters_from_body_and_query_and_prefers_the_body() {
    let shop = Shop::open().await;
    // As printed in the specification's example: everything in the query of a POST without a body.
    let query = shop.signed(&shop::order(&[]));
    let answer = shop
        .post(&format!("/openapi/v1/createOrder?{query}"), &[], "")
        .await;
    assert_eq!(answer.json()["code"], 0, "{}", answer.body);

    let body = shop.signed(&shop::order(&[
        ("merchantTradeNo", "second"),
        ("returnURL", "https://a.example/r"),
    ]));
    let answer = shop
        .post(
            "/openapi/v1/createOrder?merchantTradeNo=ignored&amount=1",
            &[FORM],
            &body,
        )
        .await;
    assert_eq!(answer.json()["data"]["merchantTradeNo"], "second");
    assert_eq!(answer.json()["data"]["returnURL"], "https://a.example/r");

    // A plugin sends values unescaped.
    let raw = [("merchantTradeNo", "third"), ("extInfo", r#"{"a":[1]}"#)];
    let params = shop::order(&raw);
    let pairs: Vec<_> = params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let sign = shop::sign(&params, &shop.sandbox.credentials().cpay.secret);
    let body = format!("{}&sign={sign}", pairs.join("&"));
    let answer = shop.post("/openapi/v1/createOrder", &[FORM], &body).await;
    assert_eq!(answer.json()["data"]["extInfo"], r#"{"a":[1]}"#);
}

#[tokio::test]
async fn accepts_the_later_names_of_calls() {
    let shop = Shop::with(|builder| builder.cpay_callback_url("http://127.0.0.1:9/account")).await;
    let answer = shop
        .call("/openapi/v1/createCryptoOrder", &shop::order(&[]))
        .await;
    assert_eq!(answer.json()["code"], 0);
    shop.create(&[
        ("merchantTradeNo", "2"),
        ("callbackURL", "http://127.0.0.1:9/small"),
    ])
    .await;
    shop.create(&[
        ("merchantTradeNo", "3"),
        ("callBackURL", "http://127.0.0.1:9/capital"),
    ])
    .await;
    let urls: Vec<_> = shop
        .sandbox
        .orders()
        .iter()
        .map(|order| order.callback_url.clone())
        .collect();
    assert_eq!(
        urls,
        ["account", "small", "capital"].map(|end| format!("http://127.0.0.1:9/{end}"))
    );
}

#[tokio::test]
async fn signs_zero_but_not_empty_values() {
    let shop = Shop::open().await;
    let answer = shop
        .create(&[("userId", "0"), ("extInfo", ""), ("unknown", "0")])
        .await;
    assert_eq!(answer.json()["code"], 0);
    assert_eq!(shop.sandbox.orders()[0].user_id, "0");
    let canonical = shop.sandbox.requests()[0].canonical.clone().unwrap();
    assert_eq!(
        canonical,
        "amount=66.12345678&createTime=1668597997000&cryptoCurrency=USDT&merchantId=20003092&merchantTradeNo=test114&unknown=0&userId=0&key=***"
    );
}

#[tokio::test]
async fn an_order_is_found_by_each_of_its_ids() {
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    let pending = shop
        .detail(&[("cpayOrderId", &id), ("merchantTradeNo", ""), ("hash", "")])
        .await
        .json();
    assert_eq!(pending["data"]["status"], "0");
    assert_eq!(pending["data"]["actualAmount"], "0");
    shop.sandbox.process("test114").await.unwrap();
    let hash = shop.sandbox.order(&id).unwrap().hash;
    let seen = shop.detail(&[("hash", &hash)]).await.json();
    assert_eq!(
        (&seen["data"]["status"], &seen["data"]["orderId"]),
        (&"11".into(), &id.as_str().into())
    );
    let both = shop
        .detail(&[("merchantTradeNo", "test114"), ("hash", &hash)])
        .await
        .json();
    assert_eq!(both["code"], 0);
}

#[tokio::test]
async fn records_payments_of_other_amounts() {
    let shop = Shop::open().await;
    for (number, (paid, funds)) in [("0.5", "under"), ("1.50", "exact"), ("1.50000001", "over")]
        .into_iter()
        .enumerate()
    {
        let id = shop
            .order_id(&[("merchantTradeNo", &number.to_string()), ("amount", "1.5")])
            .await;
        let order = shop.sandbox.pay(&id, Some(paid)).await.unwrap();
        assert_eq!(
            (order.funds.as_str(), order.status.as_str()),
            (funds, "completed")
        );
        let detail = shop.detail(&[("cpayOrderId", &id)]).await.json();
        assert_eq!(detail["data"]["actualAmount"], paid);
        assert_eq!(detail["data"]["receivedAmount"], paid);
    }
}

#[tokio::test]
async fn every_coin_has_its_network() {
    let shop = Shop::open().await;
    for (coin, network) in [
        ("USDT", "TRON"),
        ("ETH", "Ethereum"),
        ("BTC", "Bitcoin"),
        ("BNB", "BSC"),
    ] {
        shop.create(&[("merchantTradeNo", coin), ("cryptoCurrency", coin)])
            .await;
        let detail = shop.detail(&[("merchantTradeNo", coin)]).await.json();
        assert_eq!(
            (&detail["data"]["currency"], &detail["data"]["network"]),
            (&coin.into(), &network.into())
        );
    }
}
