//! What the console does or switches: automatic withdrawals, refunds of risky deposits, signed answers, limits and bans.

use ccpayment_client::v2::{
    AssignAddress, AutoWithdrawalsQuery, CoinQuery, Event, RiskyRefundsQuery, WithdrawalStatus,
};
use payments_core::{Kind, Outcome, Refusal};
use payments_sandbox::CcpaymentV2Deposit;

use super::shop::{POL, START_S, Shop, USDT, client, order, payout};
use crate::v2::support::{amount, at, some, sum};

#[tokio::test]
async fn automatic_withdrawals_are_listed_page_by_page() {
    let shop = Shop::open().await;
    let before = shop.balance(USDT).await;
    for number in 1..=21 {
        let value = number.to_string();
        shop.sandbox
            .ccpayment_v2_auto_withdrawal(USDT, "POLYGON", &value)
            .await
            .unwrap();
    }
    let query = || AutoWithdrawalsQuery::all().coin(USDT).chain("POLYGON");
    let mut rows = shop.client.rows(query());
    let first = rows.next().await.unwrap().unwrap();
    assert_eq!((first.coin_id, &first.coin_symbol), (USDT, &some("USDT")));
    assert_eq!((&first.chain, &first.order_id), (&some("POLYGON"), &None));
    assert!(first.to_address.is_some() && first.tx_id.is_some());
    assert_eq!((&first.to_memo, first.amount), (&None, sum("21")));
    assert_eq!(first.status, Some(WithdrawalStatus::Success));
    assert_eq!(first.fee.unwrap().amount_in(USDT), sum("0.1"));
    assert_eq!(
        (first.created_at, first.service_fee),
        (Some(at(START_S)), sum("0"))
    );
    assert!(first.deposits.is_empty());
    let mut total = first.amount.unwrap();
    while let Some(row) = rows.next().await {
        total = total.checked_add(row.unwrap().amount.unwrap()).unwrap();
    }
    assert_eq!(total, amount("231"));
    assert_eq!(shop.received("getAutoWithdrawRecordList"), 2);
    assert_eq!(shop.balance(USDT).await.checked_add(total), Some(before));
    let one = shop
        .client
        .auto_withdrawals(query().records([first.record_id]))
        .await
        .unwrap();
    assert_eq!((one.records.len(), one.next_id), (1, None));
    assert!(shop.events().await.is_empty(), "only the list shows them");
}

#[tokio::test]
async fn a_refund_names_the_risky_deposit() {
    let shop = Shop::open().await;
    let assign = AssignAddress::new("customer-7", "POLYGON");
    shop.client.deposit_address(assign).await.unwrap();
    shop.sandbox.ccpayment_v2_risky(true);
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "1.5");
    let risky = shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    shop.sandbox.refund(&risky.order_id, "1.5").await.unwrap();
    let page = shop
        .client
        .risky_refunds(RiskyRefundsQuery::all())
        .await
        .unwrap();
    let [refund] = page.records.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!((refund.coin_id, refund.amount), (POL, sum("1.5")));
    let deposits: Vec<&str> = refund
        .deposits
        .iter()
        .map(|deposit| deposit.record_id.as_str())
        .collect();
    assert_eq!(deposits, [&*risky.order_id]);
    assert_eq!(refund.service_fee, None);
}

#[tokio::test]
async fn signed_answers_verify_by_the_rule_of_requests() {
    let shop = Shop::open().await;
    shop.sandbox
        .ccpayment_v2_switch(|switches| switches.signed_answers = true);
    shop.client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    assert!(
        shop.client
            .confirm(&order("order-1", "10"))
            .await
            .unwrap()
            .is_some()
    );
    let error = shop
        .client
        .create_order(order("order-1", "10"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("11011"), "a refusal is signed, too");
}

#[tokio::test]
async fn a_client_stops_before_the_gateway_bans_its_address() {
    let shop = Shop::open().await;
    shop.sandbox
        .ccpayment_v2_switch(|switches| switches.ban_after = 4);
    let app_id = &shop.sandbox.credentials().ccpayment_v2.app_id;
    let wrong = client(&shop.sandbox, app_id, "another-secret", 0);
    for _ in 0..10 {
        wrong.coin(CoinQuery::new(USDT)).await.unwrap_err();
    }
    // A client without that pause is banned by its fourth request, and then stops for a day.
    shop.client.coin(CoinQuery::new(USDT)).await.unwrap();
    for _ in 0..4 {
        let other = client(&shop.sandbox, app_id, "another-secret", 0);
        other.coin(CoinQuery::new(USDT)).await.unwrap_err();
    }
    let error = shop
        .client
        .withdraw(payout("payout-1", "5"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.outcome()),
        (Some("11014"), Outcome::NotApplied)
    );
    let sent = shop.sandbox.requests().len();
    let error = shop.client.coin(CoinQuery::new(USDT)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (Kind::Configuration, 0),
        "{error}"
    );
    assert_eq!(shop.sandbox.requests().len(), sent);
}

#[tokio::test]
async fn too_many_requests_are_refused_and_writes_are_not_repeated() {
    let shop = Shop::open().await;
    shop.sandbox
        .ccpayment_v2_switch(|switches| switches.requests_per_second = 1);
    shop.client.coin(CoinQuery::new(USDT)).await.unwrap();
    let error = shop.client.coin(CoinQuery::new(USDT)).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("11004"), Kind::Busy));
    assert_eq!(error.attempts(), 3);
    let error = shop
        .client
        .withdraw(payout("payout-1", "5"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (Kind::Refused(Refusal::Temporary), 1)
    );
    assert_eq!(error.outcome(), Outcome::NotApplied);
    shop.advance(1);
    shop.client.withdraw(payout("payout-1", "5")).await.unwrap();
}

#[tokio::test]
async fn a_webhook_that_was_overtaken_does_not_change_the_record() {
    let shop = Shop::open().await;
    shop.client.withdraw(payout("payout-1", "5")).await.unwrap();
    shop.sandbox.complete("payout-1").await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    shop.sandbox
        .ccpayment_v2_push("payout-1", Some("Processing"))
        .await
        .unwrap();
    let events = shop.events().await;
    let Event::ApiWithdrawal(last) = &**events.last().unwrap() else {
        panic!("{events:?}")
    };
    assert_eq!(last.status, WithdrawalStatus::Processing);
    let record = shop.client.withdrawal(last.query()).await.unwrap();
    assert_eq!(record.status, WithdrawalStatus::Success);
    let keys: Vec<_> = events.iter().map(|event| event.dedup_key()).collect();
    assert_eq!(
        keys.first(),
        keys.last(),
        "an event that was handled before"
    );
}
