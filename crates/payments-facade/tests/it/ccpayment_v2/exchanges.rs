//! Exchanges at the sandbox, with exact books.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Amount, Kind, Outcome, Refusal};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::payment::PaymentKind;
use payments_facade::{Gateway as _, Phase};

use super::support::*;

#[tokio::test]
async fn an_exchange_yields_what_its_record_states() {
    let shop = Shop::open().await;
    let exchange = shop.gateway.exchange().unwrap();
    let done = exchange.execute(&swap("swap-1")).await.unwrap();
    // 100 USDT at a quarter of a dollar are 400 POL, less half a percent.
    assert_eq!(done.target, money("398", "POL"));
    assert_eq!(done.rate, None);
    assert_eq!(
        (done.payment.kind(), done.payment.phase()),
        (PaymentKind::Exchange, Phase::Completed)
    );
    assert_eq!(done.payment.funds().received, Some(money("398", "POL")));
    assert_eq!(
        (shop.balance("USDT"), shop.balance("POL")),
        ("99900".to_owned(), "100398".to_owned())
    );
    let found = exchange.find(&reference("swap-1").into()).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.ordered(), Some(&money("100", "USDT")));
    assert_eq!(found.funds().received, Some(money("398", "POL")));
    assert!(found.observations()[0].effect_key().is_some());
}

#[tokio::test]
async fn a_lost_answer_of_an_exchange_is_confirmed_and_it_is_made_once() {
    let shop = Shop::open().await;
    let exchange = shop.gateway.exchange().unwrap();
    shop.lose_answer("swap");
    let done = exchange.execute(&swap("swap-1")).await.unwrap();
    assert_eq!(done.target, money("398", "POL"));
    assert_eq!(shop.count("swap"), 1);
    let again = exchange.execute(&swap("swap-1")).await.unwrap_err();
    assert_eq!(again.kind(), Kind::Duplicate);
    assert_eq!(shop.balance("USDT"), "99900");
}

#[tokio::test]
async fn an_exchange_below_its_minimum_is_not_made() {
    let shop = Shop::open().await;
    let exchange = shop.gateway.exchange().unwrap();
    let order = swap("swap-1").minimum("401".parse::<Amount>().unwrap());
    let error = exchange.execute(&order).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.code()),
        (
            Kind::Refused(Refusal::Limit),
            Outcome::NotApplied,
            Some("16003")
        )
    );
    assert_eq!(shop.balance("USDT"), "100000");
}

#[test]
fn an_exchange_without_a_minimum_and_one_of_the_same_coin_are_refused_before_io() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let exchange = gateway.exchange().unwrap();
    let bare = ExchangeOrder::new(reference("swap-1"), money("100", "USDT"), asset("POL"));
    assert_eq!(exchange.check(&bare).unwrap_err().field(), "minimum");
    let same = ExchangeOrder::new(reference("swap-1"), money("100", "USDT"), asset("usdt"))
        .minimum("1".parse::<Amount>().unwrap());
    assert_eq!(exchange.check(&same).unwrap_err().field(), "target");
    let on_network = ExchangeOrder::new(reference("swap-1"), usdt("100"), asset("POL"))
        .minimum("1".parse::<Amount>().unwrap());
    assert!(block_on(exchange.execute(&on_network)).is_err());
    assert!(transport.requests().is_empty());
}

#[test]
fn an_accepted_exchange_of_unknown_yield_is_to_be_investigated() {
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(r#"{"recordId":"1","orderId":"swap-1"}"#)
        .refuses(11_003);
    let gateway = scripted(&transport);
    let exchange = gateway.exchange().unwrap();
    let error = block_on(exchange.execute(&swap("swap-1"))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Applied);
    assert!(error.ticket().is_some());
}

#[test]
fn an_accepted_exchange_whose_record_has_failed_is_to_be_investigated() {
    let record = r#"{"record":{"recordId":"1","orderId":"swap-1","coinIdIn":1280,"coinInSymbol":"USDT","coinIdOut":1329,
        "coinOutSymbol":"POL","amountIn":"100","amountOut":"400","netAmountOut":"398","status":"Failed"}}"#;
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(r#"{"recordId":"1","orderId":"swap-1","netAmountOut":"398"}"#)
        .says(record);
    let gateway = scripted(&transport);
    let exchange = gateway.exchange().unwrap();
    let error = block_on(exchange.execute(&swap("swap-1"))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Applied);
    assert!(error.ticket().is_some());
}

#[test]
fn an_exchange_that_was_made_below_its_minimum_is_to_be_investigated() {
    let record = |worth: &str| {
        format!(
            r#"{{"record":{{"recordId":"1","orderId":"swap-1","coinIdIn":1280,"coinInSymbol":"USDT","coinIdOut":1329,
            "coinOutSymbol":"POL","amountIn":"100","amountOut":"{worth}","netAmountOut":"298.5","status":"Success"}}}}"#
        )
    };
    let accepted = r#"{"recordId":"1","orderId":"swap-1"}"#;
    let below =
        r#"{"recordId":"1","orderId":"swap-1","amountOut":"299.99","netAmountOut":"298.5"}"#;
    // Whether the fee counts is not documented, so the fee alone is no contradiction.
    for (answer, worth, is_below) in [
        (accepted, "300", false),
        (accepted, "299.99", true),
        (below, "300", true),
    ] {
        let transport = ScriptedTransport::new()
            .says(COINS)
            .says(answer)
            .says(&record(worth));
        let gateway = scripted(&transport);
        let exchange = gateway.exchange().unwrap();
        let made = block_on(exchange.execute(&swap("swap-1")));
        let outcome = made.as_ref().err().map(payments_facade::Error::outcome);
        assert_eq!(outcome, is_below.then_some(Outcome::Applied), "{made:?}");
        if let Err(error) = made {
            assert!(error.ticket().is_some());
        }
    }
}
