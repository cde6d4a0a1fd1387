//! Lost, late and replaced answers, and refused credentials.

use std::time::Duration;

use ccpayment_client::v2::{AssignAddress, Client, CoinQuery, Config};
use payments_core::{Error, Kind, NextStep, Outcome, Refusal};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::{Fault, Gateway};

use super::shop::{Shop, USDT, client, cwallet_payout, invoice, order, payout, swap};
use crate::shop_clock;

/// The ways to lose an answer, and whether the request took effect.
fn losses(call: &str) -> [(Fault, bool); 6] {
    let gateway = Gateway::CCPAYMENT_V2;
    let (after, instead) = (Fault::after(gateway), Fault::instead(gateway));
    [
        (after.clone().call(call), true),
        (instead.clone().call(call), false),
        (after.clone().call(call).http_status(502), true),
        (instead.call(call).http_status(502), false),
        (after.clone().call(call).code(11_002), true),
        // A refusal under a status of a failed server proves nothing.
        (after.call(call).code(14_000).http_status(500), true),
    ]
}

fn is_unknown(error: &Error) {
    assert_eq!(
        (error.outcome(), error.next_step(), error.attempts()),
        (Outcome::Unknown, NextStep::Query, 1),
        "{error}"
    );
}

/// Makes a call whose answer is lost in every way, and confirms it.
macro_rules! loses {
    ($shop:ident, $call:literal, $method:ident, $make:expr) => {
        for (number, (fault, is_made)) in losses($call).into_iter().enumerate() {
            let id = format!("{}-{number}", stringify!($method));
            let request = $make(&*id);
            $shop.sandbox.fault(fault).unwrap();
            is_unknown(&$shop.client.$method(request.clone()).await.unwrap_err());
            let found = $shop.client.confirm(&request).await.unwrap();
            assert_eq!(found.is_some(), is_made, "{id}");
            assert_eq!($shop.sandbox.order(&id).is_some(), is_made, "{id}");
        }
        assert_eq!($shop.received($call), 6, "never sent twice");
    };
}

#[tokio::test]
async fn a_call_whose_answer_is_lost_is_unknown_until_it_is_confirmed() {
    let shop = Shop::open().await;
    loses!(shop, "applyAppWithdrawToNetwork", withdraw, |id| payout(
        id, "5"
    ));
    loses!(
        shop,
        "applyAppWithdrawToCwallet",
        withdraw_to_cwallet,
        |id| cwallet_payout(id, "5")
    );
    loses!(shop, "swap", swap, |id| swap(id, "10", "1"));
    loses!(shop, "createAppOrderDepositAddress", create_order, |id| {
        order(id, "5")
    });
    loses!(shop, "createInvoiceUrl", create_invoice, |id| invoice(
        id, "5"
    ));
    assert_eq!(shop.sandbox.waiting_faults(), 0);
}

#[tokio::test]
async fn reads_and_keyed_calls_are_repeated() {
    let shop = Shop::open().await;
    let gateway = Gateway::CCPAYMENT_V2;
    for fault in [
        Fault::after(gateway),
        Fault::instead(gateway).http_status(502),
    ] {
        shop.sandbox.fault(fault.clone().call("getCoin")).unwrap();
        shop.client.coin(CoinQuery::new(USDT)).await.unwrap();
        let call = "getOrCreateAppDepositAddress";
        shop.sandbox.fault(fault.call(call)).unwrap();
        let assign = AssignAddress::new("customer-7", "TRX");
        shop.client.deposit_address(assign).await.unwrap();
    }
    assert_eq!(shop.received("getCoin"), 4);
    assert_eq!(shop.received("getOrCreateAppDepositAddress"), 4);
    assert_eq!(shop.sandbox.waiting_faults(), 0);
}

/// A client that waits a tenth of a second for an answer.
fn impatient(shop: &Shop) -> Client {
    let transport = ReqwestTransport::builder()
        .connect_timeout(Duration::from_secs(5))
        .attempt_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let test = &shop.sandbox.credentials().ccpayment_v2;
    let base_url = format!("{}/ccpayment/v2/", shop.sandbox.base_url());
    let config = Config::new(base_url, &*test.app_id, &*test.app_secret).unwrap();
    Client::with_executor(&config, shop_clock::over(transport, &shop.sandbox, 0))
}

#[tokio::test]
async fn a_withdrawal_that_is_not_found_may_still_arrive() {
    let shop = Shop::open().await;
    let late = Fault::late_request(Gateway::CCPAYMENT_V2, Duration::from_secs(60));
    shop.sandbox
        .fault(late.call("applyAppWithdrawToNetwork"))
        .unwrap();
    let new = payout("payout-1", "5");
    let error = impatient(&shop).withdraw(new.clone()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Timeout, Outcome::Unknown),
        "{error}"
    );
    assert_eq!(shop.client.confirm(&new).await.unwrap(), None, "not yet");
    shop.advance(60);
    let mut found = None;
    for _ in 0..1_000 {
        found = shop.client.confirm(&new).await.unwrap();
        if found.is_some() {
            break;
        }
    }
    assert_eq!(found.unwrap().order_id, "payout-1");
}

#[tokio::test]
async fn a_client_with_a_wrong_secret_stops_before_it_is_banned() {
    let shop = Shop::open().await;
    let app_id = &shop.sandbox.credentials().ccpayment_v2.app_id;
    let wrong = client(&shop.sandbox, app_id, "another-secret", 0);
    let ask = async || wrong.coin(CoinQuery::new(USDT)).await.unwrap_err();
    for _ in 0..3 {
        let error = ask().await;
        assert_eq!(error.kind(), Kind::Refused(Refusal::Authentication));
        assert_eq!((error.code(), error.attempts()), (Some("11005"), 1));
    }
    let error = wrong.withdraw(payout("payout-1", "5")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (Kind::Configuration, 0),
        "{error}"
    );
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert_eq!(shop.sandbox.requests().len(), 3);
    shop.advance(599);
    assert_eq!(ask().await.attempts(), 0);
    // After the pause one request is sent; its refusal doubles the pause.
    shop.advance(1);
    assert_eq!(ask().await.attempts(), 1);
    shop.advance(600);
    assert_eq!(ask().await.attempts(), 0);
    assert_eq!(shop.sandbox.requests().len(), 4);
    // The client with the right secret never stops.
    shop.client.coin(CoinQuery::new(USDT)).await.unwrap();
}

/// Refusals come with status 200. Under another one the same code may be a proxy's: it neither counts nor ends the count.
#[tokio::test]
async fn refusals_under_another_status_do_not_count() {
    let shop = Shop::open().await;
    let refused = Fault::instead(Gateway::CCPAYMENT_V2).code(11_005);
    let ask = async || shop.client.coin(CoinQuery::new(USDT)).await.unwrap_err();
    shop.sandbox.fault(refused.clone().times(2)).unwrap();
    shop.sandbox
        .fault(refused.clone().http_status(401).times(5))
        .unwrap();
    for _ in 0..7 {
        assert_eq!(ask().await.outcome(), Outcome::NotApplied);
    }
    assert_eq!(
        (shop.received("getCoin"), shop.sandbox.waiting_faults()),
        (7, 0)
    );
    shop.sandbox.fault(refused).unwrap();
    assert_eq!(ask().await.code(), Some("11005"), "the third one");
    let error = ask().await;
    assert_eq!(
        (error.kind(), error.attempts()),
        (Kind::Configuration, 0),
        "{error}"
    );
    assert_eq!(shop.received("getCoin"), 8);
}
