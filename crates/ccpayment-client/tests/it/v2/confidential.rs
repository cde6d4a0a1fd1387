//! Whatever a gateway repeats of a request, no error shows what is confidential in it; and no `Debug` shows people. Walks through
//! every call of v2.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{self, ADDRESS, POL, RECORD, USDT, amount, record, recorded, reference};
use super::{batches, users};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssetsQuery, AutoWithdrawalsQuery, Call, ChainsQuery, Client,
    CoinQuery, CoinsQuery, CwalletUserQuery, DepositQuery, DepositsQuery, EstimateSwap, FiatsQuery,
    PricesQuery, RawCall, RescanTransaction, ResendWebhooks, RiskyRefundsQuery, SwapCoinsQuery,
    SwapsQuery, UnbindAddress, WithdrawFeeQuery, WithdrawalsQuery,
};
use payments_core::scripted::{ManualClock, ScriptedTransport};
use payments_core::{Error, Fault};
use serde_json::{Value, json};

/// The fields that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "amount",
    "amountIn",
    "amountOutMinimum",
    "batchOrderId",
    "chain",
    "chains",
    "coinId",
    "coinIdIn",
    "coinIdOut",
    "coinIds",
    "delaySeconds",
    "endAt",
    "endTimestamp",
    "expiredAt",
    "extraFeeRate",
    "fiatId",
    "limit",
    "mode",
    "nextId",
    "orderId",
    "orderIds",
    "price",
    "priceCoinId",
    "priceFiatId",
    "recordId",
    "recordIds",
    "seq",
    "startAt",
    "startTimestamp",
    "transactionType",
    "webhookResult",
];

/// A value in the spellings in which messages repeat values.
fn spellings(value: &str) -> Vec<String> {
    let percent: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let escaped = serde_json::to_string(value).unwrap();
    let units = value.encode_utf16();
    vec![
        value.to_owned(),
        value.to_uppercase(),
        value.to_lowercase(),
        value.replace(' ', "+"),
        percent,
        escaped[1..escaped.len() - 1].to_owned(),
        serde_json::to_string(&escaped).unwrap(),
        units.map(|unit| format!("\\u{unit:04X}")).collect(),
    ]
}

/// Every string of a JSON value, with the name of the field it belongs to.
fn strings(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        Value::Array(rows) => rows.iter().for_each(|row| strings(name, row, found)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| strings(name, value, found)),
        _ => {}
    }
}

#[derive(Default)]
pub(super) struct Walk {
    calls: BTreeSet<&'static str>,
    names: BTreeSet<String>,
    errors: usize,
}

impl Walk {
    /// Every confidential value of the request, repeated by the gateway in every spelling.
    pub(super) fn through<C: Call>(&mut self, call: &C) {
        let request = support::client().prepare(call, support::now()).unwrap();
        let sent: Value = serde_json::from_slice(request.body()).unwrap();
        self.calls.insert(C::NAME);
        let mut found = Vec::new();
        strings("", &sent, &mut found);
        for (name, value) in found {
            if PUBLIC.contains(&&*name) {
                continue;
            }
            for spelling in spellings(&value) {
                let message = format!("field {name}={spelling}, try again");
                let error =
                    Error::from_fault("test", C::NAME, C::EFFECT, refused(call, &message), None);
                let message = error.message().unwrap_or_default().to_owned();
                let shown = format!("{error} {error:?} {message}");
                assert!(message.contains("***"), "{}: {name}: {message}", C::NAME);
                for hidden in [&value, &spelling] {
                    assert!(
                        !shown.contains(&**hidden),
                        "{} shows {name}: {shown}",
                        C::NAME
                    );
                }
                self.errors += 1;
            }
            self.names.insert(name);
        }
    }
}

fn refused<C: Call>(call: &C, message: &str) -> Fault {
    let answer = json!({"code": 10001, "msg": "refused", "reason": message}).to_string();
    let parsed = support::client().parse(call, &support::answer(answer), support::now());
    parsed.map(drop).unwrap_err()
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut walk = Walk::default();
    let notify = "https://shop.example/notify?u=ana@cliente.example";
    walk.through(
        &support::order()
            .product("for Zoë \"Z\" Ávila")
            .buyer_email("ana@cliente.example")
            .return_url("https://shop.example/back?u=7")
            .close_url("https://shop.example/close?u=7")
            .notify_url(notify),
    );
    walk.through(&support::order().query());
    walk.through(
        &support::invoice()
            .product("seat 12 B")
            .buyer_email("ana@cliente.example")
            .return_url("https://shop.example/back?u=7")
            .close_url("https://shop.example/close?u=7")
            .notify_url(notify),
    );
    walk.through(&support::invoice().query());
    walk.through(&support::deposit_address());
    walk.through(&UnbindAddress::new("POLYGON", ADDRESS));
    walk.through(&DepositQuery::new(record(RECORD)));
    walk.through(&DepositsQuery::all().user("customer-7").to_address(ADDRESS));
    walk.through(&DepositsQuery::all().users(["customer-7", "customer-8"]));
    walk.through(
        &support::payout()
            .memo("memo 77")
            .fee_inquiry("inquiry-77")
            .notify_url(notify),
    );
    walk.through(&support::cwallet_payout());
    walk.through(&support::payout().query());
    walk.through(&WithdrawalsQuery::all().to_address(ADDRESS));
    walk.through(&AutoWithdrawalsQuery::all().to_address(ADDRESS));
    walk.through(&RiskyRefundsQuery::all().to_address(ADDRESS));
    walk.through(&SwapCoinsQuery::new());
    walk.through(&EstimateSwap::new(USDT, amount("1"), POL));
    walk.through(&support::swap());
    walk.through(&support::swap().query());
    walk.through(&SwapsQuery::all());
    walk.through(&CoinsQuery::new());
    walk.through(&CoinQuery::new(USDT));
    walk.through(&PricesQuery::new([USDT]));
    walk.through(&FiatsQuery::new());
    walk.through(&ChainsQuery::all());
    walk.through(&AssetsQuery::new());
    walk.through(&AssetQuery::new(USDT));
    walk.through(&CwalletUserQuery::new("9454818"));
    walk.through(&AddressQuery::new("POLYGON", ADDRESS));
    walk.through(&WithdrawFeeQuery::new(USDT, "POLYGON"));
    walk.through(&RescanTransaction::new("POLYGON", ADDRESS, "0x1f1f1f").memo("memo 77"));
    walk.through(&ResendWebhooks::since(support::now()));
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    walk.through(&RawCall::write("new/call").with_fields(&fields));

    users::walk(&mut walk);
    batches::walk(&mut walk);

    // Every file of `src/v2/op` has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v2/op");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(walk.calls.len(), files, "{:?}", walk.calls);
    println!(
        "ccpayment v2: {} calls, {} confidential fields, {} errors, 0 values shown",
        walk.calls.len(),
        walk.names.len(),
        walk.errors,
    );
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message = "payout-1001: 5 of 1280 on POLYGON is more than the balance";
    let fault = refused(&support::payout(), message);
    let expected = format!("refused ({message})");
    assert_eq!(fault.provider_message(), Some(&*expected));
}

/// `Debug` of every request and answer that may name people, addresses, pages and notes.
#[test]
fn debug_shows_no_people_addresses_and_pages() {
    fn shown<C: Call + std::fmt::Debug>(text: &mut String, call: &C, answer: &str)
    where
        C::Output: std::fmt::Debug,
    {
        let answer = support::answer(recorded(answer));
        let output = support::client().parse(call, &answer, support::now());
        text.push_str(&format!("{call:?} {:?}\n", output.unwrap()));
    }
    let mut text = String::new();
    let order = support::order()
        .buyer_email("ana@cliente.example")
        .product("One teapot")
        .notify_url("https://shop.example/cb");
    shown(&mut text, &order, "create-order");
    shown(&mut text, &support::order().query(), "order");
    shown(&mut text, &support::invoice(), "create-invoice");
    shown(&mut text, &support::invoice().query(), "invoice");
    shown(&mut text, &support::deposit_address(), "deposit-address");
    shown(
        &mut text,
        &UnbindAddress::new("POLYGON", ADDRESS),
        "unbind-address",
    );
    shown(&mut text, &DepositQuery::new(record(RECORD)), "deposit");
    shown(
        &mut text,
        &DepositsQuery::all().user("customer-7"),
        "deposits-last",
    );
    shown(&mut text, &support::payout().memo("memo 77"), "withdraw");
    shown(&mut text, &support::cwallet_payout(), "withdraw-to-cwallet");
    shown(&mut text, &support::payout().query(), "withdrawal");
    shown(
        &mut text,
        &WithdrawalsQuery::all().to_address(ADDRESS),
        "withdrawals",
    );
    shown(
        &mut text,
        &AutoWithdrawalsQuery::all().to_address(ADDRESS),
        "auto-withdrawals",
    );
    shown(
        &mut text,
        &RiskyRefundsQuery::all().to_address(ADDRESS),
        "risky-refunds",
    );
    shown(&mut text, &CwalletUserQuery::new("9454818"), "cwallet-user");
    shown(
        &mut text,
        &AddressQuery::new("POLYGON", ADDRESS),
        "check-address",
    );
    let cwallet = support::cwallet_payout().query();
    shown(&mut text, &cwallet, "withdrawal-to-cwallet");
    let client: Client = Client::with_executor(
        &support::config(),
        ScriptedTransport::new().executor(&ManualClock::new()),
    );
    text.push_str(&format!("{client:?} {:?}", client.webhooks()));
    for hidden in [
        "0x0000",
        "TRMYtLHz",
        "cliente.example",
        "customer-7",
        "9454818",
        "memo 77",
        "shop.example",
        "i.ccpayment.com",
        "teapot",
        support::SECRET,
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(text.contains(&*reference("payout-1001").to_string()));
}
