//! From assets to tokens: when the list is asked for, and what is refused by it.

use std::time::Duration;

use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Asset, Kind, NextStep, Outcome};
use payments_facade::rate::RateRequest;
use payments_facade::{
    CheckoutOrder, Destination, Error, Fee, Gateway, Payee, PayoutOrder, network,
};

use super::support::*;

/// The coin of a native order is looked up; the order itself is not made, for its fault is no matter here.
fn pay_with(gateway: &payments_facade::ccpayment::Ccpayment, coin: &Asset) -> Error {
    let order = CheckoutOrder::native(reference("o"), dollars("1")).pay_with(coin.clone());
    block_on(gateway.checkout().unwrap().create(&order)).unwrap_err()
}

fn of_fantom() -> Asset {
    asset("FTM").on_network("FTM").unwrap()
}

#[test]
fn fetches_the_token_list_once_in_ten_minutes() {
    let clock = ManualClock::at(NOW);
    let rate = r#"{"price":"2","value":"0.5"}"#;
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(rate)
        .says(rate)
        .says(COINS)
        .says(rate);
    let gateway = clocked(&transport, &clock);
    let request = RateRequest::spending(dollars("1"), usdt_on("TRC20"));
    let clone = gateway.clone();
    for (gateway, wait) in [(&gateway, 599), (&clone, 1), (&gateway, 0)] {
        block_on(gateway.rates().unwrap().quote(&request)).unwrap();
        clock.advance(Duration::from_secs(wait));
    }
    let asked = paths(&transport);
    assert_eq!(
        asked,
        [
            "coin/all",
            "token/rate",
            "token/rate",
            "coin/all",
            "token/rate"
        ]
    );
    assert_eq!(sent_requests(&transport)[1].1["token_id"], USDT_TRON);
}

#[test]
fn fetches_a_new_token_list_after_the_clock_was_set_back() {
    let clock = ManualClock::at(NOW);
    let rate = r#"{"price":"2","value":"0.5"}"#;
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(rate)
        .says(COINS)
        .says(rate);
    let gateway = clocked(&transport, &clock);
    let request = RateRequest::spending(dollars("1"), usdt_on(network::TRON));
    block_on(gateway.rates().unwrap().quote(&request)).unwrap();
    clock.set(payments_core::Timestamp::from_secs(1_600_000_000));
    block_on(gateway.rates().unwrap().quote(&request)).unwrap();
    assert_eq!(transport.steps_left(), 0);
}

#[test]
fn a_configured_token_needs_no_list() {
    let transport = ScriptedTransport::new().says(r#"{"price":"2","value":"0.5"}"#);
    let gateway = scripted(&transport)
        .with_token(&usdt_on(network::TRON), "first")
        .unwrap()
        .with_token(&usdt_on("TRC20"), "second")
        .unwrap();
    let request = RateRequest::spending(dollars("1"), asset("usdt"));
    block_on(gateway.rates().unwrap().quote(&request)).unwrap();
    assert_eq!(sent_requests(&transport)[0].1["token_id"], "second");

    let bare = scripted(&transport)
        .with_token(&asset("USDT"), "id")
        .unwrap_err();
    assert_eq!(bare.field(), "network");
    assert!(
        scripted(&transport)
            .with_token(&usdt_on("TRC20"), "")
            .is_err()
    );
}

#[test]
fn refuses_what_the_token_list_does_not_allow() {
    let polygon = usdt_on(network::POLYGON);
    let nowhere = usdt_on(network::SOLANA);
    for (coin, kind, next) in [
        (&polygon, Kind::Busy, NextStep::RetryLater),
        (&nowhere, Kind::Invalid, NextStep::FixRequest),
        (&of_fantom(), Kind::Invalid, NextStep::FixRequest),
    ] {
        let transport = ScriptedTransport::new().says(COINS);
        let error = pay_with(&scripted(&transport), coin);
        assert_eq!(
            (error.kind(), error.next_step(), error.field()),
            (kind, next, Some("pay_with")),
            "{error}"
        );
        assert_eq!(
            (error.outcome(), error.ticket()),
            (Outcome::NotApplied, None)
        );
        assert_eq!(paths(&transport), ["coin/all"]);
    }
}

#[test]
fn fetches_an_older_list_again_before_a_refusal() {
    let clock = ManualClock::at(NOW);
    let without = r#"{"list":[]}"#;
    let transport = ScriptedTransport::new()
        .says(without)
        .says(without)
        .says(COINS);
    let gateway = clocked(&transport, &clock);
    let coin = usdt_on(network::TRON);
    for asked in [1, 1] {
        assert_eq!(pay_with(&gateway, &coin).field(), Some("pay_with"));
        assert_eq!(
            transport.requests().len(),
            asked,
            "bad orders are no flood of questions"
        );
    }
    clock.advance(Duration::from_secs(30));
    assert_eq!(pay_with(&gateway, &coin).field(), Some("pay_with"));
    clock.advance(Duration::from_secs(30));
    // Switched on since: the order goes out, and the script ends there.
    assert_eq!(pay_with(&gateway, &coin).field(), None);
    assert_eq!(
        paths(&transport),
        ["coin/all", "coin/all", "coin/all", "bill/create"]
    );
}

#[test]
fn a_missing_or_ambiguous_token_list_creates_nothing() {
    let transport = ScriptedTransport::new()
        .answer(502, "<html>")
        .answer(502, "<html>")
        .answer(502, "<html>");
    let error = pay_with(&scripted(&transport), &usdt_on(network::TRON));
    assert_eq!(
        (error.outcome(), error.ticket()),
        (Outcome::NotApplied, None)
    );
    assert!(paths(&transport).iter().all(|path| path == "coin/all"));

    let twice = COINS.replace(r#""chain":"ETH""#, r#""chain":"TRX""#);
    let transport = ScriptedTransport::new().says(&twice);
    let error = pay_with(&scripted(&transport), &usdt_on(network::TRON));
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Invalid, Some("pay_with"))
    );
    assert_eq!(
        transport.requests().len(),
        1,
        "coins are not sent by a guess"
    );
}

#[test]
fn refuses_a_symbol_of_two_coins() {
    let other = r#"{"coin_id":"c-9","crypto":"USDT","status":1,"tokens":[
        {"token_id":"false","crypto":"USDT","network":"Solana","chain":"SOL","status":1}]},
        {"coin_id":"c-2""#;
    let coins = COINS.replace(r#"{"coin_id":"c-2""#, other);
    let transport = ScriptedTransport::new().says(&coins);
    let gateway = scripted(&transport);
    let payouts = gateway.payouts().unwrap();
    let error = block_on(payouts.create(&to_account("p"))).unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), error.outcome()),
        (Kind::Invalid, Some("asset"), Outcome::NotApplied)
    );
    assert!(error.to_string().contains("means two tokens"), "{error}");
    let request = RateRequest::spending(dollars("1"), asset("USDT"));
    let error = block_on(gateway.rates().unwrap().quote(&request)).unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert_eq!(paths(&transport), ["coin/all"]);

    // The network states them apart; the script ends there.
    let named = RateRequest::spending(dollars("1"), usdt_on(network::TRON));
    block_on(gateway.rates().unwrap().quote(&named)).unwrap_err();
    assert_eq!(sent_requests(&transport)[1].1["token_id"], USDT_TRON);
}

#[test]
fn checks_a_payout_against_the_coins_limits() {
    let transport = ScriptedTransport::new().says(COINS);
    let gateway = scripted(&transport);
    let payouts = gateway.payouts().unwrap();
    let pay = |to: Destination, amount: &str, coin: &str| {
        let payee = Payee::Chain(to);
        let order = PayoutOrder::new(reference("p"), payee, money(amount, coin), Fee::OnTop);
        assert_eq!(payouts.check(&order), Ok(()));
        block_on(payouts.create(&order)).unwrap_err()
    };
    let evm =
        |network| Destination::new("0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221", network).unwrap();
    let kava = Destination::new("kava1xyz", "Kava").unwrap();
    let lightning = || Destination::new("lnbc1pxyz", "Lightning").unwrap();
    for (error, kind, field) in [
        (pay(tron(), "4.0000001", "USDT"), Kind::Invalid, "amount"),
        (pay(tron(), "0.5", "USDT"), Kind::Invalid, "amount"),
        (pay(lightning(), "99", "SATS"), Kind::Invalid, "amount"),
        // Its addresses have memos, and this one has none.
        (pay(kava, "1", "KAVA"), Kind::Invalid, "memo"),
        (pay(evm(network::POLYGON), "4", "USDT"), Kind::Busy, "asset"),
    ] {
        assert_eq!(
            (error.kind(), error.field()),
            (kind, Some(field)),
            "{error}"
        );
        assert!(error.ticket().is_none());
    }
    assert_eq!(paths(&transport), ["coin/all"]);
    for (amount, expected) in [
        (
            "0.5",
            "amount is less than the provider's minimum (allowed: 1 USDT or more)",
        ),
        (
            "4.0000001",
            "amount has 7 decimals, more than USDT has (allowed: up to 6)",
        ),
    ] {
        let shown = pay(tron(), amount, "USDT").to_string();
        assert!(shown.contains(expected), "{shown}");
    }
    // A payee who holds the keys of the address needs none, and has said so.
    let own = pay(
        Destination::without_memo("kava1xyz", "Kava").unwrap(),
        "1",
        "KAVA",
    );
    assert_eq!(own.field(), None);
    assert_eq!(paths(&transport), ["coin/all", "withdraw"]);
    // What is given up can still be paid out.
    let fantom = pay(evm("FTM"), "4", "FTM");
    assert_eq!(fantom.field(), None);
    assert_eq!(paths(&transport), ["coin/all", "withdraw", "withdraw"]);
}

#[test]
fn satoshi_orders_last_two_hours_at_most() {
    let gateway = scripted(&ScriptedTransport::new());
    let coin = asset("SATS").on_network("Lightning").unwrap();
    let order = CheckoutOrder::native(reference("o"), dollars("1")).pay_with(coin);
    let checkout = gateway.checkout().unwrap();
    let lasting = |secs| order.clone().valid_for(Duration::from_secs(secs));
    assert_eq!(checkout.check(&lasting(7_200)), Ok(()));
    assert_eq!(
        checkout.check(&lasting(7_201)).unwrap_err().field(),
        "valid_for"
    );
}

#[test]
fn a_refused_coin_or_network_comes_with_what_the_account_has() {
    for (coin, shown) in [
        (
            asset("USTD").on_network("TRC20").unwrap(),
            "is not a coin enabled for the account; did you mean USDT?",
        ),
        (
            asset("DOGE").on_network("DOGE").unwrap(),
            "is not a coin enabled for the account; it did",
        ),
        (
            usdt_on("POLIGON"),
            "is not enabled for the account on this network; did you mean POLYGON? (allowed: POLYGON, ETH, TRX)",
        ),
        (
            usdt_on("Arbitrum"),
            "is not enabled for the account on this network (allowed: POLYGON, ETH, TRX)",
        ),
    ] {
        let transport = ScriptedTransport::new().says(COINS);
        let error = pay_with(&scripted(&transport), &coin);
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied)
        );
        let text = error
            .to_string()
            .replace("ETH, POLYGON, TRX", "POLYGON, ETH, TRX");
        assert!(text.contains(shown), "{text}");
    }
}

/// Zeros at the end do not make an amount finer than the coin.
#[test]
fn zeros_at_the_end_of_an_amount_do_not_count_as_decimals() {
    let transport = ScriptedTransport::new().says(COINS);
    let gateway = scripted(&transport);
    let payee = Payee::Chain(tron());
    let order = PayoutOrder::new(
        reference("p"),
        payee,
        money("4.00000000", "USDT"),
        Fee::OnTop,
    );
    // The order goes out, and the script ends there.
    let error = block_on(gateway.payouts().unwrap().create(&order)).unwrap_err();
    assert_eq!(error.field(), None, "{error}");
    assert_eq!(sent_requests(&transport)[1].1["value"], "4");
}
