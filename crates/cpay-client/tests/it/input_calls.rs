//! Input of the other calls that cannot be right is refused before any I/O, and by name, never by value.

use crate::calls;
use crate::calls::{amount, note, refusal};
use crate::input_cards::card_order;
use crate::support;
use crate::support::reference;
use cpay_client::{
    CardRateQuery, Conversion, Exchange, FiatPayout, Purchase, RateQuery, SubmitKyc,
    WalletAddressQuery, Withdraw,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, InvalidRequest, Kind, NextStep, Operation, Outcome};

/// Refused locally: not one request.
fn not_sent(error: &Error, transport: &ScriptedTransport) {
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
fn a_refused_call_sends_nothing() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let nothing = Conversion::spending(amount("0"), "USD", "BTC");
    let free = Purchase::new(amount("0"), "USD", vec![calls::mac()]);
    for error in [
        block_on(client.wallet_addresses(WalletAddressQuery::new(""))).unwrap_err(),
        block_on(client.withdraw(withdraw("1", "2"))).unwrap_err(),
        block_on(client.create_fiat_payout(payout("0"))).unwrap_err(),
        block_on(client.exchange_rate(RateQuery::new(nothing.clone()))).unwrap_err(),
        block_on(client.card_exchange_rate(CardRateQuery::new(nothing))).unwrap_err(),
        block_on(client.exchange(exchange("0", "USD", "BTC"))).unwrap_err(),
        block_on(client.submit_kyc(SubmitKyc::new(Vec::new()))).unwrap_err(),
        block_on(client.pay_by_card(calls::card_payment_of(free.clone()))).unwrap_err(),
        block_on(client.create_card_order(card_order(free, "PT", "a@b.example"))).unwrap_err(),
    ] {
        not_sent(&error, &transport);
    }
}

#[test]
fn one_refusal_names_every_problem() {
    let fields = |invalid: &InvalidRequest| -> Vec<&str> {
        invalid.problems().map(InvalidRequest::field).collect()
    };
    let (reference, nothing) = (reference("p&1"), amount("0"));
    let payout = Withdraw::new(
        reference,
        "",
        amount("1.123456789"),
        nothing,
        "USDT",
        "NET",
        "",
    );
    let invalid = payout.callback_url("/cb").check().unwrap_err();
    assert_eq!(
        fields(&invalid),
        [
            "merchant_trade_no",
            "user_id",
            "total_amount",
            "received_amount",
            "network",
            "to_address",
            "callback_url"
        ]
    );
    let free = Purchase::new(nothing, "XYZ", Vec::new());
    let invalid = card_order(free, "Portugal", "ana").check().unwrap_err();
    assert_eq!(
        fields(&invalid),
        ["amount", "currency", "products", "country", "email"]
    );
}

#[test]
fn bad_queries() {
    let mut table = String::new();
    for (name, user) in [
        ("no user", ""),
        ("a user of 65", &*"u".repeat(65)),
        ("a user with &", "a&b"),
    ] {
        note(&mut table, name, &WalletAddressQuery::new(user));
    }
    for (name, sum, source, target) in [
        ("zero", "0.0", "USD", "BTC"),
        ("twelve decimals", "0.123456789012", "USD", "BTC"),
        ("no source", "1", "", "BTC"),
        ("a target of 17", "1", "USD", "BTCBTCBTCBTCBTCBT"),
    ] {
        note(
            &mut table,
            name,
            &RateQuery::new(Conversion::spending(amount(sum), source, target)),
        );
        note(
            &mut table,
            name,
            &CardRateQuery::new(Conversion::getting(amount(sum), source, target)),
        );
    }
    insta::assert_snapshot!(table);
}

fn withdraw(total: &str, received: &str) -> Withdraw {
    withdraw_to(
        total,
        received,
        "TRON(TRC-20)",
        "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
    )
}

fn withdraw_to(total: &str, received: &str, network: &str, address: &str) -> Withdraw {
    Withdraw::new(
        reference("w-1"),
        "u",
        amount(total),
        amount(received),
        "USDT",
        network,
        address,
    )
}

fn payout(sum: &str) -> FiatPayout {
    FiatPayout::pix(reference("p-1"), "u", amount(sum), calls::pix())
}

fn exchange(sum: &str, source: &str, target: &str) -> Exchange {
    Exchange::new(reference("e-1"), "u", amount(sum), source, target)
}

#[test]
fn bad_payouts_and_exchanges() {
    let mut table = String::new();
    let address = "0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221";
    for (name, call) in [
        ("more received than paid", withdraw("3", "3.00000001")),
        ("nothing received", withdraw("3", "0")),
        ("a total of nine decimals", withdraw("3.123456789", "3")),
        ("nine decimals received", withdraw("4", "3.123456789")),
        ("no network", withdraw_to("4", "3", "", address)),
        (
            "a network of 17",
            withdraw_to("4", "3", "Ethereum(ERC-200)", address),
        ),
        ("no address", withdraw_to("4", "3", "TRON(TRC-20)", "")),
        (
            "an address of 129",
            withdraw_to("4", "3", "TRON(TRC-20)", &"a".repeat(129)),
        ),
        (
            "an address with &",
            withdraw_to("4", "3", "TRON(TRC-20)", "a&totalAmount=1"),
        ),
        (
            "a callback without host",
            withdraw("4", "3").callback_url("https://"),
        ),
    ] {
        note(&mut table, name, &call);
    }
    for (name, call) in [
        ("zero", payout("0.00")),
        ("a third decimal", payout("1.001")),
        ("an amount of 13 characters", payout("1234567890.12")),
        (
            "a callback without scheme",
            payout("1").callback_url("shop.example"),
        ),
        ("a remark of 257", payout("1").remark("r".repeat(257))),
        (
            "a remark with the border of a field",
            payout("1").remark("a&sign=1"),
        ),
        (
            "extInfo with the border of a field",
            payout("1").ext_info(r#"{"u":"x?a=1&b=2"}"#),
        ),
        ("extInfo with a line end", payout("1").ext_info("{\n}")),
    ] {
        note(&mut table, name, &call);
    }
    for (name, call) in [
        ("zero", exchange("0", "USD", "BTC")),
        ("nine decimals", exchange("9.123456789", "USD", "BTC")),
        ("no source", exchange("1", "", "BTC")),
        ("no target", exchange("1", "USD", "")),
    ] {
        note(&mut table, name, &call);
    }
    let doubtful = Exchange::new(reference("a&b"), "u", amount("1"), "USD", "BTC");
    note(&mut table, "a reference with &", &doubtful);
    insta::assert_snapshot!(table);
}

#[test]
fn accepts_payouts_at_the_limits() {
    assert_eq!(
        refusal(&withdraw_to("3", "3", "Ethereum(ERC-20)", &"a".repeat(128))),
        None,
        "16 characters, no fee"
    );
    assert_eq!(refusal(&withdraw("66.12345678", "0.00000001")), None);
    for sum in ["999999999.99", "0.01", "1.1200000000"] {
        assert_eq!(refusal(&payout(sum)), None, "{sum}");
    }
    assert_eq!(
        refusal(&payout("1").remark("Tom & Jerry").ext_info("a&b")),
        None
    );
    let exact = Conversion::getting(amount("0.03334064604"), "USD", "ETH");
    assert_eq!(refusal(&RateQuery::new(exact)), None, "11 decimals");
}

/// Every call that names a coin, a currency or a network, with one name that is wrong.
#[test]
fn names_that_the_documents_do_not_list_are_refused_with_a_suggestion() {
    let withdraw = |coin: &str, network: &str| {
        cpay_client::Withdraw::new(
            calls::reference("w-1"),
            "u",
            calls::amount("4"),
            calls::amount("3"),
            coin,
            network,
            "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
        )
    };
    let exchange = |from: &str, to: &str| {
        cpay_client::Exchange::new(calls::reference("e-1"), "u", calls::amount("1"), from, to)
    };
    let mut table = String::new();
    for (coin, network) in [
        ("usdt", "TRON(TRC-20)"),
        ("USDC", "TRON(TRC-20)"),
        ("BTC", "TRON(TRC-20)"),
        ("USDT", "TRC"),
        ("USDT", "trc20"),
        ("USDT", "TRON"),
        ("USDT", "tron(trc-20)"),
        ("USDT", "ERC20"),
        ("USDT", "BNB"),
        ("USDT", "BEP2"),
        ("USDT", "Arbitrum"),
        ("USDT", "Bitcoin"),
    ] {
        let call = withdraw(coin, network);
        calls::note(&mut table, &format!("{coin} on {network}"), &call);
        assert_eq!(calls::refusal(&call.allow_unlisted()), None);
    }
    for (from, to) in [("USD", "btc"), ("Usdt", "BTC"), ("DOGE", "BTC")] {
        let call = exchange(from, to);
        calls::note(&mut table, &format!("{from} to {to}"), &call);
        assert_eq!(calls::refusal(&call.allow_unlisted()), None);
        let conversion = cpay_client::Conversion::getting(calls::amount("1"), from, to);
        calls::note(
            &mut table,
            "rate",
            &cpay_client::RateQuery::new(conversion.clone()),
        );
        calls::note(
            &mut table,
            "card rate",
            &cpay_client::CardRateQuery::new(conversion.clone()),
        );
        assert_eq!(
            calls::refusal(&cpay_client::RateQuery::new(conversion.allow_unlisted())),
            None
        );
    }
    insta::assert_snapshot!(table);

    for (coin, network) in [
        ("BTC", "Bitcoin"),
        ("USDT", "Ethereum(ERC-20)"),
        ("ETH", "Ethereum(ERC-20)"),
        ("USDT", "TRON(TRC-20)"),
        ("TRX", "TRON(TRC-20)"),
        ("USDT", "BSC(BEP-20)"),
        ("BNB", "BSC(BEP-20)"),
    ] {
        assert_eq!(calls::refusal(&withdraw(coin, network)), None);
    }
    let long = withdraw("USDTUSDTUSDTUSDTU", "TRON(TRC-20)").allow_unlisted();
    assert_eq!(calls::refusal(&long).unwrap().field(), "crypto_currency");
}

/// What each call sends of an amount with more zeros than it takes decimals.
#[test]
fn zeros_beyond_the_decimals_of_a_call_are_not_sent() {
    use cpay_client::{
        CardPayment, Conversion, CreateOrder, Exchange, FiatPayout, Purchase, RateQuery,
    };
    let sent = |request: http::Request<bytes::Bytes>, name: &str| {
        let parameters = request
            .uri()
            .query()
            .map_or(&**request.body(), str::as_bytes)
            .to_vec();
        let fields = form_urlencoded::parse(&parameters).into_owned();
        let value = fields.into_iter().find(|(field, _)| field == name);
        value.unwrap_or_else(|| panic!("{name} was not sent")).1
    };
    let client = crate::support::scripted(&payments_core::scripted::ScriptedTransport::new());
    macro_rules! prepared {
        ($call:expr) => {
            client.prepare(&$call, crate::support::now()).unwrap()
        };
    }
    let (long, short) = (calls::amount("10.5000000000000"), calls::amount("10.50"));
    let reference = || calls::reference("r-1");
    for (amount, expected) in [(long, "10.50000000"), (short, "10.50")] {
        let order = CreateOrder::new(reference(), "u", amount, "USDT");
        assert_eq!(sent(prepared!(order), "amount"), expected);
        let exchange = Exchange::new(reference(), "u", amount, "USDT", "BTC");
        assert_eq!(sent(prepared!(exchange), "sourceAmount"), expected);
        let payout = cpay_client::Withdraw::new(
            reference(),
            "u",
            amount,
            amount,
            "USDT",
            "TRON(TRC-20)",
            "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
        );
        assert_eq!(sent(prepared!(payout.clone()), "totalAmount"), expected);
        assert_eq!(sent(prepared!(payout), "receivedAmount"), expected);
        let purchase = || Purchase::new(amount, "EUR", vec![calls::mac()]);
        let card: CardPayment = calls::card_payment_of(purchase());
        assert_eq!(sent(prepared!(card), "amount"), "10.50");
        let pix = FiatPayout::pix(reference(), "u", amount, calls::pix());
        assert_eq!(sent(prepared!(pix), "amount"), "10.50");
    }
    let rate = RateQuery::new(Conversion::spending(long, "USD", "BTC"));
    assert_eq!(sent(prepared!(rate), "amount"), "10.50000000000");
}
