//! Orders: created, paid on their page, queried, confirmed, cancelled.

use bytes::Bytes;
use chainup_opay_client::{
    CancelOrder, CancelPath, Client, Goods, OrderDetailMode, OrderQuery, OrderStatus, PayPage,
    Payer, TimeForm,
};
use payments_core::{Kind, Outcome, ProviderRef, Refusal, Transport as _};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::{Gateway, OrderStatus as SandboxStatus};

use crate::sandbox::shop::{
    CAREFUL_PAYER, COIN, OPEN_ID, PAYER, POOR_PAYER, Shop, UNLUCKY_PAYER, amount, reference,
    refused,
};

/// The payer presses a button of the page.
async fn press(shop: &Shop, page: &PayPage, button: &str) -> (String, http::StatusCode) {
    let url = shop.client.pay_page_url(page).unwrap();
    let browser = ReqwestTransport::builder().build().unwrap();
    let get = http::Request::get(url.as_str()).body(Bytes::new()).unwrap();
    let answer = browser.send(get).await.unwrap();
    let html = String::from_utf8(answer.into_body().into()).unwrap();
    // The form has the parameters of the URL.
    let (_, query) = url.as_str().split_once('?').unwrap();
    let post = http::Request::post(format!("{}/platform/{button}", shop.sandbox.base_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(query.to_owned()))
        .unwrap();
    (html, browser.send(post).await.unwrap().status())
}

#[tokio::test]
async fn an_order_is_created_paid_on_its_page_and_confirmed() {
    let shop = Shop::open().await;
    let payer = Payer::by_open_id(OPEN_ID).and_user_id(PAYER);
    let order = shop
        .order_for(payer.clone(), "order-1001", "66.123456", COIN)
        .scene_type(1001)
        .token("a-token+of/the=payer")
        .goods([Goods::new("Bücher & mehr", "\"Nachts\", 300 Seiten")]);
    let number = shop.client.create_order(order).await.unwrap().order_num;
    let open = shop.detail(&number).await;
    assert_eq!(
        (&open.order_num, &open.status),
        (&number, &OrderStatus::Pending)
    );
    assert_eq!(open.app_order_id.as_deref(), Some("order-1001"));
    assert_eq!(open.amount, Some(amount("66.123456")));
    assert!(open.is_in(COIN) && !open.is_in("USDT") && open.is_verified());
    assert_eq!(open.user_id.as_deref(), Some(PAYER));
    assert_eq!(open.has_google_codes, Some(false));
    let accounts = open.accounts.unwrap();
    assert_eq!(accounts[0].account_type.as_deref(), Some("201"));
    assert_eq!(accounts[0].balance, Some(amount("1000000")));
    let now_ms = shop.sandbox.clock().now_ms();
    assert!(now_ms - open.create_time.unwrap().as_millis() < 60_000);

    let page = PayPage::new(number.clone(), payer).token("a-token+of/the=payer");
    let (html, status) = press(&shop, &page, "pay").await;
    assert!(
        html.contains("66.123456") && html.contains("Bücher"),
        "{html}"
    );
    assert!(status.is_redirection(), "{status}");

    shop.sandbox.webhooks_quiet().await;
    let event = shop.receiver.events().remove(0);
    assert_eq!(
        (&event.order_num, &event.status),
        (&number, &OrderStatus::Paid)
    );
    assert_eq!(
        (&*event.app_order_id, event.amount),
        ("order-1001", amount("66.123456"))
    );
    assert_eq!(event.return_page, "https://shop.example/return?a=1&b=2");
    let confirmed = shop.client.confirm(&event).await.unwrap();
    assert!(confirmed.is_paid() && confirmed.is_for(amount("66.123456"), COIN));
    assert!(!confirmed.is_for(amount("66.123456"), "USDT"));
    let left = confirmed.detail.accounts.unwrap()[0].balance;
    assert_eq!(left, amount("1000000").checked_sub(amount("66.123456")));
    let balances = shop.sandbox.balances_at(Gateway::CHAINUP_OPAY);
    let row = balances.iter().find(|row| row.currency == COIN).unwrap();
    assert_eq!(row.available, "66.123456");
    // It cannot be paid twice.
    assert_eq!(
        press(&shop, &page, "pay").await.1,
        http::StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn the_pay_page_is_for_the_payer_of_the_order_only() {
    let shop = Shop::open().await;
    let number = shop.made("order-1", "5").await;
    let page = |payer: &str| PayPage::new(number.clone(), Payer::by_user_id(payer));
    let (_, status) = press(&shop, &page(CAREFUL_PAYER), "pay").await;
    assert_eq!(status, http::StatusCode::FORBIDDEN);
    assert_eq!(shop.status(&number).await, OrderStatus::Pending);
    for (id, button, expected) in [
        ("order-2", "fail", OrderStatus::Failed),
        ("order-3", "close", OrderStatus::Closed),
    ] {
        let number = shop.made(id, "5").await;
        let page = PayPage::new(number.clone(), Payer::by_user_id(PAYER));
        assert!(press(&shop, &page, button).await.1.is_redirection());
        assert_eq!(shop.status(&number).await, expected);
        shop.sandbox.webhooks_quiet().await;
        assert_eq!(shop.receiver.events().pop().unwrap().status, expected);
    }
}

#[tokio::test]
async fn test_payers_behave_as_documented() {
    let shop = Shop::open().await;
    let made = async |payer: &str, id: &str| {
        let order = shop.order_for(Payer::by_user_id(payer), id, "1.000001", COIN);
        shop.client.create_order(order).await.unwrap().order_num
    };
    let careful = shop.detail(&made(CAREFUL_PAYER, "careful").await).await;
    assert_eq!(careful.has_google_codes, Some(true));
    assert_eq!(careful.has_sms_codes, Some(true));
    let poor = made(POOR_PAYER, "poor").await;
    let too_low = shop.sandbox.pay(poor.as_str(), None).await.unwrap_err();
    assert!(too_low.to_string().contains("too low"));
    assert_eq!(shop.status(&poor).await, OrderStatus::Pending);
    let unlucky = made(UNLUCKY_PAYER, "unlucky").await;
    shop.sandbox.pay(unlucky.as_str(), None).await.unwrap();
    let status = shop.status(&unlucky).await;
    assert!(status == OrderStatus::Failed && !status.is_final());
    shop.sandbox.webhooks_quiet().await;
    let event = shop.receiver.events().remove(0);
    let confirmed = shop.client.confirm(&event).await.unwrap();
    assert!(!confirmed.is_paid());
}

#[tokio::test]
async fn a_cancelled_order_is_closed_and_cannot_be_paid() {
    for path in [CancelPath::Prefixed, CancelPath::Bare] {
        let shop = Shop::with(|builder| builder, |config| config.cancel_path(path)).await;
        let number = shop.made("order-1", "5").await;
        let cancel = || shop.client.cancel_order(CancelOrder::new(number.clone()));
        let receipt = cancel().await.unwrap();
        assert!(
            !receipt.is_verified(),
            "a success without data is not signed"
        );
        let closed = shop.client.confirm_cancelled(&receipt).await.unwrap();
        assert_eq!(
            (closed.status, closed.order_num),
            (OrderStatus::Closed, number.clone())
        );
        assert_eq!(shop.status(&number).await, OrderStatus::Closed);
        refused(&cancel().await.unwrap_err(), "70003", Refusal::State);
        assert!(shop.sandbox.pay(number.as_str(), None).await.is_err());
        shop.sandbox.webhooks_quiet().await;
        let event = shop.receiver.events().remove(0);
        assert_eq!(event.status, OrderStatus::Closed);
        assert!(!shop.client.confirm(&event).await.unwrap().is_paid());

        let paid = shop.made("order-2", "5").await;
        shop.sandbox.pay(paid.as_str(), None).await.unwrap();
        let late = shop
            .client
            .cancel_order(CancelOrder::new(paid.clone()))
            .await;
        refused(&late.unwrap_err(), "70003", Refusal::State);
        assert_eq!(shop.status(&paid).await, OrderStatus::Paid);
    }
}

#[tokio::test]
async fn a_second_order_with_the_same_id_is_a_duplicate() {
    let shop = Shop::open().await;
    let number = shop.made("order-1", "5").await;
    let error = shop.client.create_order(shop.order("order-1", "5")).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
    assert_eq!((error.code(), error.attempts()), (Some("70002"), 1));
    assert_eq!(shop.sandbox.orders().len(), 1);
    assert_eq!(shop.status(&number).await, OrderStatus::Pending);
}

#[tokio::test]
async fn an_order_can_be_queried_in_plain_mode() {
    let plain =
        |config: chainup_opay_client::Config| config.order_detail_mode(OrderDetailMode::Plain);
    let shop = Shop::with(
        |builder| builder.chainup_opay_plain_order_detail(true),
        plain,
    )
    .await;
    let number = shop.made("order-1", "5").await;
    shop.sandbox.pay(number.as_str(), None).await.unwrap();
    let detail = shop.detail(&number).await;
    assert_eq!(detail.status, OrderStatus::Paid);
    assert!(!detail.is_verified(), "a plain answer is not signed");
    shop.sandbox.webhooks_quiet().await;
    let event = shop.receiver.events().remove(0);
    assert!(shop.client.confirm(&event).await.unwrap().is_paid());
    let unknown = OrderQuery::new(ProviderRef::new("no-such-number").unwrap());
    let error = shop.client.order_detail(unknown).await.unwrap_err();
    refused(&error, "70001", Refusal::State);

    // A platform that accepts the envelope only refuses the plain form.
    let shop = Shop::with(|builder| builder, plain).await;
    let number = shop.made("order-1", "5").await;
    let error = shop
        .client
        .order_detail(OrderQuery::new(number))
        .await
        .unwrap_err();
    refused(&error, "50005", Refusal::Authentication);
}

#[tokio::test]
async fn the_platform_accepts_time_as_text() {
    let text = |config: chainup_opay_client::Config| config.time_form(TimeForm::Text);
    let shop = Shop::with(|builder| builder, text).await;
    let number = shop.made("order-1", "5").await;
    assert_eq!(shop.status(&number).await, OrderStatus::Pending);
}

#[tokio::test]
async fn prepare_and_parse_work_with_another_http_stack() {
    use payments_core::Clock as _;
    let shop = Shop::open().await;
    let client = Client::new(&shop.config).unwrap();
    let order = shop.order("order-1", "5");
    let clock = payments_reqwest::SystemClock::new();
    let request = client.prepare(&order, clock.now()).unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let answer = transport.send(request).await.unwrap();
    let created = client.parse(&order, &answer, clock.now()).unwrap();
    let detail = client
        .order_detail(OrderQuery::new(created.order_num))
        .await
        .unwrap();
    assert_eq!(
        detail.app_order_id.as_deref(),
        Some(reference("order-1").as_str())
    );
    let made = shop.sandbox.order("order-1").unwrap();
    assert_eq!(made.status, SandboxStatus::Pending);
}
