use crate::cpay::calls::pair;
use crate::cpay::pwpp::{bank, form_of};
use crate::support::http::{FORM, Receiver};
use crate::support::shop::{Shop, refused, sign};

#[tokio::test]
async fn answers_a_card_order_as_in_the_specification() {
    let shop = Shop::open().await;
    let answer = shop.ask("createOrderByCreditCard", &[]).await;
    let order = shop.sandbox.orders().pop().unwrap();
    let trace = shop.sandbox.requests().pop().unwrap().trace_id;
    let data = answer.json()["data"].clone();
    let fields: Vec<(String, String)> = data
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            (
                name.clone(),
                value.as_str().map_or(value.to_string(), str::to_owned),
            )
        })
        .collect();
    let fields: Vec<_> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let signed = sign(&fields, &shop.sandbox.credentials().cpay.secret);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"code":0,"msg":"success","data":{{"merchantId":20003092,"merchantTradeNo":"test114","orderId":"{}","orderStatus":"0","orderCurrency":"USD","orderAmount":"2","receivedAmount":"0.00","pledgeAmount":"","fee":"0.00","cashierURL":"{}","successURL":"","failURL":"","sign":"{signed}"}},"traceid":"{trace}"}}"#,
            order.order_id, order.cashier_url
        )
    );
    for (name, value, reason) in [
        ("currency", "GBP", "USD, EUR, BRL"),
        ("ip", "localhost", "IP address"),
        ("lanuage", "de-DE", "en-US"),
        ("email", "@", "e-mail"),
        ("amount", "2.123456789", "8 decimals"),
        ("country", "Germany", "at most 2"),
        ("products", "7", "JSON array"),
    ] {
        let answer = shop
            .ask(
                "createOrderByCreditCard",
                &[(name, value), ("merchantTradeNo", "x")],
            )
            .await;
        assert_eq!(refused(&answer), format!("invalid param {name}"));
        assert!(shop.reason().contains(reason), "{}", shop.reason());
    }
}

#[tokio::test]
async fn the_card_page_accepts_a_card_or_a_cancellation() {
    let shop = Shop::open().await;
    let changes = [
        ("successURL", "https://shop.example/ok"),
        ("lanuage", "ru-RU"),
    ];
    let url = shop.data("createOrderByCreditCard", &changes).await["cashierURL"].clone();
    let target = url
        .as_str()
        .unwrap()
        .strip_prefix(shop.sandbox.base_url())
        .unwrap();
    let form = form_of(target);
    let page = shop.get(target).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<label for=\"number\">") && !page.body.contains("<script"));
    for (card, sentence) in [
        (
            "cardNumber=4000000000000002&cvv=737&expDate=12/27",
            "Declined: the bank declines",
        ),
        ("cardNumber=4242424242424241&cvv=737&expDate=12/27", "Luhn"),
        (
            "cardNumber=4242424242424242&cvv=7&expDate=12/27",
            "3 or 4 digits",
        ),
        ("", "12 to 19 digits"),
    ] {
        let answer = shop
            .post("/card/pay", &[FORM], &format!("{form}&{card}"))
            .await;
        assert_eq!(answer.status, 422, "{card}");
        assert!(answer.body.contains(sentence), "{card}: {}", answer.body);
        assert!(
            !answer.body.contains("value=\"4"),
            "a card is not shown again"
        );
    }
    assert_eq!(shop.has("USD"), pair("100000", "0"));
    let good = format!("{form}&cardNumber=4242+4242-4242+4242&cvv=737&expDate=12/27");
    let paid = shop.post("/card/pay", &[FORM], &good).await;
    assert_eq!((paid.status, paid.header("location")), (303, Some(target)));
    let id = shop.sandbox.orders()[0].order_id.clone();
    let page = shop.get(target).await.body;
    assert!(
        page.contains("href=\"https://shop.example/ok\"") && !page.contains("txnRef"),
        "{page}"
    );
    assert_eq!(shop.has("USD"), pair("100002", "0"));
    // A paid order is refused before the card is read.
    for again in [good.as_str(), form] {
        let answer = shop.post("/card/pay", &[FORM], again).await;
        assert_eq!(answer.status, 409, "{again}");
        assert!(answer.body.contains("cannot be paid"), "{}", answer.body);
    }

    let url = shop
        .data("createOrderByCreditCard", &[("merchantTradeNo", "2")])
        .await["cashierURL"]
        .clone();
    let target = url
        .as_str()
        .unwrap()
        .strip_prefix(shop.sandbox.base_url())
        .unwrap();
    assert_eq!(
        shop.post("/card/cancel", &[FORM], form_of(target))
            .await
            .status,
        303
    );
    assert!(shop.get(target).await.body.contains("closed"));
    let amount = shop.sandbox.pay(&id, Some("1")).await;
    assert!(amount.is_err());
}

#[tokio::test]
async fn a_link_opens_its_own_page_only() {
    let shop = Shop::open().await;
    let (_, target) = bank(&shop, &shop.data("pwpp", &[]).await);
    let form = form_of(&target);
    for page in ["/payment", "/card"] {
        assert_eq!(
            shop.get(&format!("{page}?{form}")).await.status,
            403,
            "{page}"
        );
    }
    for button in [
        "/payment/pay",
        "/payment/expire",
        "/card/pay",
        "/card/cancel",
    ] {
        assert_eq!(
            shop.post(button, &[FORM], form).await.status,
            403,
            "{button}"
        );
    }
    let forged = target.replace("sign=", "sign=0");
    assert_eq!(shop.get(&forged).await.status, 403);
    assert_eq!(
        shop.post("/3ds/confirm", &[FORM], form_of(&forged))
            .await
            .status,
        403
    );
    assert_eq!(shop.sandbox.orders()[0].status.as_str(), "pending");
    shop.sandbox.reset();
    assert_eq!(shop.get(&target).await.status, 404);
    assert_eq!(shop.post("/3ds/refuse", &[FORM], form).await.status, 404);
}

#[tokio::test]
async fn never_keeps_shows_or_sends_card_data() {
    let (number, cvv, expiry) = ("4111111111111111", "9071", "07/31");
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let shop = Shop::with(|builder| {
        let seen = seen.clone();
        builder.observe(move |record| *seen.lock().unwrap() += &format!("{record:?}"))
    })
    .await;
    let receiver = Receiver::start(&[]).await;
    let url = receiver.url();
    let card = [("cardNumber", number), ("cvv", cvv), ("expDate", expiry)];
    let mut text = String::new();
    for changes in [
        &[("merchantTradeNo", "1"), ("storeCc", "1")][..],
        &[("merchantTradeNo", "2"), ("currency", "GBP")],
        &[("merchantTradeNo", "1")],
        &[("merchantTradeNo", "3"), ("merchantId", "1")],
        // Misspelt names of a card's values, signed and not.
        &[("merchantTradeNo", "5"), (" cardNumber", number)],
        &[("merchantTradeNo", "6"), ("cardNo", number), ("cvc", cvv)],
        &[("merchantTradeNo", "7"), ("exp_date", expiry), ("sign", "")],
    ] {
        let changes = [&card[..], changes, &[("callbackURL", &url)]].concat();
        text += &shop.ask("pwpp", &changes).await.body;
    }
    let canonical = shop.sandbox.requests()[0].canonical.clone().unwrap();
    for masked in [
        "cardNumber=***&",
        "cvv=***&",
        "expDate=***&",
        "&firstName=***&",
    ] {
        assert!(canonical.contains(masked), "{canonical}");
    }
    let misspelt = shop.sandbox.requests()[5].canonical.clone().unwrap();
    for masked in ["&cardNo=***&", "&cvc=***&"] {
        assert!(misspelt.contains(masked), "{misspelt}");
    }
    let url = shop
        .data("createOrderByCreditCard", &[("merchantTradeNo", "4")])
        .await["cashierURL"]
        .clone();
    let target = url
        .as_str()
        .unwrap()
        .strip_prefix(shop.sandbox.base_url())
        .unwrap();
    for number in ["4111111111111112", number] {
        let form = format!(
            "{}&cardNumber={number}&cvv={cvv}&expDate={expiry}",
            form_of(target)
        );
        text += &shop.post("/card/pay", &[FORM], &form).await.body;
    }
    shop.sandbox.pay("1", None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    for path in ["", "/requests", "/orders", "/deliveries", "/users"] {
        text += &shop.get(&format!("/_sandbox{path}")).await.body;
    }
    text += &shop.get(target).await.body;
    text += &format!(
        "{:?}{:?}{:?}",
        shop.sandbox.requests(),
        shop.sandbox.orders(),
        receiver.requests()
    );
    text += &seen.lock().unwrap();
    for secret in [number, "4111111111111112", cvv, expiry, "07%2F31"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
