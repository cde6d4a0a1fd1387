//! Whatever a gateway repeats of a request, no error shows what is confidential in it; and no `Debug` shows people. Walks through
//! every call of v2.

use std::collections::BTreeMap;

use super::support::{self, ADDRESS, POL, RECORD, USDT, amount, record, recorded, reference};
use super::{batches, users};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssetsQuery, AutoWithdrawalsQuery, Call, ChainsQuery, Client,
    CoinQuery, CoinsQuery, CreateInvoice, CreateOrder, CwalletUserQuery, DepositQuery,
    DepositsQuery, EstimateSwap, FiatsQuery, Price, PricesQuery, RawCall, RescanTransaction,
    ResendWebhooks, RiskyRefundsQuery, SwapCoinsQuery, SwapsQuery, UnbindAddress, WithdrawFeeQuery,
    WithdrawalsQuery,
};
use payments_core::Fault;
use payments_core::scripted::{ManualClock, Repeats, ScriptedTransport, json_texts};
use serde_json::json;

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

/// Every confidential value of the request, repeated by the gateway in every spelling.
pub(super) fn through<C: Call>(repeats: &mut Repeats, call: &C) {
    let client = support::client();
    let request = client.prepare(call, support::now()).unwrap();
    let parse = |page: &_| {
        client
            .parse(call, page, support::now())
            .map(drop)
            .unwrap_err()
    };
    let sent = json_texts(request.body());
    repeats.through::<C>(sent, parse, |message| refused(call, message));
}

fn refused<C: Call>(call: &C, message: &str) -> Fault {
    let answer = json!({"code": 10001, "msg": "refused", "reason": message}).to_string();
    let parsed = support::client().parse(call, &support::answer(answer), support::now());
    parsed.map(drop).unwrap_err()
}

/// The request is written again when its answer has come, to find what must be masked in it.
#[test]
fn an_order_that_ends_during_the_call_is_masked() {
    fn shown<C: Call>(call: &C) -> String {
        let page = support::answer(r#"{"error":"invalid buyerEmail ana@cliente.example"}"#);
        let client = support::client();
        client.prepare(call, support::now()).unwrap();
        let late = support::at(support::STAMP + 6);
        let fault = client.parse(call, &page, late).map(drop).unwrap_err();
        format!("{fault} {fault:?}")
    }
    let price = Price::usd(amount("10.5"));
    let ends = support::at(support::STAMP + 5);
    let order = CreateOrder::new(reference("order-1"), USDT, "POLYGON", price, ends);
    let invoice = CreateInvoice::new(reference("invoice-1"), price, ends);
    for text in [
        shown(&order.buyer_email("ana@cliente.example")),
        shown(&invoice.buyer_email("ana@cliente.example")),
    ] {
        assert!(text.contains("invalid buyerEmail"), "{text}");
        assert!(!text.contains("cliente"), "{text}");
    }
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut repeats = Repeats::new(PUBLIC);
    let walk = &mut repeats;
    let notify = "https://shop.example/notify?u=ana@cliente.example";
    through(
        walk,
        &support::order()
            .product("for Zoë \"Z\" Ávila")
            .buyer_email("ana@cliente.example")
            .return_url("https://shop.example/back?u=7")
            .close_url("https://shop.example/close?u=7")
            .notify_url(notify),
    );
    through(walk, &support::order().query());
    through(
        walk,
        &support::invoice()
            .product("seat 12 B")
            .buyer_email("ana@cliente.example")
            .return_url("https://shop.example/back?u=7")
            .close_url("https://shop.example/close?u=7")
            .notify_url(notify),
    );
    through(walk, &support::invoice().query());
    through(walk, &support::deposit_address());
    through(walk, &UnbindAddress::new("POLYGON", ADDRESS));
    through(walk, &DepositQuery::new(record(RECORD)));
    through(
        walk,
        &DepositsQuery::all().user("customer-7").to_address(ADDRESS),
    );
    through(
        walk,
        &DepositsQuery::all().users(["customer-7", "customer-8"]),
    );
    through(
        walk,
        &support::payout()
            .memo("memo 77")
            .fee_inquiry("inquiry-77")
            .notify_url(notify),
    );
    through(walk, &support::cwallet_payout());
    through(walk, &support::payout().query());
    through(walk, &WithdrawalsQuery::all().to_address(ADDRESS));
    through(walk, &AutoWithdrawalsQuery::all().to_address(ADDRESS));
    through(walk, &RiskyRefundsQuery::all().to_address(ADDRESS));
    through(walk, &SwapCoinsQuery::new());
    through(walk, &EstimateSwap::new(USDT, amount("1"), POL));
    through(walk, &support::swap());
    through(walk, &support::swap().query());
    through(walk, &SwapsQuery::all());
    through(walk, &CoinsQuery::new());
    through(walk, &CoinQuery::new(USDT));
    through(walk, &PricesQuery::new([USDT]));
    through(walk, &FiatsQuery::new());
    through(walk, &ChainsQuery::all());
    through(walk, &AssetsQuery::new());
    through(walk, &AssetQuery::new(USDT));
    through(walk, &CwalletUserQuery::new("9454818"));
    through(walk, &AddressQuery::new("POLYGON", ADDRESS));
    through(walk, &WithdrawFeeQuery::new(USDT, "POLYGON"));
    through(
        walk,
        &RescanTransaction::new("POLYGON", ADDRESS, "0x1f1f1f").memo("memo 77"),
    );
    through(walk, &ResendWebhooks::since(support::now()));
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    through(walk, &RawCall::write("new/call").with_fields(&fields));

    users::walk(walk);
    batches::walk(walk);

    // Every file of `src/v2/op` has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v2/op");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(repeats.calls(), files, "{repeats:?}");
    println!("ccpayment v2: {repeats}");
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
