//! Refusals of the gateway: those that it makes, and every documented code.

use ccpayment_client::v2::codes::{CODES, Meaning};
use ccpayment_client::v2::{
    AssignAddress, CoinQuery, CreateOrder, EstimateSwap, Price, Swap, UnbindAddress, Withdraw,
    WithdrawFeeQuery,
};
use payments_core::{Error, Kind, NextStep, Outcome, Refusal};
use payments_sandbox::{Fault, Gateway};

use super::shop::{
    BNB, EVM_ADDRESS, POL, Shop, TETH, TRON_ADDRESS, USDT, XRP, XRP_ADDRESS, client, in_an_hour,
    order, payout, swap,
};
use crate::v2::support::{amount, reference};

/// Refused with this code before anything was done.
fn is_refused<T: std::fmt::Debug>(result: Result<T, Error>, code: &str, refusal: Refusal) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), Some(code), "{error}");
    assert_eq!(error.kind(), Kind::Refused(refusal), "{error}");
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::NotApplied, 1)
    );
}

#[tokio::test]
async fn orders_are_refused_for_the_documented_reasons() {
    let shop = Shop::open().await;
    let new = |coin, chain: &str| {
        let price = Price::usd(amount("10"));
        CreateOrder::new(reference("order-1"), coin, chain, price, in_an_hour())
    };
    let (request, for_now) = (Refusal::Request, Refusal::Temporary);
    for (order, code, refusal) in [
        (new(77, "POLYGON"), "13000", request),
        (new(USDT, "SOL"), "13001", request),
        (new(POL, "TRX"), "13001", request),
        (new(USDT, "BSC"), "15003", for_now),
        (new(BNB, "BSC"), "15003", for_now),
    ] {
        is_refused(shop.client.create_order(order.clone()).await, code, refusal);
        assert_eq!(shop.client.confirm(&order).await.unwrap(), None);
    }
    let francs = Price::fiat(amount("10"), 77);
    let order = CreateOrder::new(reference("order-1"), USDT, "TRX", francs, in_an_hour());
    is_refused(shop.client.create_order(order).await, "11000", request);
    is_refused(shop.client.coin(CoinQuery::new(77)).await, "13000", request);
    let address = AssignAddress::new("customer-7", "BSC");
    is_refused(shop.client.deposit_address(address).await, "15003", for_now);
}

#[tokio::test]
async fn withdrawals_are_refused_for_the_documented_reasons() {
    let shop = Shop::with(|builder| {
        let builder = builder.ccpayment_v2_balance("USDT", "100");
        builder.ccpayment_v2_balance("TRX", "13")
    })
    .await;
    let to = |coin, chain: &str, address: &str, value: &str| {
        Withdraw::new(reference("payout-1"), coin, chain, address, amount(value))
    };
    let usdt = |value| to(USDT, "POLYGON", EVM_ADDRESS, value);
    let (request, limit, funds) = (Refusal::Request, Refusal::Limit, Refusal::Funds);
    for (new, code, refusal) in [
        (usdt("100.000001"), "14000", funds),
        (usdt("0.999999"), "14005", limit),
        (usdt("50000.000001"), "14006", limit),
        (usdt("5.0000001"), "14013", request),
        (to(USDT, "POLYGON", TRON_ADDRESS, "5"), "14007", request),
        (usdt("5").memo("7"), "14009", request),
        (to(XRP, "XRP", XRP_ADDRESS, "5"), "14003", request),
        (
            to(USDT, "BSC", EVM_ADDRESS, "5"),
            "14004",
            Refusal::Temporary,
        ),
        (
            to(USDT, "TRX", TRON_ADDRESS, "5").merchant_pays_fee(true),
            "14011",
            funds,
        ),
        (to(USDT, "TRX", TRON_ADDRESS, "1"), "14019", limit),
    ] {
        is_refused(shop.client.withdraw(new.clone()).await, code, refusal);
        assert_eq!(shop.client.confirm(&new).await.unwrap(), None, "{code}");
    }
    assert_eq!(shop.balance(USDT).await, amount("100"));
    // A refused id is not used up.
    shop.client.withdraw(usdt("5")).await.unwrap();
}

#[tokio::test]
async fn swaps_and_unbinding_are_refused_for_the_documented_reasons() {
    let shop = Shop::with(|builder| builder.ccpayment_v2_balance("USDT", "100")).await;
    let estimate = |coin, value| {
        shop.client
            .estimate_swap(EstimateSwap::new(USDT, amount(value), coin))
    };
    is_refused(estimate(TETH, "10").await, "16001", Refusal::Temporary);
    is_refused(estimate(POL, "0.1").await, "16002", Refusal::Limit);
    is_refused(
        shop.client.swap(swap("swap-1", "100.1", "1")).await,
        "14000",
        Refusal::Funds,
    );
    let closed = Swap::new(
        reference("swap-1"),
        USDT,
        amount("10"),
        BNB,
        amount("0.001"),
    );
    is_refused(shop.client.swap(closed).await, "16001", Refusal::Temporary);

    let made = shop
        .client
        .create_order(order("order-1", "10"))
        .await
        .unwrap();
    let of_customer = AssignAddress::new("customer-7", "POLYGON");
    let of_customer = shop.client.deposit_address(of_customer).await.unwrap();
    let with_memo = AssignAddress::new("customer-7", "XRP");
    let with_memo = shop.client.deposit_address(with_memo).await.unwrap();
    for (chain, address, code) in [
        ("XRP", &*with_memo.address, "17002"),
        ("POLYGON", &*made.address, "17004"),
        ("BSC", &*of_customer.address, "17005"),
    ] {
        let unbound = shop
            .client
            .unbind_address(UnbindAddress::new(chain, address))
            .await;
        is_refused(unbound, code, Refusal::Request);
    }
}

#[tokio::test]
async fn the_gate_refuses_wrong_accounts_and_wrong_clocks() {
    let shop = Shop::open().await;
    let test = shop.sandbox.credentials();
    let (v1, v2) = (&test.ccpayment, &test.ccpayment_v2);
    for (app_id, secret, code, refusal) in [
        (&*v1.app_id, &*v1.app_secret, "11013", Refusal::Permission),
        (
            "another-app",
            &*v2.app_secret,
            "12001",
            Refusal::Authentication,
        ),
        (
            &*v2.app_id,
            "another-secret",
            "11005",
            Refusal::Authentication,
        ),
    ] {
        let wrong = client(&shop.sandbox, app_id, secret, 0);
        let withdrawn = wrong.withdraw(payout("payout-1", "5")).await;
        is_refused(withdrawn, code, refusal);
    }
    for ahead_s in [-121, 121] {
        let late = shop.another_client(ahead_s);
        let withdrawn = late.withdraw(payout("payout-1", "5")).await;
        is_refused(withdrawn, "11006", Refusal::Authentication);
    }
    assert_eq!(
        shop.client.confirm(&payout("payout-1", "5")).await.unwrap(),
        None
    );
    for ahead_s in [-120, 120] {
        let query = WithdrawFeeQuery::new(USDT, "TRX");
        shop.another_client(ahead_s)
            .withdraw_fee(query)
            .await
            .unwrap();
    }
}

/// What a documented code means for a withdrawal, and for a read.
fn expected(meaning: Meaning) -> [(Kind, Outcome); 2] {
    use Outcome::{NotApplied, Unknown};
    match meaning {
        Meaning::Refused(refusal) => [(Kind::Refused(refusal), NotApplied); 2],
        Meaning::TooMany => [
            (Kind::Refused(Refusal::Temporary), NotApplied),
            (Kind::Busy, NotApplied),
        ],
        Meaning::Duplicate => [(Kind::Duplicate, NotApplied), (Kind::Ambiguous, NotApplied)],
        Meaning::NotFound => [
            (Kind::Ambiguous, Unknown),
            (Kind::Refused(Refusal::NotFound), NotApplied),
        ],
        _ => [(Kind::Ambiguous, Unknown), (Kind::Ambiguous, NotApplied)],
    }
}

#[tokio::test]
async fn every_documented_code_has_its_outcome() {
    let shop = Shop::open().await;
    let gateway = Gateway::CCPAYMENT_V2;
    let refusals = CODES.iter().filter(|row| row.meaning != Meaning::Success);
    for (number, row) in refusals.enumerate() {
        let code: i64 = row.code.parse().unwrap();
        // Refused credentials stop a client, so this one ends with the code.
        let client = shop.another_client(0);
        let [withdrawal, read] = expected(row.meaning);
        let fault = Fault::instead(gateway).code(code);
        let call = "applyAppWithdrawToNetwork";
        shop.sandbox.fault(fault.clone().call(call)).unwrap();
        let new = payout(&format!("payout-{number}"), "5");
        let error = client.withdraw(new.clone()).await.unwrap_err();
        assert_eq!(error.code(), Some(row.code), "{error}");
        assert_eq!((error.kind(), error.outcome()), withdrawal, "{error}");
        assert_eq!(error.attempts(), 1, "{error}");
        if error.outcome() == Outcome::Unknown || error.kind() == Kind::Duplicate {
            assert_eq!(error.next_step(), NextStep::Query, "{error}");
        }
        assert_eq!(shop.client.confirm(&new).await.unwrap(), None);

        // A busy gateway is asked three times.
        let times = if read.0 == Kind::Busy { 3 } else { 1 };
        let fault = fault.call("getCoin").times(times);
        shop.sandbox.fault(fault).unwrap();
        let read_again = client.coin(CoinQuery::new(USDT)).await;
        if row.code == "11014" {
            // The ban stopped the client.
            assert_eq!(read_again.unwrap_err().attempts(), 0);
            shop.another_client(0)
                .coin(CoinQuery::new(USDT))
                .await
                .unwrap_err();
            continue;
        }
        let error = read_again.unwrap_err();
        assert_eq!(error.code(), Some(row.code), "{error}");
        assert_eq!((error.kind(), error.outcome()), read, "{error}");
        assert_eq!(error.attempts(), times, "{error}");
        assert_eq!(shop.sandbox.waiting_faults(), 0);
    }
    assert_eq!(CODES.len(), 81);
}
