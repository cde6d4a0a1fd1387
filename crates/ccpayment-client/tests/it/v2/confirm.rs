//! What happened to a call, by a lookup of its `orderId`.

use super::support::{self, POL, USDT, amount, answering, recorded, reference, refusal};
use ccpayment_client::v2::{Client, Confirm, CreateOrder, OrderQuery, Price, Swap, Withdraw};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Operation, Outcome};

pub(super) type Found<C> = Result<Option<<<C as Confirm>::Query as Operation>::Output>, Error>;

pub(super) fn confirm<C: Confirm>(call: &C, body: impl Into<bytes::Bytes>) -> Found<C> {
    let transport = answering([body]);
    let found = block_on(support::scripted(&transport).confirm(call));
    assert_eq!(transport.requests().len(), 1);
    found
}

pub(super) fn differs<C: Confirm>(call: &C, name: &str, field: &str) {
    let error = confirm(call, recorded(name)).err().unwrap();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Integrity, Outcome::NotApplied)
    );
    assert!(error.to_string().contains(field), "{error}");
}

#[test]
fn a_call_that_was_made_is_found_as_it_was_asked() {
    let order = confirm(&support::order(), recorded("order"))
        .unwrap()
        .unwrap();
    assert!(order.to_address.is_some());
    let invoice = confirm(&support::invoice(), recorded("invoice"))
        .unwrap()
        .unwrap();
    assert!(invoice.invoice_url.is_some());
    let payout = confirm(&support::payout(), recorded("withdrawal"))
        .unwrap()
        .unwrap();
    assert_eq!(payout.amount, amount("5"));
    let cwallet = confirm(
        &support::cwallet_payout(),
        recorded("withdrawal-to-cwallet"),
    );
    assert!(cwallet.unwrap().is_some());
    let swap = confirm(&support::swap(), recorded("swap-record"))
        .unwrap()
        .unwrap();
    assert_eq!(swap.amount_in, amount("100"));
}

#[test]
fn not_found_is_no_proof_and_no_error() {
    let not_found = refusal("11003");
    assert!(
        confirm(&support::payout(), not_found.clone())
            .unwrap()
            .is_none()
    );
    assert!(
        confirm(&support::swap(), not_found.clone())
            .unwrap()
            .is_none()
    );
    assert!(confirm(&support::order(), not_found).unwrap().is_none());
    for other in ["11005", "11002", "12002", "99999"] {
        assert!(
            confirm(&support::payout(), refusal(other)).is_err(),
            "{other}"
        );
    }
    // The record of another withdrawal.
    let foreign = Withdraw::new(reference("payout-9"), USDT, "POLYGON", "0x1", amount("5"));
    let error = confirm(&foreign, recorded("withdrawal")).unwrap_err();
    assert_eq!(error.kind(), Kind::Integrity);
}

#[test]
fn what_is_found_is_compared_with_what_was_asked() {
    let payout = |coin, chain: &str, address: &str, sum: &str| {
        Withdraw::new(reference("payout-1001"), coin, chain, address, amount(sum))
    };
    let right = support::ADDRESS;
    differs(
        &payout(USDT, "POLYGON", right, "5.01"),
        "withdrawal",
        "amount",
    );
    differs(&payout(POL, "POLYGON", right, "5"), "withdrawal", "coinId");
    differs(&payout(USDT, "BSC", right, "5"), "withdrawal", "chain");
    differs(
        &payout(USDT, "POLYGON", "0x1", "5"),
        "withdrawal",
        "toAddress",
    );
    let swap = |amount_in: &str, coin_out| {
        let least = amount("1");
        Swap::new(
            reference("swap-1001"),
            USDT,
            amount(amount_in),
            coin_out,
            least,
        )
    };
    differs(&swap("99", POL), "swap-record", "amountIn");
    differs(&swap("100", 1), "swap-record", "coinIdOut");
    let order = |coin, chain: &str, price| {
        let expires_at = support::at(support::STAMP + 60);
        CreateOrder::new(reference("order-1001"), coin, chain, price, expires_at)
    };
    let dollars = Price::usd(amount("10.5"));
    differs(&order(POL, "POLYGON", dollars), "order", "coinId");
    differs(&order(USDT, "TRX", dollars), "order", "chain");
    let kroner = Price::fiat(amount("10.5"), 1022);
    differs(&order(USDT, "POLYGON", kroner), "order", "fiatId");
    for other in ["500", "10.49", "10.51"] {
        let dearer = Price::usd(amount(other));
        differs(&order(USDT, "POLYGON", dearer), "order", "amountToPay");
    }
    let coins = Price::coin(amount("10.5"), USDT);
    differs(&order(USDT, "POLYGON", coins), "order", "amountToPay");
}

fn answer_in_dollars(due: &str, rate: &str) -> String {
    format!(
        r#"{{"code":10000,"msg":"success","data":{{"amountToPay":"{due}","coinId":1280,"chain":"POLYGON","fiatId":1033{rate}}}}}"#
    )
}

/// The answer does not repeat the price, so it is compared by the rate.
#[test]
fn an_order_in_a_currency_is_found_by_its_rate() {
    let rate = r#","rate":"0.99995""#;
    for due in [
        "10.500525026251312566",
        "10.500525026251312565",
        "10.500526",
    ] {
        let found = confirm(&support::order(), answer_in_dollars(due, rate)).unwrap();
        assert!(found.is_some(), "{due}");
    }
    for (due, rate, field) in [
        ("10.495", rate, "amountToPay"),
        ("10.506", rate, "amountToPay"),
        ("10.500525026251312566", "", "rate"),
        ("10.500525026251312566", r#","rate":"0""#, "rate"),
    ] {
        let error = confirm(&support::order(), answer_in_dollars(due, rate)).unwrap_err();
        assert_eq!(error.kind(), Kind::Integrity, "{due}");
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn a_rounded_amount_or_rate_fits_the_price() {
    let order = |due: &str, rate: &str| {
        let body = format!(
            r#"{{"code":10000,"msg":"success","data":{{"amountToPay":"{due}","coinId":1,"chain":"BTC","rate":"{rate}"}}}}"#
        );
        let transport = answering([body]);
        let query = OrderQuery::new(reference("order-1"));
        block_on(support::scripted(&transport).order(query)).unwrap()
    };
    let (fits, differs, unknown) = (Some(true), Some(false), None);
    for (due, rate, price, expected) in [
        // Bitcoin has 8 decimals, and the last of them is 0.15 yen.
        ("0.00066667", "15000000", "10000", fits),
        ("0.00066666", "15000000", "10000", fits),
        ("0.00066667", "15000000", "10001", differs),
        ("0.00066667", "15000000", "100", differs),
        // USDT with 6 decimals, at 16000.4 rupiah.
        ("6.249844", "16000", "100000", fits),
        ("6.249844", "16000", "99000", differs),
        // The rate is 0.9998. At 1.00, prices that differ by a hundredth fit.
        ("10.502101", "1.00", "10.50", fits),
        ("500.100021", "1.00", "500", unknown),
        ("500.100021", "1.000", "500", fits),
        ("5.0010002", "1.00", "500", differs),
        ("500.100021", "1.00", "5", differs),
        ("5", "1", "5.00", fits),
        ("5", "1", "500", differs),
        ("500", "1", "5", differs),
        // Cents are too coarse a rate for a coin that is worth half of one.
        ("1000", "0.01", "6.20", unknown),
        ("1000", "0.01", "620", differs),
        ("10", "0", "10", unknown),
    ] {
        let costs = order(due, rate).costs(amount(price));
        assert_eq!(costs, expected, "{due} at {rate} for {price}");
    }
    let unproven = answer_in_dollars("500.100021", r#","rate":"1.00""#);
    let dollars = Price::usd(amount("500"));
    let expires_at = support::at(support::STAMP + 60);
    let asked = CreateOrder::new(reference("order-1"), USDT, "POLYGON", dollars, expires_at);
    let error = confirm(&asked, unproven).unwrap_err();
    assert_eq!(error.kind(), Kind::Integrity, "{error}");
}

/// A withdrawal to an address and one to a Cwallet user may have the same id.
#[test]
fn the_kind_of_a_withdrawal_is_compared() {
    let network = Withdraw::new(
        reference("payout-1002"),
        USDT,
        "POLYGON",
        "0x1",
        amount("5"),
    );
    differs(&network, "withdrawal-to-cwallet", "withdrawType");
}

#[test]
fn a_lookup_is_repeated_like_every_read() {
    let transport = ScriptedTransport::new()
        .answer(502, "<html>Bad Gateway</html>")
        .answer(200, recorded("withdrawal"));
    let client: Client = support::scripted(&transport);
    assert!(
        block_on(client.confirm(&support::payout()))
            .unwrap()
            .is_some()
    );
    assert_eq!(transport.requests().len(), 2);
}
