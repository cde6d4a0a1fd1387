//! Every recorded answer, read field by field.

use super::support::{
    self, ADDRESS, CURSOR, POL, RECORD, USDT, amount, answer, at, record, recorded, reference,
    some, sum,
};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssetsQuery, AutoWithdrawalsQuery, Call, ChainStatus, ChainsQuery,
    CoinQuery, CoinStatus, CoinsQuery, CwalletUserQuery, DepositQuery, DepositStatus,
    DepositsQuery, EstimateSwap, FiatsQuery, PricesQuery, RescanTransaction, ResendWebhooks,
    RiskyRefundsQuery, SwapCoinsQuery, SwapQuery, SwapStatus, SwapsQuery, UnbindAddress,
    WithdrawFeeQuery, WithdrawType, WithdrawalQuery, WithdrawalStatus, WithdrawalsQuery,
};
use payments_core::{Amount, Kind, Operation};

pub(super) fn read<C: Call>(call: &C, name: &str) -> <C as Operation>::Output {
    read_bytes(call, recorded(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(super) fn read_bytes<C: Call>(
    call: &C,
    body: impl Into<bytes::Bytes>,
) -> Result<<C as Operation>::Output, payments_core::Fault> {
    support::client().parse(call, &answer(body), support::now())
}

/// The answer with `from` replaced.
fn changed(name: &str, from: &str, to: &str) -> String {
    let text = String::from_utf8(recorded(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    text.replace(from, to)
}

#[test]
fn a_created_order_has_address_and_amount() {
    let created = read(&support::order(), "create-order");
    assert_eq!(created.address, ADDRESS);
    assert_eq!(created.amount, amount("10.500525026251312566"));
    assert_eq!(
        (created.memo.as_deref(), &created.checkout_url),
        (None, &None)
    );
    assert_eq!(created.confirms_needed, Some(50));
    assert_eq!(created.raw().unwrap().body(), &recorded("create-order"));
    let with_page = read(&support::order(), "create-order-with-page");
    assert_eq!(with_page.memo, some("77"));
    assert_eq!(with_page.checkout_url, some("https://i.ccpayment.com/c/1"));
    assert_eq!(with_page.confirms_needed, Some(50));
}

#[test]
fn an_order_is_paid_once_confirmed_payments_reach_the_amount_due() {
    let query = support::order().query();
    let order = read(&query, "order");
    assert_eq!(order.amount_to_pay, amount("10.500525026251312566"));
    assert_eq!((order.coin_id, &*order.chain), (USDT, "POLYGON"));
    assert_eq!(order.to_address, Some(ADDRESS.to_lowercase()));
    assert_eq!(order.created_at, Some(at(1_800_000_000)));
    assert_eq!(order.expires_at, Some(at(1_800_003_600)));
    assert_eq!((order.fiat_id, order.rate), (Some(1033), sum("0.99995")));
    assert_eq!((&order.checkout_url, &order.buyer_email), (&None, &None));
    assert_eq!(order.payments.len(), 2);
    assert_eq!(order.payments[0].record_id, Some(record(RECORD)));
    assert_eq!(order.payments[0].service_fee, sum("0.0525"));
    // The second payment is not confirmed.
    assert_eq!((order.credited(), order.is_paid()), (sum("10.5"), false));

    let read = |from: &str, to: &str| read_bytes(&query, changed("order", from, to)).unwrap();
    let paid = read("Processing", "Success");
    assert_eq!(paid.credited(), sum("10.500525026251312566"));
    assert!(paid.is_paid());
    let risky = read(
        r#""isFlaggedAsRisky": false"#,
        r#""isFlaggedAsRisky": true"#,
    );
    assert_eq!((risky.credited(), risky.is_paid()), (sum("0"), false));
    // A payment that does not state whether it is flagged is not counted silently.
    let silent = read(r#""isFlaggedAsRisky": false"#, r#""other": false"#);
    assert_eq!((silent.credited(), silent.is_paid()), (None, false));
    // One record twice would be counted twice.
    let last = format!("{}9", &RECORD[..31]);
    let twice = read_bytes(&query, changed("order", &last, RECORD)).unwrap_err();
    assert_eq!(twice.kind(), Kind::Integrity);

    let none = self::read(&query, "order-without-payments");
    assert_eq!((none.fiat_id, none.payments.len()), (None, 0));
    assert_eq!((none.credited(), none.is_paid()), (sum("0"), false));
    assert_eq!(none.to_memo, some("77"));
}

#[test]
fn an_invoice_is_paid_in_any_coins() {
    assert_eq!(
        read(&support::invoice(), "create-invoice").invoice_url,
        "https://i.ccpayment.com/I1"
    );
    let query = support::invoice().query();
    let invoice = read(&query, "invoice");
    assert_eq!(
        (invoice.price, invoice.price_fiat_id),
        (amount("25.50"), Some(1033))
    );
    assert_eq!(invoice.price_coin_id, None);
    assert_eq!(invoice.total_paid_value, sum("25.500000000000000001"));
    assert_eq!(invoice.payments[0].arrived_at, Some(at(1_800_000_300)));
    assert_eq!(invoice.payments[1].coin_id, Some(POL));
    assert_eq!(invoice.credited(), sum("25.500000000000000001"));
    assert!(invoice.is_paid());
    let read = |from: &str, to: &str| read_bytes(&query, changed("invoice", from, to)).unwrap();
    assert!(!read(r#""paidValue": "0.50125""#, r#""paidValue": """#).is_paid());
    assert!(!read(r#""paidValue": "0.50125""#, r#""paidValue": "0.5""#).is_paid());
    assert!(!read("Success\",\n    \"isF", "Failed\",\n    \"isF").is_paid());
}

#[test]
fn addresses_are_assigned_and_unbound() {
    let address = read(&support::deposit_address(), "deposit-address");
    assert_eq!(address.address, "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw");
    assert_eq!(address.memo, None);
    let unbound = read(&UnbindAddress::new("POLYGON", ADDRESS), "unbind-address");
    assert_eq!(unbound.reference_id, some("customer-7"));
    assert_eq!((&unbound.user_id, unbound.unbound.len()), (&None, 2));
    assert_eq!(unbound.unbound_at, Some(at(1_800_000_000)));
}

#[test]
fn deposits_are_credits_only_if_confirmed_and_stated_not_to_be_risky() {
    let query = DepositQuery::new(record(RECORD));
    let deposit = read(&query, "deposit");
    assert_eq!(
        (deposit.amount, deposit.service_fee),
        (amount("10.5"), sum("0.0525"))
    );
    assert_eq!(
        (&deposit.order_id, &deposit.reference_id),
        (&some("order-1001"), &None)
    );
    assert_eq!(deposit.coin_usd_price, sum("1.0001"));
    assert_eq!(
        (deposit.tx_index, deposit.status.clone()),
        (Some(3), DepositStatus::Success)
    );
    assert!(deposit.is_credit());
    for (from, to) in [
        (
            "Success\",\n   \"arrivedAt",
            "Processing\",\n   \"arrivedAt",
        ),
        ("Success\",\n   \"arrivedAt", "Confirmed\",\n   \"arrivedAt"),
        (
            r#""isFlaggedAsRisky": false"#,
            r#""isFlaggedAsRisky": true"#,
        ),
        (
            r#""isFlaggedAsRisky": false"#,
            r#""isFlaggedAsRisky": null"#,
        ),
        (r#""isFlaggedAsRisky": false"#, r#""risky": false"#),
    ] {
        let other = read_bytes(&query, changed("deposit", from, to)).unwrap();
        assert!(!other.is_credit(), "{to}");
    }
    let last = read(&DepositsQuery::all(), "deposits-last");
    assert_eq!((last.records[0].coin_id, &last.next_id), (1482, &None));
    assert_eq!(last.records[0].reference_id, some("customer-7"));
    assert!(!last.records[0].is_credit());
    let none = read(&DepositsQuery::all(), "deposits-none");
    assert!(none.records.is_empty() && none.next_id.is_none());
    let page = read(&DepositsQuery::all(), "deposits");
    assert_eq!(page.next_id, Some(CURSOR.chars().rev().collect()));
}

#[test]
fn withdrawals_have_their_fee_in_its_own_coin() {
    assert_eq!(
        read(&support::payout(), "withdraw").record_id,
        record(RECORD)
    );
    let accepted = read(&support::cwallet_payout(), "withdraw-to-cwallet");
    assert_eq!(accepted.record_id, record(RECORD));
    let made = read(&support::payout().query(), "withdrawal");
    assert_eq!(
        (made.withdraw_type, made.amount),
        (WithdrawType::Network, amount("5"))
    );
    let fee = made.fee.unwrap();
    assert_eq!(
        (fee.amount_in(POL), fee.amount_in(USDT)),
        (sum("0.1"), None)
    );
    assert!(made.status == WithdrawalStatus::Success && made.status.is_final());
    assert_eq!((made.reason, made.to_memo), (None, None));
    let query = WithdrawalQuery::by_order(reference("payout-1002"));
    let cwallet = read(&query, "withdrawal-to-cwallet");
    assert_eq!(cwallet.withdraw_type, WithdrawType::Cwallet);
    assert_eq!((&cwallet.fee, &cwallet.tx_id), (&None, &None));
    assert_eq!(cwallet.cwallet_user, some("9454818"));
    assert!(!cwallet.status.is_final());
    let page = read(&WithdrawalsQuery::all(), "withdrawals");
    assert_eq!(page.records[0].order_id, "payout-1001");
    // A fee of another shape must not make the record unreadable.
    let odd = changed("withdrawal", r#""amount": "0.1""#, r#""amount": "free""#);
    let odd = read_bytes(&support::payout().query(), odd).unwrap();
    assert_eq!(odd.fee, None);
}

#[test]
fn transfers_that_no_call_made_are_listed() {
    let sweeps = read(&AutoWithdrawalsQuery::all(), "auto-withdrawals");
    let sweep = &sweeps.records[0];
    assert_eq!((sweep.amount, sweep.service_fee), (sum("5"), sum("0.025")));
    assert_eq!(sweep.created_at, Some(at(1_800_000_000)));
    assert_eq!(sweep.status, Some(WithdrawalStatus::Success));
    let refunds = read(&RiskyRefundsQuery::all(), "risky-refunds");
    let ids: Vec<&str> = refunds.records[0]
        .deposits
        .iter()
        .map(|deposit| deposit.record_id.as_str())
        .collect();
    assert_eq!(
        ids,
        [format!("{}7", &RECORD[..31]), format!("{}9", &RECORD[..31])]
    );
}

#[test]
fn swaps_are_read_without_their_padding() {
    let coins = read(&SwapCoinsQuery::new(), "swap-coins");
    assert_eq!(
        (coins.coins[1].coin_id, &coins.coins[1].logo_url),
        (POL, &None)
    );
    let estimate = read(
        &EstimateSwap::new(USDT, amount("100"), POL),
        "estimate-swap",
    );
    assert_eq!(estimate.net_amount_out, amount("193.12112912975646065"));
    assert_eq!(
        (estimate.fee, estimate.extra_fee),
        (sum("0.97045793532540935"), None)
    );
    let swapped = read(&support::swap(), "swap");
    assert_eq!(swapped.record_id, record(RECORD));
    assert_eq!(swapped.net_amount_out, sum("193.12112912975646065"));
    for found in [
        read(&support::swap().query(), "swap-record"),
        read(&SwapQuery::by_record(record(RECORD)), "swap-record"),
        read(&SwapsQuery::all(), "swap-records").records.remove(0),
    ] {
        assert_eq!(
            (found.amount_in, found.amount_in.to_string()),
            (amount("100"), "100".into())
        );
        assert_eq!(found.net_amount_out, amount("193.12112912975646065"));
        assert_eq!((found.status, found.user_id), (SwapStatus::Success, None));
        assert_eq!(found.amount_out_minimum, sum("190.5"));
        let fee = found.fee.unwrap();
        assert_eq!(
            found.amount_out.checked_sub(fee),
            Some(found.net_amount_out)
        );
    }
}

#[test]
fn coins_chains_and_currencies_are_listed() {
    let coins = read(&CoinsQuery::new(), "coins");
    let usdt = coins.get(USDT).unwrap();
    assert_eq!(coins.by_symbol("USDT"), Some(usdt));
    assert_eq!((coins.by_symbol("usdt"), coins.get(1)), (None, None));
    let polygon = &usdt.networks["POLYGON"];
    assert_eq!(
        (polygon.precision, polygon.can_withdraw),
        (Some(6), Some(true))
    );
    assert_eq!(polygon.maximum_withdraw_amount, Some(Amount::ZERO));
    assert_eq!(usdt.networks["TRX"].can_withdraw, Some(false));
    let pol = coins.get(POL).unwrap();
    assert_eq!(pol.status, Some(CoinStatus::PreDelisting));
    assert!(pol.networks.is_empty());
    assert_eq!(&read(&CoinQuery::new(USDT), "coin").coin, usdt);

    let prices = read(&PricesQuery::new([USDT, POL]), "prices").prices;
    assert_eq!(
        (prices[&USDT], prices[&POL]),
        (amount("1"), amount("0.5152"))
    );
    let fiats = read(&FiatsQuery::new(), "fiats");
    assert_eq!(fiats.by_symbol("DKK").unwrap().usd_rate, sum("6.85"));
    let chains = read(&ChainsQuery::all(), "chains").chains;
    assert_eq!(
        (chains[0].is_evm, chains[0].confirmations),
        (Some(true), Some(50))
    );
    assert_eq!(chains[1].status, Some(ChainStatus::Maintain));
}

#[test]
fn an_empty_balance_is_not_zero() {
    let assets = read(&AssetsQuery::new(), "assets");
    assert_eq!(assets.of(USDT).unwrap().available, sum("150.25"));
    assert_eq!(assets.of(POL).unwrap().available, None);
    let asset = read(&AssetQuery::new(USDT), "asset").asset;
    assert_eq!(Some(&asset), assets.of(USDT));
}

#[test]
fn further_calls_are_read() {
    let user = read(&CwalletUserQuery::new("9454818"), "cwallet-user");
    assert_eq!(user.cwallet_user_name, some("an***@cliente.example"));
    assert!(!read(&AddressQuery::new("POLYGON", ADDRESS), "check-address").is_valid);
    let fee = read(&WithdrawFeeQuery::new(USDT, "POLYGON"), "withdraw-fee");
    assert_eq!(
        (fee.fee.coin_id, fee.inquiry_id.as_deref()),
        (Some(POL), Some("inquiry-1"))
    );
    let rescan = RescanTransaction::new("POLYGON", ADDRESS, "0x1");
    assert!(read(&rescan, "rescan").description.is_some());
    let resend = ResendWebhooks::since(support::now());
    assert_eq!(read(&resend, "resend-webhooks").resend_count, Some(3));
}

/// A success without the fields that it is about proves nothing.
#[test]
fn a_success_without_its_id_is_unreadable() {
    for data in [
        "{}",
        r#"{"recordId":""}"#,
        r#"{"recordId":null}"#,
        "null",
        "[]",
        r#""x""#,
    ] {
        let body = format!(r#"{{"code":10000,"msg":"success","data":{data}}}"#);
        let fault = read_bytes(&support::payout(), body.clone()).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{data}");
        let fault = read_bytes(&support::swap(), body.clone()).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{data}");
        let fault = read_bytes(&support::order(), body).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{data}");
    }
    let without_data = r#"{"code":10000,"msg":"success"}"#;
    let fault = read_bytes(&support::payout(), without_data).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
}
