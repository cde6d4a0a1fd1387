//! The exact bytes of every request, compared with fixtures that share no code with this crate.

use std::path::Path;

use super::support::{
    self, ADDRESS, CURSOR, POL, RECORD, STAMP, USDT, amount, at, record, reference,
};
use ccpayment_client::v2::{
    AddressQuery, AssetQuery, AssetsQuery, AutoWithdrawalsQuery, Call, ChainsQuery, Client,
    CoinQuery, CoinsQuery, Config, CreateInvoice, CreateOrder, CwalletUserQuery, DepositQuery,
    DepositsQuery, EstimateSwap, FiatsQuery, InvoiceQuery, OrderQuery, Paged, Price, PricesQuery,
    RescanTransaction, ResendWebhooks, RiskyRefundsQuery, SwapCoinsQuery, SwapQuery, SwapsQuery,
    UnbindAddress, WebhookType, WithdrawFeeQuery, WithdrawalQuery, WithdrawalsQuery,
};
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use serde_json::{Value, json};

/// Method, URI, every header and the body, in the form of the fixtures.
fn shown(request: &http::Request<bytes::Bytes>) -> Value {
    let headers: serde_json::Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    json!({
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "headers": headers,
        "body": std::str::from_utf8(request.body()).unwrap(),
    })
}

/// The request of `call` is the recorded one.
pub(super) fn is<C: Call>(name: &str, call: &C) {
    let recorded = support::json(&format!("wire/ccpayment_v2/{name}.request.json"));
    let request = support::client().prepare(call, support::now()).unwrap();
    assert_eq!(shown(&request), recorded, "{name}");
}

#[test]
fn orders_and_invoices_match_the_recorded_requests() {
    is("create-order", &support::order());
    let price = Price::coin(amount("0.010000000000000001"), USDT);
    let every_field = CreateOrder::new(
        reference("order #7/ä"),
        USDT,
        "POLYGON",
        price,
        at(STAMP + 864_000),
    )
    .buyer_email("ana@cliente.example")
    .with_checkout_url()
    .product("café/π & <x> \"q\"\\")
    .return_url("https://shop.example/thanks#top")
    .close_url("https://shop.example/cart")
    .notify_url("https://shop.example/cb?a=1&b=%20");
    is("create-order-every-field", &every_field);
    is("order", &support::order().query());
    is("order", &OrderQuery::new(reference("order-1001")));
    is("create-invoice", &support::invoice());
    let every_field = CreateInvoice::new(
        reference("invoice-1001"),
        Price::coin(amount("1.50"), USDT),
        at(STAMP + 86_400),
    )
    .product("One teapot, 1 l")
    .return_url("https://shop.example/thanks#top")
    .close_url("https://shop.example/cart")
    .notify_url("https://shop.example/cb")
    .buyer_email("ana@cliente.example");
    is("create-invoice-every-field", &every_field);
    is("invoice", &every_field.query());
    is("invoice", &InvoiceQuery::new(reference("invoice-1001")));
}

#[test]
fn addresses_and_deposits_match_the_recorded_requests() {
    is("deposit-address", &support::deposit_address());
    is("unbind-address", &UnbindAddress::new("POLYGON", ADDRESS));
    is("deposit", &DepositQuery::new(record(RECORD)));
    let every_field = DepositsQuery::all()
        .coin(USDT)
        .chain("POLYGON")
        .order(reference("order-1001"))
        .to_address(ADDRESS)
        .records([record(RECORD)])
        .orders([reference("order-1001"), reference("order-1002")])
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .per_page(100)
        .at_cursor(CURSOR);
    is("deposits", &every_field);
    is("deposits-of-user", &DepositsQuery::all().user("customer-7"));
    is(
        "deposits-of-users",
        &DepositsQuery::all().users(["customer-7", "customer-8"]),
    );
    is("deposits-all", &DepositsQuery::all());
}

#[test]
fn withdrawals_match_the_recorded_requests() {
    is("withdraw", &support::payout());
    let every_field = support::payout()
        .memo("12345")
        .merchant_pays_fee(true)
        .fee_inquiry("inquiry-1")
        .notify_url("https://shop.example/cb");
    is("withdraw-every-field", &every_field);
    is("withdraw-to-cwallet", &support::cwallet_payout());
    is("withdrawal", &support::payout().query());
    is(
        "withdrawal-by-record",
        &WithdrawalQuery::by_record(record(RECORD)),
    );
    let every_field = WithdrawalsQuery::all()
        .chain("POLYGON")
        .coin(USDT)
        .orders([reference("payout-1001"), reference("payout-1003")])
        .to_address(ADDRESS)
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("withdrawals", &every_field);
    let every_field = AutoWithdrawalsQuery::all()
        .chain("POLYGON")
        .coin(USDT)
        .records([record(RECORD)])
        .to_address(ADDRESS)
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("auto-withdrawals", &every_field);
    let every_field = RiskyRefundsQuery::all()
        .chain("POLYGON")
        .coin(USDT)
        .records([record(RECORD)])
        .to_address(ADDRESS)
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("risky-refunds", &every_field);
}

#[test]
fn swaps_match_the_recorded_requests() {
    is("swap-coins", &SwapCoinsQuery::new());
    is(
        "estimate-swap",
        &EstimateSwap::new(USDT, amount("100.0"), POL),
    );
    is("swap", &support::swap());
    is("swap-record", &support::swap().query());
    is(
        "swap-record-by-record",
        &SwapQuery::by_record(record(RECORD)),
    );
    let every_field = SwapsQuery::all()
        .records([record(RECORD)])
        .orders([reference("swap-1001")])
        .coin_in(USDT)
        .coin_out(POL)
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("swap-records", &every_field);
}

#[test]
fn common_calls_match_the_recorded_requests() {
    is("coins", &CoinsQuery::new());
    is("coin", &CoinQuery::new(USDT));
    is("prices", &PricesQuery::new([USDT, POL]));
    is("fiats", &FiatsQuery::new());
    is("chains", &ChainsQuery::of(["POLYGON", "TRX"]));
    is("chains-all", &ChainsQuery::all());
    is("assets", &AssetsQuery::new());
    is("asset", &AssetQuery::new(USDT));
    is("cwallet-user", &CwalletUserQuery::new("9454818"));
    is("check-address", &AddressQuery::new("POLYGON", ADDRESS));
    is("withdraw-fee", &WithdrawFeeQuery::new(USDT, "POLYGON"));
    let transaction = format!("0x{}", "1f".repeat(32));
    is(
        "rescan",
        &RescanTransaction::new("POLYGON", ADDRESS, transaction).memo("7"),
    );
    let start = ResendWebhooks::since(at(1_799_990_000));
    is("resend-webhooks-required-only", &start);
    let every_field = start
        .until(at(1_799_993_600))
        .records([record(RECORD)])
        .delivered_too(true)
        .only(WebhookType::ApiDeposit);
    is("resend-webhooks", &every_field);
}

#[test]
fn the_client_sends_what_prepare_returns() {
    let transport = support::answering([support::recorded("create-order")]);
    let client = support::scripted(&transport);
    block_on(client.create_order(support::order())).unwrap();
    let sent = transport.requests();
    let prepared = client.prepare(&support::order(), support::now()).unwrap();
    assert_eq!(
        sent.iter().map(shown).collect::<Vec<_>>(),
        [shown(&prepared)]
    );
}

#[test]
fn a_base_url_may_lack_its_trailing_slash() {
    for base in [
        "http://127.0.0.1:9075/ccpayment/v2",
        "http://127.0.0.1:9075/ccpayment/v2//",
    ] {
        let config = Config::new(base, support::APP_ID, support::SECRET).unwrap();
        let executor = ScriptedTransport::new().executor(&ManualClock::new());
        let client = Client::with_executor(&config, executor);
        let request = client.prepare(&CoinQuery::new(1), support::now()).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:9075/ccpayment/v2/getCoin");
    }
}

#[test]
fn settings_come_from_the_variables_of_v2() {
    let lookup = |name: &str| match name {
        "CCPAYMENT_V2_APP_ID" => Some(support::APP_ID.to_owned()),
        "CCPAYMENT_V2_APP_SECRET" => Some(support::SECRET.to_owned()),
        _ => None,
    };
    let config = Config::from_lookup(lookup).unwrap();
    assert_eq!(config.base_url(), "https://ccpayment.com/ccpayment/v2/");
    assert_eq!(config.app_id(), support::APP_ID);
    assert!(!format!("{config:?}").contains(support::SECRET));
    let error = Config::from_lookup(|_| None).unwrap_err().to_string();
    assert!(
        error.starts_with("CCPAYMENT_V2_APP_ID is not set"),
        "{error}"
    );
    let error = Config::from_lookup(|name| match name {
        "CCPAYMENT_V2_BASE_URL" => Some("http://shop.example/".to_owned()),
        other => lookup(other),
    });
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("CCPAYMENT_V2_BASE_URL: "), "{error}");
}

#[test]
fn every_fixture_is_used_by_a_test() {
    let files = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let tests: String = files("tests/it/v2")
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for path in files("../../fixtures/wire/ccpayment_v2") {
        let name = path.file_name().unwrap().to_str().unwrap();
        if let Some(stem) = name.strip_suffix(".json") {
            let stem = stem
                .trim_end_matches(".request")
                .trim_end_matches(".answer");
            let named = |text: &str| tests.contains(&format!("{text}\""));
            assert!(named(stem) || named(name), "no test reads {name}");
            seen += 1;
        }
    }
    assert!(seen >= 75, "{seen}");
}
