//! Payouts at the sandbox, to a chain and to Cwallet: answered, lost, refused and altered.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, NextStep, Outcome, Reach, Refusal, TransportError};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{Fee, Gateway as _, Phase, Settlement};

use super::support::*;

#[tokio::test]
async fn payouts_are_accepted_confirmed_and_made() {
    let shop = Shop::open().await;
    let payouts = shop.gateway.payouts().unwrap();
    let mut made = Vec::new();
    for order in [
        to_chain("on-top", Fee::OnTop),
        to_chain("included", Fee::Included),
        to_account("account"),
    ] {
        let payment = payouts.create(&order).await.unwrap().into_inner();
        assert_eq!(payment.kind(), PaymentKind::Payout);
        assert_eq!(payment.reference(), Some(order.reference()));
        // The confirmation states what was ordered.
        assert_eq!(
            payment.ordered().map(|money| money.amount),
            Some("4".parse().unwrap())
        );
        assert!(!payment.is_contested());
        made.push(payment);
    }
    assert_eq!(shop.count("getAppWithdrawRecord"), 3);
    let mut made_account = made.pop().unwrap();
    for text in ["on-top", "included"] {
        assert_eq!(shop.found_payout(text).await.phase(), Phase::Processing);
        shop.sandbox.complete(text).await.unwrap();
        let made = shop.found_payout(text).await;
        assert_eq!(made.phase(), Phase::Completed);
        // The record does not say who bore the fee.
        assert_eq!(made.funds().settlement(), Settlement::Unstated);
        assert_eq!(made.fee(), Some(&money("0.1", "USDT")));
        assert!(made.transactions().next().is_some());
    }
    // Within Cwallet there is no fee, so everything arrives.
    shop.sandbox.complete("account").await.unwrap();
    let account = shop.found_payout("account").await;
    assert_eq!(account.funds().received, Some(money("4", "USDT")));
    assert_eq!(made_account.funds().settlement(), Settlement::Unstated);
    made_account.merge(account).unwrap();
    assert!(made_account.status().is_paid_in_full());

    for (text, phase) in [("failed", Closure::Failed), ("rejected", Closure::Rejected)] {
        payouts.create(&to_chain(text, Fee::OnTop)).await.unwrap();
        match phase {
            Closure::Failed => shop.sandbox.fail(text).await.unwrap(),
            _ => shop.sandbox.reject(text).await.unwrap(),
        };
        let closed = shop.found_payout(text).await;
        assert_eq!(closed.phase(), Phase::Closed(phase));
    }
}

#[tokio::test]
async fn a_lost_answer_is_confirmed_by_its_reference_and_nothing_is_sent_twice() {
    let shop = Shop::open().await;
    let payouts = shop.gateway.payouts().unwrap();
    for (order, call) in [
        (to_chain("lost-1", Fee::OnTop), "applyAppWithdrawToNetwork"),
        (to_account("lost-2"), "applyAppWithdrawToCwallet"),
    ] {
        shop.lose_answer(call);
        let made = payouts.create(&order).await.unwrap();
        assert!(
            made.provided::<ccpayment_client::v2::WithdrawalRecord>()
                .is_some()
        );
        assert_eq!(made.reference(), Some(order.reference()));
        assert_eq!(shop.count(call), 1);
    }
    // 4 and 4, and the fee of the first.
    assert_eq!(shop.balance("USDT"), "99991.9");

    // A request that did not arrive is not found, which proves nothing.
    let fault = payments_sandbox::Fault::instead(payments_sandbox::Gateway::CCPAYMENT_V2)
        .call("applyAppWithdrawToNetwork");
    shop.sandbox.fault(fault).unwrap();
    let error = payouts
        .create(&to_chain("lost-3", Fee::OnTop))
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.ticket().is_some());
    assert_eq!(shop.balance("USDT"), "99991.9");
}

#[tokio::test]
async fn without_confirmation_a_lost_answer_stays_unknown_and_nothing_is_queried() {
    let shop = Shop::with(|builder| builder, |gateway| gateway.without_confirmation()).await;
    let payouts = shop.gateway.payouts().unwrap();
    payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    shop.lose_answer("applyAppWithdrawToNetwork");
    let error = payouts
        .create(&to_chain("payout-2", Fee::OnTop))
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(shop.count("getAppWithdrawRecord"), 0);
}

#[tokio::test]
async fn a_refusal_is_confirmed_before_it_counts() {
    let shop = Shop::open().await;
    let payouts = shop.gateway.payouts().unwrap();
    // More than there is.
    let much = |text| {
        let order = to_account(text);
        payments_facade::PayoutOrder::new(
            order.reference().clone(),
            order.payee().clone(),
            money("1000000", "USDT"),
            Fee::Included,
        )
    };
    let error = payouts.create(&much("payout-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.ticket()),
        (Kind::Refused(Refusal::Funds), Outcome::NotApplied, None)
    );
    assert_eq!(shop.count("getAppWithdrawRecord"), 1);
}

/// Another account may make the payout, and the same call may be repeated later.
#[test]
fn a_payout_that_a_stopped_chain_refuses_has_no_ticket() {
    for code in [11_017, 13_004, 14_004] {
        let transport = ScriptedTransport::new()
            .says(COINS)
            .refuses(code)
            .refuses(11_003);
        let gateway = scripted(&transport);
        let create = gateway.payouts().unwrap();
        let error = block_on(create.create(&to_chain("payout-1", Fee::OnTop))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.ticket()),
            (Kind::Refused(Refusal::Temporary), Outcome::NotApplied, None),
            "{code}"
        );
        assert_eq!(error.cause().next_step(), NextStep::RetryLater);
    }
}

const RECORD: &str = r#"{"record":{"recordId":"202701","withdrawType":"Network","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON",
    "orderId":"payout-1","toAddress":"0xdac17f958d2ee523a2206206994597c13d831ec7","status":"Processing","amount":"4"}}"#;

#[test]
fn a_refusal_of_a_reference_that_exists_has_a_ticket_whatever_its_code() {
    // A limit, which the gateway may check before it looks for the reference.
    for code in [14_000, 14_006, 14_018, 11_011] {
        let transport = ScriptedTransport::new()
            .says(COINS)
            .refuses(code)
            .says(RECORD);
        let gateway = scripted(&transport);
        let create = gateway.payouts().unwrap();
        let error = block_on(create.create(&to_chain("payout-1", Fee::OnTop))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Duplicate, Outcome::NotApplied),
            "{code}"
        );
        assert_eq!(error.code(), Some(code.to_string().as_str()));
        assert!(error.ticket().unwrap().was_refused());
    }
}

#[test]
fn an_accepted_payout_whose_record_differs_is_to_be_investigated() {
    for altered in [
        RECORD.replace("\"amount\":\"4\"", "\"amount\":\"40\""),
        RECORD.replace("0xdac1", "0xdac2"),
        RECORD.replace("\"coinId\":1280", "\"coinId\":1329"),
    ] {
        let transport = ScriptedTransport::new()
            .says(COINS)
            .says(r#"{"recordId":"202701"}"#)
            .says(&altered);
        let gateway = scripted(&transport);
        let payouts = gateway.payouts().unwrap();
        let error = block_on(payouts.create(&to_chain("payout-1", Fee::OnTop))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Integrity, Outcome::Applied),
            "{error}"
        );
        assert!(error.ticket().is_some());
        assert_eq!(transport.requests().len(), 3);
    }
}

#[test]
fn an_unknown_outcome_stays_unknown_if_the_query_fails_or_finds_another_payout() {
    let lost = || {
        ScriptedTransport::new()
            .says(COINS)
            .fail(TransportError::timeout(Reach::MaybeSent))
    };
    for transport in [
        lost().refuses(11_003),
        lost().refuses(11_002),
        lost().says(&RECORD.replace("\"amount\":\"4\"", "\"amount\":\"40\"")),
    ] {
        let gateway = scripted(&transport);
        let payouts = gateway.payouts().unwrap();
        let error = block_on(payouts.create(&to_chain("payout-1", Fee::OnTop))).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(error.ticket().unwrap().reference(), &reference("payout-1"));
        let paths: Vec<String> = sent(&transport).into_iter().map(|(path, _)| path).collect();
        let times = |name: &str| paths.iter().filter(|path| *path == name).count();
        assert_eq!(times("applyAppWithdrawToNetwork"), 1);
    }
}

#[test]
fn refused_credentials_are_not_followed_by_a_query() {
    for code in [11_005, 12_001, 12_002, 11_013] {
        let transport = ScriptedTransport::new().says(COINS).refuses(code);
        let gateway = scripted(&transport);
        let payouts = gateway.payouts().unwrap();
        let error = block_on(payouts.create(&to_chain("payout-1", Fee::OnTop))).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotApplied, "{code}");
        assert_eq!(transport.requests().len(), 2, "{code}");
    }
}

#[test]
fn what_arrived_is_known_where_the_call_says_who_bears_the_fee() {
    let record = RECORD.replace("Processing", "Success").replace(
        "\"amount\":\"4\"",
        "\"amount\":\"4\",\"fee\":{\"coinId\":1280,\"coinSymbol\":\"USDT\",\"amount\":\"0.1\"}",
    );
    let in_other_coin = record.replace(
        "\"coinId\":1280,\"coinSymbol\":\"USDT\",\"amount\":\"0.1\"",
        "\"coinId\":1329,\"coinSymbol\":\"POL\",\"amount\":\"0.1\"",
    );
    for (record, fee, arrives) in [
        (&record, Fee::OnTop, Some("4")),
        (&record, Fee::Included, Some("3.9")),
        (&in_other_coin, Fee::OnTop, Some("4")),
        (&in_other_coin, Fee::Included, None),
    ] {
        let transport = ScriptedTransport::new()
            .says(COINS)
            .says(r#"{"recordId":"202701"}"#)
            .says(record);
        let gateway = scripted(&transport);
        let payouts = gateway.payouts().unwrap();
        let made = block_on(payouts.create(&to_chain("payout-1", fee))).unwrap();
        let expected = arrives.map(usdt);
        assert_eq!(made.funds().received, expected, "{fee:?}");
        assert_eq!(made.phase(), Phase::Completed);
    }
}

#[test]
fn a_record_of_another_account_at_cwallet_is_never_taken_for_the_payout() {
    let record = r#"{"record":{"recordId":"202701","withdrawType":"Cwallet","coinId":1280,"coinSymbol":"USDT","chain":"Cwallet OS",
        "orderId":"payout-1","cwalletUser":"9454819","status":"Success","amount":"4"}}"#;
    let accepted = ScriptedTransport::new()
        .says(COINS)
        .says(r#"{"recordId":"202701"}"#)
        .says(record);
    let lost = ScriptedTransport::new()
        .says(COINS)
        .fail(TransportError::timeout(Reach::MaybeSent))
        .says(record);
    for (transport, outcome) in [(accepted, Outcome::Applied), (lost, Outcome::Unknown)] {
        let gateway = scripted(&transport);
        let payouts = gateway.payouts().unwrap();
        let error = block_on(payouts.create(&to_account("payout-1"))).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (Kind::Integrity, outcome));
        assert!(error.ticket().is_some());
    }
}
