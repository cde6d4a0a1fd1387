//! Invalid input is refused before any I/O, with the name of the field.

mod config;
mod resend;

use std::fmt::Write as _;
use std::time::Duration;

use crate::support::{self, ADDRESS, TOKEN, amount, reference};
use ccpayment_client::v1::{
    AssetsQuery, AssignAddress, Call, Client, Config, CreateCheckout, CreateOrder, DepositQuery,
    NetworkFeeQuery, OrderType, Price, RateQuery, ResendWebhooks, UserQuery, Withdraw,
    WithdrawalQuery,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, InvalidRequest, Kind, NextStep, Outcome, Timestamp};

/// The refusals of calls that are not sent, as a table.
#[derive(Default)]
struct Refusals(String);

impl Refusals {
    fn note<C: Call>(&mut self, name: &str, call: &C) {
        let invalid = support::client().prepare(call, support::now());
        let invalid = invalid
            .err()
            .map_or_else(|| "taken".to_owned(), |e| e.to_string());
        writeln!(self.0, "{name}: {invalid}").unwrap();
    }
}

fn priced(price: Price) -> CreateOrder {
    CreateOrder::new(reference("order-1"), price, TOKEN)
}

fn dollars(text: &str) -> CreateOrder {
    priced(Price::usd(amount(text)))
}

fn fields<C: Call>(call: &C) -> Vec<&'static str> {
    let invalid = support::client().prepare(call, support::now()).unwrap_err();
    invalid.problems().map(InvalidRequest::field).collect()
}

#[test]
fn one_refusal_names_every_problem() {
    let price = Price::fiat(amount("0"), "");
    let order = CreateOrder::new(reference("order-1"), price, "")
        .valid_for(Duration::ZERO)
        .notify_url("/cb");
    assert_eq!(
        fields(&order),
        ["price", "currency", "token_id", "valid_for", "notify_url"]
    );
    let payout = Withdraw::new(reference("payout-1"), "", "", amount("0")).memo("1\n");
    assert_eq!(fields(&payout), ["token_id", "address", "value", "memo"]);
}

#[test]
fn refuses_invalid_orders_before_sending() {
    let mut table = Refusals::default();
    let good = || dollars("1");
    let long = format!("https://shop.example/{}", "x".repeat(2_028));
    table.note("zero", &dollars("0.00"));
    table.note("three decimals", &dollars("1.001"));
    table.note(
        "19 decimals of the token",
        &priced(Price::in_token(amount("0.0000000000000000001"))),
    );
    table.note("no currency", &priced(Price::fiat(amount("1"), "")));
    table.note(
        "a currency that is the token",
        &priced(Price::fiat(amount("1"), "TOKEN")),
    );
    table.note(
        "no token",
        &CreateOrder::new(reference("o"), Price::usd(amount("1")), ""),
    );
    table.note(
        "a token of 65 characters",
        &CreateOrder::new(reference("o"), Price::usd(amount("1")), "t".repeat(65)),
    );
    table.note("no time", &good().valid_for(Duration::ZERO));
    table.note(
        "half a second",
        &good().valid_for(Duration::from_millis(1_500)),
    );
    table.note(
        "10 days and a second",
        &good().valid_for(Duration::from_secs(864_001)),
    );
    table.note(
        "2 hours and a second of Satoshi",
        &good().valid_for_satoshi(Duration::from_secs(7_201)),
    );
    table.note("a relative webhook URL", &good().notify_url("/cb"));
    table.note(
        "a webhook URL of 2,049 characters",
        &good().notify_url(&long),
    );
    table.note(
        "a value with a control character",
        &good().custom_value("a\u{0}"),
    );
    table.note(
        "a remark of 513 characters",
        &good().remark("x".repeat(513)),
    );

    let checkout =
        |price: &str, name: &str| CreateCheckout::new(reference("o"), amount(price), name);
    table.note("checkout: zero", &checkout("0", "Teapot"));
    table.note("checkout: three decimals", &checkout("1.001", "Teapot"));
    table.note("checkout: no name", &checkout("1", ""));
    table.note(
        "checkout: 11 days",
        &checkout("1", "T").valid_for(Duration::from_secs(950_400)),
    );
    table.note(
        "checkout: a return that is a script",
        &checkout("1", "T").return_url("javascript:x"),
    );
    table.note(
        "checkout: a webhook without a host",
        &checkout("1", "T").notify_url("https://"),
    );
    table.note(
        "checkout: a value of 513 characters",
        &checkout("1", "T").custom_value("x".repeat(513)),
    );
    insta::assert_snapshot!("bad_orders", table.0);
}

#[test]
fn refuses_invalid_withdrawals_and_queries_before_sending() {
    let mut table = Refusals::default();
    let payout = |token: &str, address: &str, value: &str| {
        Withdraw::new(reference("p"), token, address, amount(value))
    };
    table.note("payout: zero", &payout(TOKEN, ADDRESS, "0"));
    table.note("payout: no token", &payout("", ADDRESS, "1"));
    table.note("payout: no address", &payout(TOKEN, "", "1"));
    table.note(
        "payout: an address with a space behind",
        &payout(TOKEN, "T1 ", "1"),
    );
    table.note(
        "payout: an address of 2,049 characters",
        &payout(TOKEN, &"a".repeat(2_049), "1"),
    );
    table.note(
        "payout: a memo with a line end",
        &payout(TOKEN, ADDRESS, "1").memo("1\n"),
    );
    table.note(
        "address: a user of 2 characters",
        &AssignAddress::new("ab", "TRX"),
    );
    table.note(
        "address: a user of 65 characters",
        &AssignAddress::new("ü".repeat(65), "TRX"),
    );
    table.note("address: no chain", &AssignAddress::new("abc", ""));
    table.note(
        "address: a relative webhook URL",
        &AssignAddress::new("abc", "TRX").notify_url("cb"),
    );
    table.note("deposits: no id", &DepositQuery::new([]));
    table.note(
        "deposits: 101 ids",
        &DepositQuery::new((0..101).map(|n| reference(&n.to_string()))),
    );
    table.note(
        "deposits: one id twice",
        &DepositQuery::new(["a", "b", "a"].map(reference)),
    );
    table.note(
        "withdrawals: one id twice",
        &WithdrawalQuery::new(["a", "a"].map(reference)),
    );
    table.note("withdrawals: no id", &WithdrawalQuery::new([]));
    table.note("rate: zero", &RateQuery::new(amount("0"), TOKEN));
    table.note("rate: no token", &RateQuery::new(amount("1"), ""));
    table.note(
        "assets: a coin with a control character",
        &AssetsQuery::of("a\u{7}"),
    );
    table.note("fee: no token", &NetworkFeeQuery::new(""));
    table.note(
        "fee: an address with a line end",
        &NetworkFeeQuery::new(TOKEN).address("a\nb"),
    );
    table.note("user: empty", &UserQuery::new(""));
    let start = Timestamp::from_secs(1_700_000_000);
    let after = |seconds: u64| Timestamp::from_secs(1_700_000_000 + seconds);
    table.note(
        "resend: ends at the start",
        &ResendWebhooks::since(start).until(start),
    );
    table.note(
        "resend: an hour and a second",
        &ResendWebhooks::since(start).until(after(3_601)),
    );
    table.note(
        "resend: an unlisted type",
        &ResendWebhooks::since(start).only(OrderType::Other("Swap".into())),
    );
    insta::assert_snapshot!("bad_withdrawals_and_queries", table.0);
}

#[test]
fn accepts_values_at_their_limits() {
    let url = |length: usize| format!("https://shop.example/{}", "x".repeat(length - 21));
    let mut table = Refusals::default();
    let most = dollars("0.01")
        .valid_for(Duration::from_secs(864_000))
        .notify_url(url(2_048))
        .custom_value("ü".repeat(512))
        .remark("x".repeat(512));
    table.note("order", &most);
    table.note(
        "Satoshi",
        &dollars("1").valid_for_satoshi(Duration::from_secs(7_200)),
    );
    table.note(
        "token",
        &priced(Price::in_token(amount("0.000000000000000001"))),
    );
    table.note("user", &AssignAddress::new("abc", "TRX"));
    table.note(
        "ids",
        &DepositQuery::new((0..100).map(|n| reference(&n.to_string()))),
    );
    table.note(
        "fine value",
        &Withdraw::new(
            reference("p"),
            TOKEN,
            "a".repeat(2_048),
            amount("0.000000000000000000000001"),
        ),
    );
    let start = Timestamp::from_secs(1_700_000_000);
    table.note(
        "hour",
        &ResendWebhooks::since(start).until(Timestamp::from_secs(1_700_003_600)),
    );
    assert!(
        table.0.lines().all(|line| line.ends_with(": taken")),
        "{}",
        table.0
    );
}

#[test]
fn splits_long_lists_of_ids() {
    let ids: Vec<_> = (0..201).map(|n| reference(&format!("order-{n}"))).collect();
    let queries = DepositQuery::split(&ids);
    let sizes: Vec<usize> = queries
        .iter()
        .map(|query| {
            let request = support::client().prepare(query, support::now()).unwrap();
            let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
            body["merchant_order_ids"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(sizes, [100, 100, 1]);
    assert!(WithdrawalQuery::split(&[]).is_empty());
}

/// Refused locally, without a request.
fn refused(error: &Error, transport: &ScriptedTransport) {
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Invalid, Outcome::NotApplied),
        "{error}"
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::FixRequest, 0)
    );
    assert!(error.field().is_some() && error.raw().is_none());
    assert_eq!(transport.requests().len(), 0, "{error}");
}

#[test]
fn the_client_refuses_what_prepare_refuses() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    refused(
        &block_on(client.create_order(dollars("0"))).unwrap_err(),
        &transport,
    );
    refused(
        &block_on(client.withdrawals(WithdrawalQuery::new([]))).unwrap_err(),
        &transport,
    );
    let secret_place = Withdraw::new(reference("p"), TOKEN, "s3cret\n", amount("1"));
    let error = block_on(client.withdraw(secret_place)).unwrap_err();
    refused(&error, &transport);
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn refuses_to_sign_with_a_clock_outside_ten_digits() {
    let call = support::rate();
    for second in [0, 999_999_999, 10_000_000_000] {
        let prepared = support::client().prepare(&call, Timestamp::from_secs(second));
        let invalid: InvalidRequest = prepared.unwrap_err();
        assert_eq!(invalid.field(), "clock");
    }
}

#[test]
fn clients_are_clone_send_and_sync() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<Config>();
    shared::<ccpayment_client::v1::Webhooks>();
    shared::<ccpayment_client::v1::Event>();
}

/// A coin's number of decimals is not known here, so an amount in a coin is sent without any zeros at its end.
#[test]
fn zeros_that_a_call_does_not_take_are_not_sent() {
    let sent = |request: http::Request<bytes::Bytes>, name: &str| {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        body[name].as_str().unwrap().to_owned()
    };
    let client = support::client();
    let long = amount("10.5000");
    let order = CreateOrder::new(reference("o"), Price::usd(long), TOKEN);
    assert_eq!(
        sent(
            client.prepare(&order, support::now()).unwrap(),
            "product_price"
        ),
        "10.50"
    );
    let order = CreateOrder::new(reference("o"), Price::in_token(long), TOKEN);
    assert_eq!(
        sent(
            client.prepare(&order, support::now()).unwrap(),
            "product_price"
        ),
        "10.5"
    );
    let checkout = CreateCheckout::new(reference("o"), long, "Teapot");
    assert_eq!(
        sent(
            client.prepare(&checkout, support::now()).unwrap(),
            "product_price"
        ),
        "10.50"
    );
    let payout = Withdraw::new(reference("w"), TOKEN, support::ADDRESS, amount("10.00"));
    assert_eq!(
        sent(client.prepare(&payout, support::now()).unwrap(), "value"),
        "10"
    );
}
