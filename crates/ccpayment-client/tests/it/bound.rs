//! Which fields of each call's answer are compared with the request.

#![allow(
    deprecated,
    reason = "calls that the documents no longer list are calls, too"
)]

use std::collections::BTreeSet;

use crate::support::{self, TOKEN};
use ccpayment_client::v1::{
    AssetsQuery, BlockHeightsQuery, Call, CoinsQuery, ResendWebhooks, SupportedTokensQuery,
    TokenChainsQuery,
};
use payments_core::{Effect, Error, Kind, Outcome};
use serde_json::{Value, json};

#[derive(Default)]
struct Bound {
    calls: BTreeSet<&'static str>,
    fields: usize,
}

impl Bound {
    /// The recorded answer fits `call`, and does not with the value at one of the paths changed.
    fn check<C: Call>(&mut self, call: &C, recorded: &str, fields: &[(&str, Value, Outcome)]) {
        let error = |answer: &Value| {
            let answer = support::signed(answer.to_string());
            let parsed = support::client().parse(call, &answer, support::now());
            parsed
                .map(drop)
                .err()
                .map(|fault| Error::from_fault("test", C::NAME, C::EFFECT, fault, None))
        };
        let answer: Value = serde_json::from_slice(&support::recorded(recorded)).unwrap();
        assert_eq!(
            error(&answer).map(|error| error.to_string()),
            None,
            "{}",
            C::NAME
        );
        for (path, other, outcome) in fields {
            let mut changed = answer.clone();
            *changed.pointer_mut(path).unwrap() = other.clone();
            let error =
                error(&changed).unwrap_or_else(|| panic!("{} takes another {path}", C::NAME));
            let outcome = if C::EFFECT == Effect::Read {
                Outcome::NotApplied
            } else {
                *outcome
            };
            assert_eq!(
                (error.kind(), error.outcome()),
                (Kind::Integrity, outcome),
                "{} {path}",
                C::NAME
            );
            self.fields += 1;
        }
        self.calls.insert(C::NAME);
    }
}

#[test]
fn what_an_answer_repeats_of_its_request_is_compared() {
    const UNKNOWN: Outcome = Outcome::Unknown;
    let mut bound = Bound::default();
    bound.check(
        &support::order(),
        "create-order",
        &[
            ("/data/amount", json!("5"), Outcome::Applied),
            ("/data/token_id", json!("other"), Outcome::Applied),
        ],
    );
    // Nothing of a withdrawal's answer repeats the request, but the receiver cannot get more than was requested.
    bound.check(
        &support::payout(),
        "withdraw",
        &[("/data/net_receivable", json!("4.01"), UNKNOWN)],
    );
    let id = "/data/0/order_detail/merchant_order_id";
    bound.check(
        &support::deposits(),
        "deposits",
        &[(id, json!("order-1002"), UNKNOWN)],
    );
    bound.check(
        &support::withdrawals(),
        "withdrawals",
        &[(id, json!("payout-1002"), UNKNOWN)],
    );
    bound.check(
        &support::network_fee(),
        "network-fee",
        &[("/data/token_id", json!("other"), UNKNOWN)],
    );
    bound.check(
        &support::user(),
        "check-user",
        &[("/data/c_id", json!("9558862"), UNKNOWN)],
    );

    // These answers repeat nothing of the request that could be compared.
    bound.check(&support::checkout(), "create-checkout", &[]);
    bound.check(&support::deposit_address(), "deposit-address", &[]);
    bound.check(&support::rate(), "token-rate", &[]);
    bound.check(&AssetsQuery::all(), "assets", &[]);
    bound.check(&BlockHeightsQuery::new(), "block-heights", &[]);
    bound.check(&CoinsQuery::new(), "coins", &[]);
    bound.check(&SupportedTokensQuery::new(), "supported-tokens", &[]);
    bound.check(&TokenChainsQuery::new(TOKEN), "token-chains", &[]);
    bound.check(
        &ResendWebhooks::since(support::now()),
        "resend-webhooks",
        &[],
    );

    // Every file of `src/v1/op` has one call; `bill_info.rs` has two, beside its folder; a raw call compares nothing.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v1/op");
    let typed = std::fs::read_dir(folder).unwrap().count() - 1;
    assert_eq!(bound.calls.len(), typed, "{:?}", bound.calls);
    println!(
        "ccpayment: {} calls, {} fields compared with the request",
        bound.calls.len(),
        bound.fields
    );
}

#[test]
fn assets_of_one_coin_must_contain_it() {
    let answer = support::signed(support::recorded("assets"));
    let rows = support::client()
        .parse(&AssetsQuery::all(), &answer, support::now())
        .unwrap();
    let coin = rows.assets[0].coin_id.clone().unwrap();
    assert!(
        support::client()
            .parse(&AssetsQuery::of(coin), &answer, support::now())
            .is_ok()
    );
    let fault = support::client()
        .parse(&AssetsQuery::of("other"), &answer, support::now())
        .unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity);
}
