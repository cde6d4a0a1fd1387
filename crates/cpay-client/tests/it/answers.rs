//! The recorded answers of the other calls as typed values, field by field.

use crate::calls;
use crate::calls::{amount, parse, recorded};
use crate::support;
use cpay_client::{
    BalanceQuery, Call, CardRateQuery, OrderStatus, Rate, RateQuery, StoredCardId,
    WalletAddressQuery,
};
use payments_core::{Amount, Kind, Refusal};
use serde_json::json;

fn bytes(name: &str) -> Vec<u8> {
    support::fixture(&format!("wire/cpay/{name}.answer.json"))
}

fn read<C: Call>(call: &C, name: &str) -> C::Output {
    parse(call, bytes(name)).unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn sum(text: &str) -> Option<Amount> {
    Some(amount(text))
}

#[test]
fn wallet_addresses() {
    let got = read(&WalletAddressQuery::new("u"), "wallet-address");
    let rows: Vec<_> = got
        .addresses
        .iter()
        .map(|row| {
            (
                row.address.as_str(),
                row.currency.as_str(),
                row.network.as_str(),
            )
        })
        .collect();
    let tron = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
    let bsc = "0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221";
    let ethereum = "0x51777edc64e66e953a576d8b90310b2a80f18f67";
    assert_eq!(
        rows,
        [
            (tron, "USDT", "TRON(TRC-20)"),
            (tron, "TRX", "TRON(TRC-20)"),
            (bsc, "USDT", "BSC(BEP-20)"),
            (bsc, "BNB", "BSC(BEP-20)"),
            (ethereum, "USDT", "Ethereum(ERC-20)"),
            (ethereum, "ETH", "Ethereum(ERC-20)"),
            ("3Dj8spQNdFUXRP1T91egJx8ZhFdc6QECsa", "BTC", "Bitcoin"),
        ]
    );
    assert_eq!(got.raw().unwrap().body().as_ref(), bytes("wallet-address"));
}

#[test]
fn reads_a_withdrawal_that_contains_only_the_fee() {
    let got = read(&calls::withdraw(), "withdraw");
    assert_eq!(got.fee, sum("0.0123"));
    let shown = format!("{got:?}");
    assert_eq!(shown.matches("None").count(), 12, "{shown}");
    assert_eq!(got.raw().unwrap().body().as_ref(), bytes("withdraw"));
}

#[test]
fn reads_a_withdrawal_with_every_documented_field() {
    let got = read(&calls::withdraw(), "withdraw-every-field");
    assert_eq!(got.fee, sum("1"));
    assert_eq!(got.order_amount.unwrap().to_string(), "4.000000");
    assert_eq!(
        got.received_amount,
        sum("3"),
        "other zeros are the same amount"
    );
    assert_eq!(got.order_id.unwrap().as_str(), "230310085442240390003");
    assert_eq!(got.status, Some(OrderStatus::Processing));
    assert_eq!(got.merchant_trade_no, some("100000230"));
    assert_eq!(got.merchant_id, some("20003092"));
    assert_eq!(got.merchant_user_id, some("2345"));
    assert_eq!(
        (got.crypto_currency, got.network),
        (some("USDT"), some("TRON"))
    );
    assert_eq!(got.create_time, Some(calls::at(1_678_438_482_000)));
    assert_eq!((got.remark, got.ext_info), (None, some("{}")));
}

#[test]
fn fiat_payout() {
    let got = read(&calls::payout(calls::pix()), "fiat-payout");
    assert_eq!(got.order_id.as_str(), "23031008544224390xxx");
    assert_eq!(got.status, Some(OrderStatus::Processing));
    assert_eq!(got.merchant_id, some("20003xxx"));
    assert_eq!(
        (got.merchant_trade_no, got.merchant_user_id),
        (some("test07"), some("1001"))
    );
    assert_eq!(got.currency, some("BRL"));
    assert_eq!(
        (got.order_amount, got.received_amount, got.fee),
        (sum("5.5"), sum("5"), sum("0.5"))
    );
    assert_eq!(
        got.order_amount,
        got.received_amount.unwrap().checked_add(got.fee.unwrap())
    );
    assert_eq!(got.remark, some("remark"));
    assert_eq!(got.create_time, Some(calls::at(1_678_438_482_000)));
}

#[test]
fn balances() {
    let got = read(&BalanceQuery::new(), "balance");
    let rows: Vec<_> = got
        .balances
        .iter()
        .map(|row| {
            (
                row.currency.as_str(),
                row.available.unwrap(),
                row.frozen.unwrap(),
            )
        })
        .collect();
    let (nothing, some) = (amount("0"), amount);
    assert_eq!(
        rows,
        [
            ("ETH", nothing, nothing),
            ("TRX", nothing, nothing),
            ("EUR", nothing, nothing),
            ("USD", nothing, some("12.237")),
            ("BTC", nothing, nothing),
            ("USDT", some("11.008"), nothing),
            ("BNB", nothing, nothing),
        ]
    );
    assert_eq!(got.of("USD").unwrap().frozen, sum("12.237"));
    assert_eq!(got.of("usd"), None);
}

#[test]
fn balances_of_the_later_document() {
    let got = read(&BalanceQuery::new(), "balance-later");
    let (usdt, eur) = (got.of("USDT").unwrap(), got.of("EUR").unwrap());
    assert_eq!((usdt.available, usdt.frozen), (sum("1.5"), None));
    assert_eq!(
        (eur.available.unwrap().to_string().as_str(), eur.frozen),
        ("0.10", None)
    );
    let both = json!({"code": 0, "data": [{"currency": "EUR", "cryptoCurrency": "USD"}]});
    let got = parse(&BalanceQuery::new(), both.to_string()).unwrap();
    assert_eq!(got.balances[0].currency, "EUR", "the newer name counts");
}

#[test]
fn reproduces_the_rates_of_the_specification() {
    let got = read(&RateQuery::new(calls::spending()), "exchange-rate");
    assert_eq!(got.rate, Rate::new(Amount::ZERO));
    assert_eq!(
        calls::spending().at(got.rate),
        None,
        "nothing is converted at a rate of zero"
    );

    let got = read(&CardRateQuery::new(calls::spending()), "card-exchange-rate");
    assert_eq!(got.rate.to_string(), "2999.342");
    assert_eq!(got.amount_exchanged, sum("0.03334064604"));
    assert_eq!(
        calls::spending().at(got.rate),
        got.amount_exchanged,
        "100 / 2999.342, cut at 11 decimals"
    );

    let got = read(&calls::exchange(), "exchange");
    let gross = got.rate.unwrap().target_for(amount("40000"));
    assert_eq!(gross, sum("1"));
    assert_eq!(
        gross.unwrap().checked_sub(got.fee.unwrap()),
        Some(got.target_amount)
    );
}

#[test]
fn exchange() {
    let got = read(&calls::exchange(), "exchange");
    assert_eq!(
        (got.target_amount, got.fee),
        (amount("0.997"), sum("0.003"))
    );
    assert_eq!(got.target_currency, some("BTC"));
    assert_eq!(got.rate.unwrap().to_string(), "40000.000000");
}

#[test]
fn kyc() {
    let got = read(&calls::kyc(10), "kyc");
    assert_eq!(
        (got.accepted, got.submitted, got.is_complete()),
        (10, 10, true)
    );
    let got = read(&calls::kyc(11), "kyc");
    assert_eq!(
        (got.accepted, got.submitted, got.is_complete()),
        (10, 11, false)
    );
    let fault = parse(&calls::kyc(9), bytes("kyc")).unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity, "more than were handed over");
}

#[test]
fn card_payment() {
    let got = read(&calls::card_payment(), "card-payment");
    assert_eq!(got.order_id.as_str(), "230303100653358209014");
    assert_eq!(
        got.page,
        some("<!DOCTYPE html><html lang=\"en\">...</html>")
    );
    assert_eq!(got.redirect_url, None);
    assert_eq!(
        got.stored_card.as_ref().map(StoredCardId::as_str),
        Some("xxxxxxxxxxxxxxxxxx")
    );
    let mut body = recorded("card-payment");
    body["data"]["redirectURL"] = json!("https://3ds.bank.example/x");
    let got = parse(&calls::card_payment(), body.to_string()).unwrap();
    assert_eq!(got.redirect_url, some("https://3ds.bank.example/x"));
}

#[test]
fn a_declined_card_is_a_refusal() {
    let fault = parse(&calls::card_payment(), bytes("declined")).unwrap_err();
    assert_eq!(fault.kind(), Kind::Refused(Refusal::Declined));
    assert_eq!(
        (fault.provider_code(), fault.provider_message()),
        (Some("90751015"), Some("pay fail"))
    );
    assert_eq!(fault.provider_request_id(), Some("221117082830X664937"));
}

#[test]
fn a_successful_card_order_may_be_closed() {
    let got = read(&calls::card_order(), "card-order");
    assert_eq!(got.order_id.as_str(), "221108101212238310014");
    assert_eq!(got.status, Some(OrderStatus::Closed));
    assert!(!got.is_live());
    assert_eq!(
        (&got.merchant_id, &got.merchant_trade_no),
        (&some("20003092"), &some("test901"))
    );
    assert_eq!(
        (&got.order_currency, got.order_amount),
        (&some("USD"), sum("2"))
    );
    assert_eq!(
        (got.received_amount, got.fee, got.pledge_amount),
        (sum("0"), sum("0.00"), None)
    );
    assert!(
        got.cashier_url
            .as_deref()
            .unwrap()
            .ends_with("/B462EEE0EBF6BAEB7D1138877435F8ACDFDB6333")
    );
    assert_eq!((&got.success_url, &got.fail_url), (&None, &None));
    assert_eq!(got.sign.as_deref().map(str::len), Some(64));

    for (status, live) in [
        ("0", true),
        ("11", true),
        ("14", false),
        ("15", false),
        ("16", false),
        ("", false),
    ] {
        let mut body = recorded("card-order");
        body["data"]["orderStatus"] = json!(status);
        let got = parse(&calls::card_order(), body.to_string()).unwrap();
        assert_eq!(got.is_live(), live, "{status:?}");
    }
}
