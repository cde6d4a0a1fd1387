//! The fake gateway is strict and deterministic, and its balances add up.

mod balances;
mod features;
mod orders;
mod queries;
mod scripted_faults;
mod webhooks;

use payments_core::Amount;
use payments_core::scripted::block_on;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::rate::RateRequest;
use payments_facade::statement::StatementQuery;
use payments_facade::{Gateway, Payment};
use payments_testkit::{FakeBuilder, FakeGateway, FakeWebhook};

use crate::support::{day, money, reference};

fn builder() -> FakeBuilder {
    FakeGateway::builder("fake", "main")
        .balance(&money("100", "USDT"))
        .rate("USDT", "BTC", "50000".parse().unwrap())
}

fn fake() -> FakeGateway {
    builder().build().unwrap()
}

/// The available and the held balance.
fn balance(fake: &FakeGateway, symbol: &str) -> (String, String) {
    let rows = block_on(fake.balances().unwrap().list()).unwrap();
    let row = rows.iter().find(|row| row.asset.symbol() == symbol);
    row.map_or(("0".into(), "0".into()), |row| {
        let text = |amount: Option<Amount>| amount.unwrap().to_string();
        (text(row.available), text(row.held))
    })
}

/// The payment that a webhook reports.
fn receive(fake: &FakeGateway, webhook: &FakeWebhook) -> Payment {
    let webhooks = fake.webhooks();
    let received = webhooks.receive(&webhook.headers, &webhook.body, fake.now());
    received.unwrap().into_event().into_payment()
}

fn rate() -> RateRequest {
    RateRequest::spending(money("100", "USDT"), money("0", "BTC").asset)
}

fn exchange(name: &str) -> ExchangeOrder {
    let bitcoin = money("0", "BTC").asset;
    ExchangeOrder::new(reference(name), money("60", "USDT"), bitcoin)
}

/// The statement of the gateway's current day.
fn day_of(fake: &FakeGateway) -> StatementQuery {
    StatementQuery::of(day(fake.now(), 0))
}
