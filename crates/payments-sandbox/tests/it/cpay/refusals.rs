use crate::support::http::{FORM, JSON};
use crate::support::shop::{self, Shop, encode, order, refused};

/// Every refusal: the change to a good order, the message on the wire, and words of the reason kept inside.
#[tokio::test]
async fn refuses_invalid_orders_and_records_the_reason() {
    let shop = Shop::open().await;
    let long = |length| "x".repeat(length);
    let (l17, l65, l129, l257) = (long(17), long(65), "9".repeat(129), long(257));
    let l2049 = long(2_049);
    let table: &[(&str, &str, &str, &str)] = &[
        ("merchantId", "-", "invalid param merchantId", "missing"),
        (
            "merchantId",
            "20003093",
            "invalid param merchantId",
            "its only one is 20003092",
        ),
        (
            "merchantTradeNo",
            "-",
            "invalid param merchantTradeNo",
            "missing",
        ),
        (
            "merchantTradeNo",
            "",
            "invalid param merchantTradeNo",
            "missing",
        ),
        (
            "merchantTradeNo",
            &l65,
            "invalid param merchantTradeNo",
            "65 characters; at most 64",
        ),
        ("createTime", "-", "invalid param createTime", "missing"),
        (
            "createTime",
            "1668597997000.0",
            "invalid param createTime",
            "integer",
        ),
        ("createTime", "+1", "invalid param createTime", "integer"),
        ("createTime", "-1", "invalid param createTime", "integer"),
        (
            "createTime",
            "9223372036854775808",
            "invalid param createTime",
            "fits a Long",
        ),
        ("userId", "-", "invalid param userId", "missing"),
        ("userId", &l65, "invalid param userId", "at most 64"),
        ("amount", "-", "invalid param amount", "missing"),
        ("amount", "0", "invalid param amount", "zero"),
        ("amount", "0.00", "invalid param amount", "zero"),
        ("amount", "1e5", "invalid param amount", "plain decimal"),
        ("amount", "-3", "invalid param amount", "plain decimal"),
        ("amount", "1,5", "invalid param amount", "plain decimal"),
        ("amount", " 1", "invalid param amount", "plain decimal"),
        ("amount", "007", "invalid param amount", "plain decimal"),
        (
            "amount",
            "1.123456789",
            "invalid param amount",
            "more than 8 decimals",
        ),
        ("amount", &l129, "invalid param amount", "at most 128"),
        (
            "cryptoCurrency",
            "-",
            "invalid param cryptoCurrency",
            "missing",
        ),
        (
            "cryptoCurrency",
            "DOGE",
            "invalid param cryptoCurrency",
            "must be one of USDT",
        ),
        (
            "cryptoCurrency",
            "usdt",
            "invalid param cryptoCurrency",
            "in capitals",
        ),
        (
            "cryptoCurrency",
            &l17,
            "invalid param cryptoCurrency",
            "at most 16",
        ),
        (
            "callbackURL",
            &l257,
            "invalid param callbackURL",
            "at most 256",
        ),
        (
            "callBackURL",
            &l257,
            "invalid param callBackURL",
            "at most 256",
        ),
        (
            "successURL",
            &l257,
            "invalid param successURL",
            "at most 256",
        ),
        ("failURL", &l257, "invalid param failURL", "at most 256"),
        ("extInfo", &l2049, "invalid param extInfo", "at most 2048"),
        (
            "returnURL",
            &l2049,
            "invalid param returnURL",
            "at most 2048",
        ),
    ];
    for (name, value, message, reason) in table {
        let answer = shop.create(&[(name, value)]).await;
        assert_eq!(refused(&answer), *message, "{name}={value}");
        assert!(
            shop.reason().contains(reason),
            "{name}={value}: {}",
            shop.reason()
        );
        assert!(
            !answer.body.contains(reason),
            "the reason stays inside: {}",
            answer.body
        );
        let assumed = shop.sandbox.requests().last().unwrap().message_assumed;
        assert_eq!(
            assumed,
            *name != "merchantId",
            "only this wording is published"
        );
    }
    assert!(shop.sandbox.orders().is_empty());
    // A length at its limit passes; characters are counted, not bytes.
    let limit = "充".repeat(64);
    assert_eq!(
        shop.create(&[("merchantTradeNo", &limit)]).await.json()["code"],
        0
    );
}

#[tokio::test]
async fn refuses_wrong_signatures_and_records_an_explanation() {
    let shop = Shop::open().await;
    let secret = shop.sandbox.credentials().cpay.secret.clone();
    let params = order(&[]);
    let good = shop::sign(&params, &secret);
    let other = shop::sign(&order(&[("amount", "1")]), &secret);
    for (sign, message, reason) in [
        ("", "invalid param sign", "missing"),
        (other.as_str(), "verify sign fail", "compare secret"),
        (&good.to_uppercase(), "verify sign fail", "lower case"),
        (&good[..63], "verify sign fail", "64 hexadecimal"),
        ("<script>", "verify sign fail", "64 hexadecimal"),
    ] {
        let body = format!(
            "{}&sign={}",
            encode(&params),
            encode(&[("", sign)]).trim_start_matches('=')
        );
        let answer = shop.post("/openapi/v1/createOrder", &[FORM], &body).await;
        assert_eq!(refused(&answer), message);
        let record = shop.sandbox.requests().last().unwrap().clone();
        assert!(
            record.reason.as_ref().unwrap().contains(reason),
            "{record:?}"
        );
        assert_eq!(record.expected_sign.as_deref(), Some(good.as_str()));
        assert_eq!(record.received_sign.as_deref(), Some(sign));
        let canonical = record.canonical.unwrap();
        assert!(canonical.ends_with("&userId=1001&key=***"), "{canonical}");
        assert!(
            !answer.body.contains(&good),
            "the right signature stays inside"
        );
    }
    assert!(shop.sandbox.orders().is_empty());
}

/// The signature is right for the values as the merchant has them; the form is not encoded, or encoded twice.
#[tokio::test]
async fn records_how_a_form_was_encoded_wrongly() {
    let shop = Shop::open().await;
    let secret = shop.sandbox.credentials().cpay.secret.clone();
    let params = order(&[("remark", "Tee & Mug"), ("extInfo", "a+b")]);
    let sign = shop::sign(&params, &secret);
    let raw: Vec<String> = params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let plus: Vec<String> = raw
        .iter()
        .map(|piece| piece.replace(" & ", "%20%26%20"))
        .collect();
    let twice = encode(&params).replace('%', "%25").replace('+', "%2B");
    for (form, reason) in [
        (
            raw.join("&"),
            "the signature holds over the undecoded values",
        ),
        (plus.join("&"), "a `+` was turned into a blank"),
        (twice, "they are still encoded for URLs"),
    ] {
        let body = format!("{form}&sign={sign}");
        let answer = shop.post("/openapi/v1/createOrder", &[FORM], &body).await;
        assert_eq!(refused(&answer), "verify sign fail", "{body}");
        let record = shop.sandbox.requests().last().unwrap().clone();
        let recorded = record.reason.unwrap();
        assert!(recorded.contains(reason), "{body}: {recorded}");
    }
}

#[tokio::test]
async fn an_unsigned_parameter_breaks_the_signature() {
    let shop = Shop::open().await;
    let body = format!("{}&extra=1", shop.signed(&order(&[])));
    let answer = shop.post("/openapi/v1/createOrder", &[FORM], &body).await;
    assert_eq!(refused(&answer), "verify sign fail");
}

#[tokio::test]
async fn accepts_a_merchants_reference_once() {
    let shop = Shop::open().await;
    assert_eq!(shop.create(&[]).await.json()["code"], 0);
    let answer = shop.create(&[("amount", "1")]).await;
    assert_eq!(refused(&answer), "duplicate merchantTradeNo");
    assert_eq!(shop.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn refuses_bodies_that_are_not_forms() {
    let shop = Shop::open().await;
    let path = "/openapi/v1/createOrder";
    let good = shop.signed(&order(&[]));
    for (headers, body, reason) in [
        (
            &[JSON][..],
            r#"{"merchantId":"20003092"}"#.to_owned(),
            "never from JSON",
        ),
        (&[], good.clone(), "no Content-Type"),
        (
            &[("Content-Type", "multipart/form-data; boundary=x")],
            good.clone(),
            "multipart/form-data",
        ),
        (
            &[FORM],
            format!("{good}&amount=1"),
            "amount occurs twice in the body",
        ),
        (&[FORM], "a=%zz".to_owned(), "hexadecimal"),
        (&[FORM], "a=%ff".to_owned(), "UTF-8"),
        (
            &[FORM],
            (0..70).map(|n| format!("p{n}=1&")).collect(),
            "more than 64",
        ),
        (
            &[FORM],
            format!("a={}", "x".repeat(64 * 1024)),
            "larger than 65536",
        ),
        (&[FORM], String::new(), "merchantId is missing"),
    ] {
        refused(&shop.post(path, headers, &body).await);
        assert!(shop.reason().contains(reason), "{}", shop.reason());
    }
    let doubled = shop
        .get("/openapi/v1/getOrderDetail?merchantId=1&merchantId=1")
        .await;
    refused(&doubled);
    assert!(shop.reason().contains("twice in the query"));
}

#[tokio::test]
async fn unknown_calls_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in [
        "/openapi/v1/createorder",
        "/openapi/v1/",
        "/openapi/v1/openapi/v1/createOrder",
        "/openapi/v2/createOrder",
    ] {
        assert_eq!(
            refused(&shop.call(path, &order(&[])).await),
            "not found",
            "{path}"
        );
    }
    let query = shop.signed(&order(&[]));
    let answer = shop.get(&format!("/openapi/v1/createOrder?{query}")).await;
    assert_eq!(refused(&answer), "method not allowed");
    assert!(shop.reason().contains("called with POST"));
    let answer = shop
        .call("/openapi/v1/getOrderDetail", &[("merchantId", "20003092")])
        .await;
    assert_eq!(refused(&answer), "method not allowed");

    // Outside the API it is the sandbox that answers.
    let outside = shop.get("/v1/createOrder").await;
    assert_eq!((outside.status, outside.json().get("code")), (404, None));
}

#[tokio::test]
async fn order_details_need_a_known_id() {
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    let other = shop.order_id(&[("merchantTradeNo", "other")]).await;
    let none = shop
        .detail(&[("merchantTradeNo", ""), ("cpayOrderId", ""), ("hash", "")])
        .await;
    assert_eq!(refused(&none), "invalid param");
    assert!(
        shop.reason()
            .contains("one of merchantTradeNo, cpayOrderId and hash")
    );
    for params in [
        [("merchantTradeNo", "nobody"), ("cpayOrderId", "")],
        [("merchantTradeNo", "test114"), ("cpayOrderId", &other)],
        [("hash", "0"), ("cpayOrderId", &id)],
    ] {
        assert_eq!(
            refused(&shop.detail(&params).await),
            "order not found",
            "{params:?}"
        );
    }
    let long = "h".repeat(129);
    assert_eq!(
        refused(&shop.detail(&[("hash", &long)]).await),
        "invalid param hash"
    );
}

#[tokio::test]
async fn never_records_card_data() {
    let shop = Shop::open().await;
    shop.create(&[
        ("cardNumber", "4111111111111111"),
        ("CVV", "737"),
        ("expDate", "12/27"),
    ])
    .await;
    let records = shop.get("/_sandbox/requests").await.body;
    let page = shop.page("/_sandbox/requests/1").await.body;
    for text in [records, page] {
        assert!(text.contains("cardNumber=***"), "{text}");
        for secret in [
            "4111111111111111",
            "737&",
            "12/27",
            shop.sandbox.credentials().cpay.secret.as_str(),
        ] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}
