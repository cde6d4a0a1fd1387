//! Which fields of each call's answer are compared with the request.

use std::collections::BTreeSet;

use super::support::{self, ADDRESS, POL, RECORD, USDT, amount, record, reference};
use super::{batches, users};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssetsQuery, AutoWithdrawalsQuery, Call, ChainsQuery, CoinQuery,
    CoinsQuery, CreateOrder, CwalletUserQuery, DepositQuery, DepositsQuery, EstimateSwap,
    FiatsQuery, Price, PricesQuery, RescanTransaction, ResendWebhooks, RiskyRefundsQuery,
    SwapCoinsQuery, SwapsQuery, UnbindAddress, WithdrawFeeQuery, WithdrawalsQuery,
};
use payments_core::{Effect, Error, Kind, Outcome};
use serde_json::{Value, json};

#[derive(Default)]
pub(super) struct Bound {
    calls: BTreeSet<&'static str>,
    fields: usize,
}

impl Bound {
    /// The recorded answer fits `call`, and does not with the value at one of the paths changed.
    pub(super) fn check<C: Call>(
        &mut self,
        call: &C,
        recorded: &str,
        fields: &[(&str, Value, Outcome)],
    ) {
        let error = |answer: &Value| {
            let answer = support::answer(answer.to_string());
            let parsed = support::client().parse(call, &answer, support::now());
            parsed
                .map(drop)
                .err()
                .map(|fault| Error::from_fault("test", C::NAME, C::EFFECT, fault, None))
        };
        let answer: Value = serde_json::from_slice(&support::recorded(recorded)).unwrap();
        let shown = error(&answer).map(|error| error.to_string());
        assert_eq!(shown, None, "{}", C::NAME);
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
            let got = (error.kind(), error.outcome());
            assert_eq!(got, (Kind::Integrity, outcome), "{} {path}", C::NAME);
            self.fields += 1;
        }
        self.calls.insert(C::NAME);
    }
}

#[test]
fn what_an_answer_repeats_of_its_request_is_compared() {
    const UNKNOWN: Outcome = Outcome::Unknown;
    const APPLIED: Outcome = Outcome::Applied;
    let other = || json!(format!("{}1", &RECORD[..31]));
    let mut bound = Bound::default();
    // Of a price in the coin, the amount to pay is known beforehand.
    let in_coin = CreateOrder::new(
        reference("order-1001"),
        USDT,
        "POLYGON",
        Price::coin(amount("0.010000000000000001"), USDT),
        support::at(support::STAMP + 60),
    );
    let amount_to_pay = [("/data/amount", json!("0.01"), APPLIED)];
    bound.check(&in_coin, "create-order-with-page", &amount_to_pay);
    bound.check(
        &support::invoice().query(),
        "invoice",
        &[("/data/orderId", json!("invoice-1002"), UNKNOWN)],
    );
    bound.check(
        &DepositQuery::new(record(RECORD)),
        "deposit",
        &[("/data/record/recordId", other(), UNKNOWN)],
    );
    let deposits = DepositsQuery::all()
        .coin(USDT)
        .chain("POLYGON")
        .order(reference("order-1001"))
        .to_address(ADDRESS)
        .records([record(RECORD)])
        .orders([reference("order-1001")]);
    bound.check(
        &deposits,
        "deposits",
        &[
            ("/data/records/0/coinId", json!(1), UNKNOWN),
            ("/data/records/0/chain", json!("TRX"), UNKNOWN),
            ("/data/records/0/orderId", json!("order-1002"), UNKNOWN),
            ("/data/records/0/toAddress", json!("0x1"), UNKNOWN),
            ("/data/records/0/recordId", other(), UNKNOWN),
        ],
    );
    bound.check(
        &DepositsQuery::all().user("customer-7"),
        "deposits-last",
        &[("/data/records/0/referenceId", json!("customer-8"), UNKNOWN)],
    );
    bound.check(
        &DepositsQuery::all().users(["customer-6", "customer-7"]),
        "deposits-last",
        &[("/data/records/0/referenceId", json!("customer-8"), UNKNOWN)],
    );
    bound.check(
        &DepositsQuery::all().orders([reference("order-1001")]),
        "deposits",
        &[("/data/records/0/orderId", json!("order-1002"), UNKNOWN)],
    );
    bound.check(
        &UnbindAddress::new("POLYGON", ADDRESS),
        "unbind-address",
        &[(
            "/data/unbound",
            json!([{"chain": "BSC", "address": "0x1"}]),
            UNKNOWN,
        )],
    );
    bound.check(
        &support::payout().query(),
        "withdrawal",
        &[("/data/record/orderId", json!("payout-1002"), UNKNOWN)],
    );
    let withdrawals = WithdrawalsQuery::all()
        .coin(USDT)
        .chain("POLYGON")
        .to_address(ADDRESS)
        .orders([reference("payout-1001")]);
    bound.check(
        &withdrawals,
        "withdrawals",
        &[
            ("/data/records/0/coinId", json!(1), UNKNOWN),
            ("/data/records/0/chain", json!("TRX"), UNKNOWN),
            ("/data/records/0/toAddress", json!("0x1"), UNKNOWN),
            ("/data/records/0/orderId", json!("payout-1002"), UNKNOWN),
        ],
    );
    let of_a_list = [
        ("/data/records/0/coinId", json!(1), UNKNOWN),
        ("/data/records/0/chain", json!("TRX"), UNKNOWN),
        ("/data/records/0/toAddress", json!("0x1"), UNKNOWN),
        ("/data/records/0/recordId", other(), UNKNOWN),
    ];
    let sweeps = AutoWithdrawalsQuery::all()
        .coin(USDT)
        .chain("POLYGON")
        .to_address(ADDRESS)
        .records([record(RECORD)]);
    bound.check(&sweeps, "auto-withdrawals", &of_a_list);
    let refunds = RiskyRefundsQuery::all()
        .coin(USDT)
        .chain("POLYGON")
        .to_address(ADDRESS)
        .records([record(RECORD)]);
    bound.check(&refunds, "risky-refunds", &of_a_list);
    bound.check(
        &EstimateSwap::new(USDT, amount("100"), POL),
        "estimate-swap",
        &[
            ("/data/coinIdIn", json!(1), UNKNOWN),
            ("/data/coinIdOut", json!(1), UNKNOWN),
            ("/data/amountIn", json!("1"), UNKNOWN),
        ],
    );
    bound.check(
        &support::swap(),
        "swap",
        &[
            ("/data/orderId", json!("swap-1002"), UNKNOWN),
            ("/data/coinIdIn", json!(1), APPLIED),
            ("/data/coinIdOut", json!(1), APPLIED),
            ("/data/amountIn", json!("99"), APPLIED),
        ],
    );
    bound.check(
        &support::swap().query(),
        "swap-record",
        &[("/data/record/orderId", json!("swap-1002"), UNKNOWN)],
    );
    let swaps = SwapsQuery::all()
        .coin_in(USDT)
        .coin_out(POL)
        .records([record(RECORD)])
        .orders([reference("swap-1001")]);
    bound.check(
        &swaps,
        "swap-records",
        &[
            ("/data/records/0/coinIdIn", json!(1), UNKNOWN),
            ("/data/records/0/coinIdOut", json!(1), UNKNOWN),
            ("/data/records/0/recordId", other(), UNKNOWN),
            ("/data/records/0/orderId", json!("swap-1002"), UNKNOWN),
        ],
    );
    let coin = [("/data/coin/coinId", json!(1), UNKNOWN)];
    bound.check(&CoinQuery::new(USDT), "coin", &coin);
    let asset = [("/data/asset/coinId", json!(1), UNKNOWN)];
    bound.check(&AssetQuery::new(USDT), "asset", &asset);
    bound.check(
        &PricesQuery::new([USDT]),
        "prices",
        &[("/data/prices", json!({"1": "1"}), UNKNOWN)],
    );
    bound.check(
        &CwalletUserQuery::new("9454818"),
        "cwallet-user",
        &[("/data/cwalletUserId", json!("9454819"), UNKNOWN)],
    );

    // These answers repeat nothing of the request that could be compared.
    bound.check(&support::order().query(), "order", &[]);
    bound.check(&support::invoice(), "create-invoice", &[]);
    bound.check(&support::deposit_address(), "deposit-address", &[]);
    bound.check(&support::payout(), "withdraw", &[]);
    bound.check(&support::cwallet_payout(), "withdraw-to-cwallet", &[]);
    bound.check(&SwapCoinsQuery::new(), "swap-coins", &[]);
    bound.check(&CoinsQuery::new(), "coins", &[]);
    bound.check(&FiatsQuery::new(), "fiats", &[]);
    bound.check(&ChainsQuery::all(), "chains", &[]);
    bound.check(&AssetsQuery::new(), "assets", &[]);
    let validity = AddressQuery::new("POLYGON", ADDRESS);
    bound.check(&validity, "check-address", &[]);
    bound.check(&WithdrawFeeQuery::new(USDT, "POLYGON"), "withdraw-fee", &[]);
    let rescan = RescanTransaction::new("POLYGON", ADDRESS, "0x1");
    bound.check(&rescan, "rescan", &[]);
    let resend = ResendWebhooks::since(support::now());
    bound.check(&resend, "resend-webhooks", &[]);

    users::bind(&mut bound);
    batches::bind(&mut bound);

    // Every file of `src/v2/op` has one call; a raw call compares nothing.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v2/op");
    let typed = std::fs::read_dir(folder).unwrap().count() - 1;
    assert_eq!((bound.calls.len(), typed), (53, 53), "{:?}", bound.calls);
    println!(
        "ccpayment v2: {} calls, {} fields compared with the request",
        bound.calls.len(),
        bound.fields
    );
}

/// The gateway returns EVM addresses in lower case.
#[test]
fn only_evm_addresses_are_compared_without_their_case() {
    let list = |query: WithdrawalsQuery, address: &str| {
        let mut answer: Value = serde_json::from_slice(&support::recorded("withdrawals")).unwrap();
        answer["data"]["records"][0]["toAddress"] = json!(address);
        let answer = support::answer(answer.to_string());
        let page = support::client().parse(&query, &answer, support::now());
        page.is_ok()
    };
    let asked = |address: &str| WithdrawalsQuery::all().to_address(address);
    assert!(list(asked(ADDRESS), &ADDRESS.to_lowercase()));
    assert!(list(asked("TRMYtLHz"), "TRMYtLHz"));
    assert!(!list(asked("TRMYtLHz"), "trmytlhz"));
}
