//! Cards against the sandbox over HTTP.

use crate::calls;
use crate::calls::{amount, reference};
use crate::sandbox_calls::withdraw;
use crate::support;
use crate::support::receiver::Receiver;
use crate::support::sandbox::{assert_unknown_after_code_1, detail, start};
use cpay_client::{
    Card, CardExpiry, CardNumber, CardPayment, CardRateQuery, Conversion, Cvv, OrderQuery,
    OrderStatus, Purchase, RateQuery, WalletAddressQuery,
};
use payments_core::{Kind, NextStep, Outcome, Refusal};
use payments_sandbox::{Sandbox, Verdict};

fn pay_with(trade_no: &str, number: &str) -> CardPayment {
    let card = Card::new(
        CardNumber::new(number).unwrap(),
        CardExpiry::new(12, 2099).unwrap(),
        Cvv::new("123").unwrap(),
    );
    let purchase = Purchase::new(amount("19.01"), "EUR", vec![calls::mac(), calls::iphone()]);
    CardPayment::new(
        reference(trade_no),
        "1001",
        purchase,
        card,
        calls::payer(),
        calls::browser(),
    )
}

#[tokio::test]
async fn a_card_is_charged_stored_and_charged_again() {
    let (sandbox, client) = start(Sandbox::builder().cpay_kyc_required(false)).await;
    let page = client
        .pay_by_card(pay_with("c-1", "4242424242424242").store_card())
        .await
        .unwrap();
    assert!(page.page.as_deref().unwrap().contains("<html"));
    assert_eq!(
        detail(&client, "c-1").await.status,
        OrderStatus::Pending,
        "the customer has to confirm"
    );
    sandbox.pay(page.order_id.as_str(), None).await.unwrap();
    let paid = detail(&client, "c-1").await;
    assert_eq!(
        (paid.status, paid.actual_amount),
        (OrderStatus::Completed, Some(amount("19.01")))
    );

    let stored = page.stored_card.unwrap();
    let purchase = Purchase::new(amount("2"), "USD", vec![calls::mac()]);
    let again = CardPayment::by_stored_card(
        reference("c-2"),
        "1001",
        purchase,
        stored,
        calls::payer(),
        calls::browser(),
    );
    let page = client.pay_by_card(again).await.unwrap();
    sandbox.pay(page.order_id.as_str(), None).await.unwrap();
    assert_eq!(detail(&client, "c-2").await.status, OrderStatus::Completed);
    let somebody_elses = calls::stored_card_payment("000000000000000000");
    assert_eq!(
        client.pay_by_card(somebody_elses).await.unwrap_err().kind(),
        Kind::Refused(Refusal::Declined)
    );
}

#[tokio::test]
async fn a_declined_card_creates_no_order() {
    let (sandbox, client) = start(Sandbox::builder().cpay_kyc_required(false)).await;
    let error = client
        .pay_by_card(pay_with("c-1", "4000000000000002"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Refused(Refusal::Declined), Outcome::NotApplied)
    );
    assert_eq!(
        (error.code(), error.message()),
        (Some("90751015"), Some("pay fail"))
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::ContactProvider, 1)
    );
    assert!(error.request_id().is_some());
    assert!(sandbox.orders().is_empty());
    let printed = format!(
        "{error:?} {error} {:?} {:?}",
        sandbox.requests(),
        sandbox.orders()
    );
    assert!(
        printed.contains("pay fail") && !printed.contains("400000000000"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_card_order_is_live_until_it_is_paid() {
    let (sandbox, client) = start(Sandbox::builder()).await;
    let receiver = Receiver::start(client.webhooks().clone()).await;
    let order = calls::card_order_from("2001:db8::7")
        .language("ru-RU")
        .callback_url(receiver.url())
        .ext_info(r#"{"cart":"a & b"}"#);
    let made = client.create_card_order(order.clone()).await.unwrap();
    assert!(made.is_live(), "{made:?}");
    assert!(
        made.cashier_url
            .as_deref()
            .unwrap()
            .starts_with(sandbox.base_url())
    );
    sandbox.pay(made.order_id.as_str(), None).await.unwrap();
    sandbox.webhooks_quiet().await;
    let event = receiver.received().remove(0).unwrap();
    assert_eq!(
        (&event.status, &event.order_id),
        (&OrderStatus::Completed, &Some(made.order_id))
    );
    assert_eq!(event.ext_info.as_deref(), Some(r#"{"cart":"a & b"}"#));
    assert_unknown_after_code_1(&client.create_card_order(order).await.unwrap_err());
}

#[tokio::test]
async fn a_call_from_an_unlisted_ip_address_has_no_effect() {
    let (sandbox, client) =
        start(Sandbox::builder().cpay_allowed_ips(["198.51.100.1".parse().unwrap()])).await;
    let rate = || Conversion::spending(amount("1"), "USD", "BTC");
    let errors = [
        client
            .wallet_addresses(WalletAddressQuery::new("u"))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .withdraw(withdraw("w", "4", "3"))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .create_fiat_payout(calls::payout(calls::pix()))
            .await
            .map(drop)
            .unwrap_err(),
        client.balances().await.map(drop).unwrap_err(),
        client
            .exchange_rate(RateQuery::new(rate()))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .card_exchange_rate(CardRateQuery::new(rate()))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .order_detail(OrderQuery::by_hash("ff"))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .exchange(calls::exchange())
            .await
            .map(drop)
            .unwrap_err(),
        client
            .submit_kyc(calls::kyc(1))
            .await
            .map(drop)
            .unwrap_err(),
        client
            .pay_by_card(calls::card_payment())
            .await
            .map(drop)
            .unwrap_err(),
        client
            .create_order(support::order())
            .await
            .map(drop)
            .unwrap_err(),
        client
            .create_card_order(calls::card_order())
            .await
            .map(drop)
            .unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error.code(), Some("90751002"), "{error}");
        assert_eq!(error.kind(), Kind::Refused(Refusal::Permission), "{error}");
        assert_eq!(
            (error.outcome(), error.next_step()),
            (Outcome::NotApplied, NextStep::FixConfiguration),
            "{error}"
        );
    }
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 12, "one request a call");
    assert!(
        requests
            .iter()
            .all(|request| request.verdict == Verdict::Refused)
    );
    assert!(sandbox.orders().is_empty());
}
