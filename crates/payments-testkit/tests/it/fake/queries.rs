//! Rates, exchanges, statements and addresses.

use payments_core::scripted::block_on;
use payments_core::{Date, Kind, Refusal};
use payments_facade::Gateway;
use payments_facade::address::AddressRequest;
use payments_facade::layer::Call;
use payments_facade::payment::PaymentKind;
use payments_facade::rate::RateRequest;
use payments_facade::statement::StatementQuery;

use super::{balance, day_of, exchange, fake, rate};
use crate::support::{checkout_order, collect, money};

#[test]
fn quotes_both_sides_of_a_rate() {
    let fake = fake();
    let quote = block_on(fake.rates().unwrap().quote(&rate())).unwrap();
    assert_eq!(quote.target, Some(money("0.002", "BTC")));
    let getting = RateRequest::getting(money("0.5", "BTC"), money("0", "USDT").asset);
    let quote = block_on(fake.rates().unwrap().quote(&getting)).unwrap();
    assert_eq!(quote.source, Some(money("25000", "USDT")));
}

#[test]
fn an_exchange_moves_the_balance() {
    let fake = fake();
    let exchanged = block_on(fake.exchange().unwrap().execute(&exchange("x-1"))).unwrap();
    assert_eq!(exchanged.target, money("0.0012", "BTC"));
    assert_eq!(balance(&fake, "USDT").0, "40");
    let error = block_on(fake.exchange().unwrap().execute(&exchange("x-2"))).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Funds));
}

#[test]
fn a_statement_lists_the_payments_of_a_day() {
    let fake = fake();
    block_on(fake.exchange().unwrap().execute(&exchange("x-1"))).unwrap();
    for name in ["o-1", "o-2", "o-3"] {
        block_on(fake.checkout().unwrap().create(&checkout_order(name))).unwrap();
    }
    fake.deposit(&money("7", "USDT")).unwrap();
    let rows = block_on(collect(fake.statements().unwrap().rows(&day_of(&fake)))).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(fake.sent(Call::Statement), 3, "two rows on each page");
    let deposits = day_of(&fake).kind(PaymentKind::Deposit);
    let rows = block_on(collect(fake.statements().unwrap().rows(&deposits))).unwrap();
    assert_eq!(rows.len(), 1);
    let yesterday = StatementQuery::of(Date::new(2023, 11, 13).unwrap());
    assert!(
        block_on(collect(fake.statements().unwrap().rows(&yesterday)))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_customer_keeps_the_same_addresses() {
    let fake = fake();
    let addresses = block_on(fake.addresses().unwrap().get(&AddressRequest::new("c-1"))).unwrap();
    let again = block_on(fake.addresses().unwrap().get(&AddressRequest::new("c-1"))).unwrap();
    assert_eq!(addresses.into_inner(), again.into_inner());
}
