//! Answers of other shapes than documented. Every field of every recorded answer is changed in every way.

use super::support::{self, ADDRESS, POL, RECORD, USDT, amount, answer, record, recorded};
use ccpayment_client::v2::{
    AssetsQuery, AutoWithdrawalsQuery, Call, ChainsQuery, CoinsQuery, DepositQuery, DepositsQuery,
    EstimateSwap, FiatsQuery, PricesQuery, RescanTransaction, ResendWebhooks, RiskyRefundsQuery,
    SwapsQuery, UnbindAddress, WithdrawFeeQuery, WithdrawalsQuery,
};
use payments_core::{Error, Outcome};
use serde_json::{Value, json};

/// Every place in a JSON value, as a pointer.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, format!("{at}/{}", name.replace('/', "~1")), found);
            }
        }
        Value::Array(rows) => {
            for (index, row) in rows.iter().enumerate() {
                places(row, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// The recorded answer with each of its places changed in each way.
fn variants(name: &str) -> Vec<Value> {
    let recorded: Value = serde_json::from_slice(&recorded(name)).unwrap();
    let mut at = Vec::new();
    places(&recorded["data"], "/data".to_owned(), &mut at);
    let others = [
        json!(null),
        json!(""),
        json!("0"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!("x"),
        json!("9".repeat(60)),
        json!([]),
        json!([1]),
        json!({}),
        json!({"a": {"b": [null]}}),
    ];
    let mut all = Vec::new();
    for place in at {
        for other in &others {
            let mut changed = recorded.clone();
            *changed.pointer_mut(&place).unwrap() = other.clone();
            all.push(changed);
        }
        let (parent, field) = place.rsplit_once('/').unwrap();
        let mut without = recorded.clone();
        if let Some(Value::Object(fields)) = without.pointer_mut(parent) {
            fields.remove(field);
            all.push(without);
        }
    }
    all
}

/// Parses every variant. Returns how many were read and how many were not.
pub(super) fn parse<C: Call>(call: &C, name: &str) -> (usize, usize) {
    let client = support::client();
    let (mut read, mut refused) = (0, 0);
    for variant in variants(name) {
        match client.parse(call, &answer(variant.to_string()), support::now()) {
            Ok(_) => read += 1,
            Err(fault) => {
                refused += 1;
                let error = Error::from_fault("test", C::NAME, C::EFFECT, fault, None);
                let outcome = error.outcome();
                assert!(!error.to_string().contains('\n'));
                if C::EFFECT != payments_core::Effect::Read {
                    // The gateway reported a success: that it had no effect is never proved.
                    assert_ne!(outcome, Outcome::NotApplied, "{}: {variant}", C::NAME);
                }
            }
        }
    }
    (read, refused)
}

#[test]
fn a_success_of_a_write_never_means_that_it_had_no_effect() {
    let unbind = UnbindAddress::new("POLYGON", ADDRESS);
    let rescan = RescanTransaction::new("POLYGON", ADDRESS, "0x1");
    let resend = ResendWebhooks::since(support::now());
    for (read, refused) in [
        parse(&support::order(), "create-order"),
        parse(&support::invoice(), "create-invoice"),
        parse(&support::deposit_address(), "deposit-address"),
        parse(&unbind, "unbind-address"),
        parse(&support::payout(), "withdraw"),
        parse(&support::cwallet_payout(), "withdraw-to-cwallet"),
        parse(&support::swap(), "swap"),
        parse(&rescan, "rescan"),
        parse(&resend, "resend-webhooks"),
    ] {
        assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
    }
}

#[test]
fn reads_of_other_shapes_are_read_or_refused() {
    let amounts = EstimateSwap::new(USDT, amount("100"), POL);
    let mut total = 0;
    for (read, refused) in [
        parse(&support::order().query(), "order"),
        parse(&support::invoice().query(), "invoice"),
        parse(&DepositQuery::new(record(RECORD)), "deposit"),
        parse(&DepositsQuery::all(), "deposits"),
        parse(&support::payout().query(), "withdrawal"),
        parse(&WithdrawalsQuery::all(), "withdrawals"),
        parse(&AutoWithdrawalsQuery::all(), "auto-withdrawals"),
        parse(&RiskyRefundsQuery::all(), "risky-refunds"),
        parse(&amounts, "estimate-swap"),
        parse(&support::swap().query(), "swap-record"),
        parse(&SwapsQuery::all(), "swap-records"),
        parse(&CoinsQuery::new(), "coins"),
        parse(&PricesQuery::new([USDT]), "prices"),
        parse(&FiatsQuery::new(), "fiats"),
        parse(&ChainsQuery::all(), "chains"),
        parse(&AssetsQuery::new(), "assets"),
        parse(&WithdrawFeeQuery::new(USDT, "POLYGON"), "withdraw-fee"),
    ] {
        assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
        total += read + refused;
    }
    assert!(total > 2_000, "{total}");
}

/// What is not set is missing, `null`, empty or zero.
#[test]
fn what_is_not_set_is_none_in_every_spelling() {
    let order = |fiat: Value, memo: Value| {
        let mut changed: Value = serde_json::from_slice(&recorded("order")).unwrap();
        changed["data"]["fiatId"] = fiat;
        changed["data"]["toMemo"] = memo;
        let answer = answer(changed.to_string());
        let order = support::client().parse(&support::order().query(), &answer, support::now());
        let order = order.unwrap();
        (order.fiat_id, order.to_memo)
    };
    for unset in [json!(null), json!("")] {
        assert_eq!(order(unset.clone(), unset), (None, None));
    }
    for zero in [json!(0), json!("0")] {
        // A memo may be zero.
        assert_eq!(order(zero.clone(), zero), (None, Some("0".to_owned())));
    }
}
