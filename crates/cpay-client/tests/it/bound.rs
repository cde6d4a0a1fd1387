//! Which fields of each call's answer are compared with the request. Another reference or id is the answer to another request
//! and proves nothing; another amount, coin or network is a success that differs.

use std::collections::BTreeSet;

use crate::calls;
use crate::support;
use cpay_client::{BalanceQuery, Call, CardRateQuery, OrderQuery, RateQuery, WalletAddressQuery};
use payments_core::{Effect, Error, Kind, Outcome, ProviderRef};
use serde_json::{Value, json};

#[derive(Default)]
struct Bound {
    calls: BTreeSet<&'static str>,
    fields: usize,
}

impl Bound {
    /// The recorded answer fits `call`, and does not with one of the fields changed.
    fn check<C: Call>(&mut self, call: &C, recorded: &str, fields: &[(&str, Value)]) {
        let fault = |answer: &Value| calls::parse(call, answer.to_string()).map(drop).err();
        let answer = calls::recorded(recorded);
        assert_eq!(
            fault(&answer).map(|fault| fault.to_string()),
            None,
            "{}",
            C::NAME
        );
        for (field, other) in fields {
            let mut changed = answer.clone();
            changed["data"][field] = other.clone();
            let fault =
                fault(&changed).unwrap_or_else(|| panic!("{} takes another {field}", C::NAME));
            let error = Error::from_fault("cpay", C::NAME, C::EFFECT, fault, None);
            let names_an_order = ["merchantTradeNo", "orderId", "hash"].contains(field);
            let outcome = match C::EFFECT {
                Effect::Read => Outcome::NotApplied,
                _ if names_an_order => Outcome::Unknown,
                _ => Outcome::Applied,
            };
            assert_eq!(
                (error.kind(), error.outcome()),
                (Kind::Integrity, outcome),
                "{} {field}",
                C::NAME
            );
            assert!(error.to_string().contains(field), "{error}");
            self.fields += 1;
        }
        self.calls.insert(C::NAME);
    }
}

#[test]
fn what_an_answer_repeats_of_its_request_is_compared() {
    let mut bound = Bound::default();
    let other = || json!("other-1");
    bound.check(
        &support::order(),
        "create-order",
        &[
            ("merchantTradeNo", other()),
            ("orderAmount", json!("4")),
            ("cryptoCurrency", json!("BTC")),
        ],
    );
    bound.check(
        &calls::card_order(),
        "card-order",
        &[
            ("merchantTradeNo", other()),
            ("orderAmount", json!("3")),
            ("orderCurrency", json!("EUR")),
        ],
    );
    bound.check(
        &calls::withdraw(),
        "withdraw-every-field",
        &[
            ("merchantTradeNo", other()),
            ("orderAmount", json!("400")),
            ("receivedAmount", json!("2")),
            ("cryptoCurrency", json!("TRX")),
            ("network", json!("BSC")),
            ("network", json!("Ethereum(ERC-20)")),
        ],
    );
    bound.check(
        &calls::payout(calls::pix()),
        "fiat-payout",
        &[
            ("merchantTradeNo", other()),
            ("receivedAmount", json!("50")),
            ("currency", json!("EUR")),
        ],
    );
    bound.check(
        &calls::exchange(),
        "exchange",
        &[("targetCurrency", json!("ETH"))],
    );
    bound.check(&calls::kyc(10), "kyc", &[("count", json!(11))]);
    bound.check(
        &support::query(),
        "order-detail",
        &[("merchantTradeNo", other())],
    );
    let by_id = OrderQuery::by_order_id(ProviderRef::new("2209141130105863014").unwrap());
    bound.check(&by_id, "order-detail", &[("orderId", json!("71"))]);
    let hash = "C4DBBF5737C52072817DC92FA09C41386F8024FEE883270B92BFC1943616F957";
    bound.check(
        &OrderQuery::by_hash(hash),
        "order-detail",
        &[("hash", json!("c4db"))],
    );

    // These answers repeat nothing of the request that could be compared.
    bound.check(&calls::card_payment(), "card-payment", &[]);
    bound.check(
        &WalletAddressQuery::new("customer-7"),
        "wallet-address",
        &[],
    );
    bound.check(&BalanceQuery::new(), "balance", &[]);
    bound.check(&RateQuery::new(calls::spending()), "exchange-rate", &[]);
    bound.check(
        &CardRateQuery::new(calls::spending()),
        "card-exchange-rate",
        &[],
    );

    // Every file of `src/op` has one call; a raw call compares nothing.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/op");
    let typed = std::fs::read_dir(folder).unwrap().count() - 1;
    assert_eq!(bound.calls.len(), typed, "{:?}", bound.calls);
    println!(
        "cpay: {} calls, {} fields compared with the request",
        bound.calls.len(),
        bound.fields
    );
}

/// The answer may have the long or the short name, and names that are not listed are not compared.
#[test]
fn a_network_is_the_same_in_its_long_and_short_form() {
    for network in [
        "TRON",
        "tron",
        "TRON(TRC-20)",
        "TRON (TRC20)",
        "TRX",
        "somewhere",
        "",
    ] {
        let mut answer = calls::recorded("withdraw-every-field");
        answer["data"]["network"] = json!(network);
        assert!(
            calls::parse(&calls::withdraw(), answer.to_string()).is_ok(),
            "{network}"
        );
    }
}
