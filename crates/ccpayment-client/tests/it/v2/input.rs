//! Invalid input is refused before any I/O, with the name of the field.

use std::fmt::Write as _;

use super::support::{self, ADDRESS, POL, STAMP, USDT, amount, at, record, reference};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssignAddress, Call, ChainsQuery, Client, CoinQuery, Config,
    CreateInvoice, CreateOrder, CwalletUserQuery, DepositsQuery, EstimateSwap, Event, OrderQuery,
    Paged, Price, PricesQuery, RawCall, RescanTransaction, ResendWebhooks, Swap, SwapsQuery,
    UnbindAddress, WebhookType, Webhooks, Withdraw, WithdrawFeeQuery, WithdrawToCwallet,
    WithdrawalQuery, WithdrawalsQuery,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, NextStep, Outcome};

/// The refusals of calls that are not sent, as a table.
#[derive(Default)]
pub(super) struct Refusals(pub(super) String);

impl Refusals {
    pub(super) fn note<C: Call>(&mut self, name: &str, call: &C) {
        let invalid = support::client().prepare(call, support::now());
        let invalid = invalid
            .err()
            .map_or_else(|| "accepted".to_owned(), |error| error.to_string());
        writeln!(self.0, "{name}: {invalid}").unwrap();
    }
}

fn order(price: Price, expires_at: u64) -> CreateOrder {
    CreateOrder::new(reference("order-1"), USDT, "POLYGON", price, at(expires_at))
}

fn dollars(text: &str) -> CreateOrder {
    order(Price::usd(amount(text)), STAMP + 60)
}

fn url(length: usize) -> String {
    format!("https://shop.example/{}", "x".repeat(length - 21))
}

#[test]
fn refuses_invalid_orders_and_invoices_before_sending() {
    let mut table = Refusals::default();
    table.note("zero", &dollars("0.00"));
    table.note("three decimals", &dollars("1.001"));
    let fine = Price::coin(amount("0.0000000000000000001"), USDT);
    table.note("19 decimals of the coin", &order(fine, STAMP + 60));
    let other = Price::coin(amount("1"), POL);
    table.note("a price in another coin", &order(other, STAMP + 60));
    table.note(
        "a currency of zero",
        &order(Price::fiat(amount("1"), 0), STAMP + 60),
    );
    let price = Price::usd(amount("1"));
    let of = |id: &str, coin, chain: &str| {
        CreateOrder::new(reference(id), coin, chain, price, at(STAMP + 60))
    };
    table.note("an id of 2 characters", &of("or", USDT, "POLYGON"));
    table.note("a coin of zero", &of("order-1", 0, "POLYGON"));
    table.note("no chain", &of("order-1", USDT, ""));
    table.note("expires now", &order(price, STAMP));
    table.note("expired", &order(price, STAMP - 1));
    table.note(
        "expires after 10 days and a second",
        &order(price, STAMP + 864_001),
    );
    table.note(
        "a product of 121 characters",
        &dollars("1").product("x".repeat(121)),
    );
    table.note(
        "an e-mail address with a line end",
        &dollars("1").buyer_email("a@b\n"),
    );
    table.note(
        "a return URL of 151 characters",
        &dollars("1").return_url(url(151)),
    );
    table.note(
        "a close URL that is a script",
        &dollars("1").close_url("javascript:x"),
    );
    table.note("a relative webhook URL", &dollars("1").notify_url("/cb"));
    let invoice =
        |price, expires_at| CreateInvoice::new(reference("invoice-1"), price, at(expires_at));
    table.note(
        "invoice: zero",
        &invoice(Price::usd(amount("0")), STAMP + 60),
    );
    table.note("invoice: expired", &invoice(price, STAMP));
    table.note(
        "invoice: a product of 121 characters",
        &invoice(price, STAMP + 60).product("x".repeat(121)),
    );
    table.note(
        "invoice: an e-mail address of 121 characters",
        &invoice(price, STAMP + 60).buyer_email("x".repeat(121)),
    );
    table.note(
        "order query: an id of 2 characters",
        &OrderQuery::new(reference("or")),
    );
    insta::assert_snapshot!("v2_bad_orders", table.0);
}

#[test]
fn refuses_invalid_transfers_before_sending() {
    let mut table = Refusals::default();
    let payout = |id: &str, coin, chain: &str, address: &str, sum: &str| {
        Withdraw::new(reference(id), coin, chain, address, amount(sum))
    };
    table.note("zero", &payout("payout-1", USDT, "TRX", "T1", "0"));
    table.note(
        "an id of 2 characters",
        &payout("pa", USDT, "TRX", "T1", "1"),
    );
    table.note("a coin of zero", &payout("payout-1", 0, "TRX", "T1", "1"));
    table.note("no chain", &payout("payout-1", USDT, "", "T1", "1"));
    table.note("no address", &payout("payout-1", USDT, "TRX", "", "1"));
    table.note(
        "an address with a space behind",
        &payout("payout-1", USDT, "TRX", "T1 ", "1"),
    );
    let good = || payout("payout-1", USDT, "TRX", "T1", "1");
    table.note("a memo with a line end", &good().memo("1\n"));
    table.note("an empty inquiry", &good().fee_inquiry(""));
    table.note(
        "a webhook URL of 151 characters",
        &good().notify_url(url(151)),
    );
    let cwallet = |user: &str, sum: &str| {
        WithdrawToCwallet::new(reference("payout-1"), USDT, user, amount(sum))
    };
    table.note("cwallet: no user", &cwallet("", "1"));
    table.note("cwallet: zero", &cwallet("9454818", "0.0"));
    let swap = |coin_in, sum: &str, coin_out, least: &str| {
        Swap::new(
            reference("swap-1"),
            coin_in,
            amount(sum),
            coin_out,
            amount(least),
        )
    };
    table.note("swap: zero", &swap(USDT, "0", POL, "1"));
    table.note("swap: no minimum", &swap(USDT, "1", POL, "0"));
    table.note("swap: of one coin", &swap(USDT, "1", USDT, "1"));
    table.note("swap: a coin of zero", &swap(USDT, "1", 0, "1"));
    table.note("estimate: zero", &EstimateSwap::new(USDT, amount("0"), POL));
    table.note(
        "estimate: of one coin",
        &EstimateSwap::new(USDT, amount("1"), USDT),
    );
    insta::assert_snapshot!("v2_bad_transfers", table.0);
}

#[test]
fn refuses_invalid_queries_before_sending() {
    let mut table = Refusals::default();
    let ids = |count: usize| (0..count).map(|n| reference(&format!("order-{n}")));
    let records = |count: usize| (0..count).map(|n| record(&n.to_string()));
    let all = DepositsQuery::all;
    table.note(
        "deposits: a user and an order",
        &all().user("abc").order(reference("abc")),
    );
    table.note("deposits: a user of 2 characters", &all().user("ab"));
    table.note(
        "deposits: a user with a control character",
        &all().user("ab\u{7}"),
    );
    table.note("deposits: 51 records", &all().records(records(51)));
    table.note("deposits: 51 orders", &all().orders(ids(51)));
    table.note(
        "deposits: one order twice",
        &all().orders(["abc", "abc"].map(reference)),
    );
    table.note("deposits: one user twice", &all().users(["abc", "abc"]));
    table.note(
        "deposits: ends before the start",
        &all().since(at(2)).until(at(1)),
    );
    table.note("deposits: a page of 101", &all().per_page(101));
    table.note("deposits: a page of 0", &all().per_page(0));
    table.note("deposits: an empty cursor", &all().at_cursor(""));
    table.note("deposits: a coin of zero", &all().coin(0));
    table.note("deposits: no chain", &all().chain(""));
    table.note(
        "withdrawals: 21 ids",
        &WithdrawalsQuery::all().orders(ids(21)),
    );
    table.note(
        "withdrawals: no address",
        &WithdrawalsQuery::all().to_address(""),
    );
    table.note(
        "withdrawal: an id of 2 characters",
        &WithdrawalQuery::by_order(reference("ab")),
    );
    table.note("swaps: 21 ids", &SwapsQuery::all().orders(ids(21)));
    table.note("swaps: 21 records", &SwapsQuery::all().records(records(21)));
    table.note(
        "address: a user of 65 characters",
        &AssignAddress::new("ü".repeat(65), "TRX"),
    );
    table.note("address: no chain", &AssignAddress::new("abc", ""));
    table.note("unbind: no address", &UnbindAddress::new("TRX", ""));
    table.note("coin: zero", &CoinQuery::new(0));
    table.note("asset: zero", &AssetQuery::new(0));
    table.note("prices: no coin", &PricesQuery::new([]));
    table.note("prices: 101 coins", &PricesQuery::new(1..=101));
    table.note("prices: one coin twice", &PricesQuery::new([1, 1]));
    table.note("prices: a coin of zero", &PricesQuery::new([0]));
    table.note("chains: an empty one", &ChainsQuery::of([""]));
    table.note("cwallet user: empty", &CwalletUserQuery::new(""));
    table.note("check address: no chain", &AddressQuery::new("", "T1"));
    table.note("fee: no chain", &WithdrawFeeQuery::new(USDT, ""));
    table.note(
        "rescan: no transaction",
        &RescanTransaction::new("TRX", "T1", ""),
    );
    let start = ResendWebhooks::since(at(STAMP));
    table.note("resend: ends at the start", &start.clone().until(at(STAMP)));
    table.note(
        "resend: an hour and a second",
        &start.clone().until(at(STAMP + 3_601)),
    );
    table.note("resend: 51 records", &start.clone().records(records(51)));
    table.note(
        "resend: the activation probe",
        &start.clone().only(WebhookType::ActivateWebhookUrl),
    );
    table.note(
        "resend: an unlisted kind",
        &start.only(WebhookType::Other("Swap".into())),
    );
    insta::assert_snapshot!("v2_bad_queries", table.0);
}

#[test]
fn accepts_values_at_their_limits() {
    let mut table = Refusals::default();
    let most = order(Price::usd(amount("0.01")), STAMP + 864_000)
        .product("ü".repeat(120))
        .buyer_email("x".repeat(120))
        .return_url(url(150))
        .close_url(url(150))
        .notify_url(url(150));
    table.note("order", &most);
    let fine = Price::coin(amount("0.000000000000000001"), USDT);
    table.note("18 decimals", &order(fine, STAMP + 1));
    table.note(
        "a reference of 3 characters",
        &OrderQuery::new(reference("abc")),
    );
    table.note(
        "a reference of 64 characters",
        &OrderQuery::new(reference(&"ü".repeat(64))),
    );
    let ids = |count: usize| (0..count).map(|n| reference(&format!("order-{n}")));
    table.note(
        "50 orders",
        &DepositsQuery::all().orders(ids(50)).per_page(100),
    );
    table.note("20 withdrawals", &WithdrawalsQuery::all().orders(ids(20)));
    table.note("100 coins", &PricesQuery::new(1..=100));
    let hour = ResendWebhooks::since(at(STAMP)).until(at(STAMP + 3_600));
    table.note("an hour", &hour);
    let lines: Vec<&str> = table.0.lines().collect();
    assert!(
        lines.iter().all(|line| line.ends_with(": accepted")),
        "{lines:?}"
    );
}

#[test]
fn the_client_refuses_what_prepare_refuses() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let secret_place = Withdraw::new(reference("payout-1"), USDT, "TRX", "s3cret\n", amount("1"));
    let errors = [
        block_on(client.create_order(dollars("0"))).unwrap_err(),
        block_on(client.create_order(order(Price::usd(amount("1")), STAMP))).unwrap_err(),
        block_on(client.withdraw(secret_place)).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Invalid, Outcome::NotApplied)
        );
        assert_eq!(
            (error.next_step(), error.attempts()),
            (NextStep::FixRequest, 0)
        );
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    assert_eq!(transport.requests().len(), 0);
}

#[test]
fn refuses_to_sign_with_a_clock_outside_ten_digits() {
    for second in [0, 999_999_999, 10_000_000_000] {
        let prepared = support::client().prepare(&CoinQuery::new(1), at(second));
        assert_eq!(prepared.unwrap_err().field(), "clock");
    }
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
    for (price, expected) in [
        (Price::usd(long), "10.50"),
        (Price::coin(long, USDT), "10.5"),
    ] {
        let request = client.prepare(&order(price, STAMP + 60), support::now());
        assert_eq!(sent(request.unwrap(), "price"), expected);
    }
    let payout = Withdraw::new(reference("payout-1"), USDT, "TRX", ADDRESS, amount("10.00"));
    let request = client.prepare(&payout, support::now()).unwrap();
    assert_eq!(sent(request, "amount"), "10");
}

#[test]
fn a_known_write_is_not_read_by_a_raw_call() {
    let client = support::client();
    for name in [
        "swap",
        "applyAppWithdrawToNetwork",
        "userTransfer",
        "confirmBatchWithdraw",
    ] {
        let call = RawCall::read(name);
        assert_eq!(
            client.prepare(&call, support::now()).unwrap_err().field(),
            "name"
        );
    }
    let call = RawCall::read("getUserCoinAssetList").with_fields(
        &std::collections::BTreeMap::from([("userId", "customer-7")]),
    );
    let request = client.prepare(&call, support::now()).unwrap();
    assert_eq!(request.uri().path(), "/ccpayment/v2/getUserCoinAssetList");
    assert_eq!(request.body(), r#"{"userId":"customer-7"}"#);
}

#[test]
fn clients_are_clone_send_and_sync() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<Config>();
    shared::<Webhooks>();
    shared::<Event>();
}
