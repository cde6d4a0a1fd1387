//! The exact bytes of every request, against fixtures that share no code with this crate.

use crate::support;
use std::path::{Path, PathBuf};

use crate::support::{fixture, reference, shown, text};
use cpay_client::{Client, CreateOrder, OrderQuery};
use payments_core::scripted::ScriptedTransport;
use payments_core::{ProviderRef, Timestamp};
use serde_json::Value;

fn client() -> Client {
    support::scripted(&ScriptedTransport::new())
}

fn recorded(name: &str) -> Value {
    support::json(&format!("wire/cpay/{name}.request.json"))
}

/// The order of the shared vector `create-order`.
fn vector_order() -> CreateOrder {
    CreateOrder::new(
        reference("test114"),
        "1001",
        "66.12345678".parse().unwrap(),
        "USDT",
    )
    .create_time(Timestamp::from_millis(1_668_597_997_000))
    .callback_url("https://shop.example/cb?a=1&b=2")
    .success_url("https://cashier.cpay.ltd/succed")
    .fail_url("https://cashier.cpay.ltd/lose")
}

#[test]
fn create_order_is_the_recorded_request() {
    let request = client().prepare(&vector_order(), support::now()).unwrap();
    assert_eq!(shown(&request), recorded("create-order"));
}

#[test]
fn create_order_sends_the_sign_and_fields_of_the_shared_vector() {
    let vectors = support::json("signatures/cpay/positive.json");
    let vector = vectors
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == "create-order")
        .unwrap();
    assert_eq!(text(vector, "key"), support::SECRET);

    let request = client().prepare(&vector_order(), support::now()).unwrap();
    let sent: Vec<(String, String)> = form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    let (fields, sign) = sent.split_at(sent.len() - 1);
    assert_eq!(sign, [("sign".to_owned(), text(vector, "sign").to_owned())]);
    // serde_json's map ascends by name, as the fields of the request must.
    let signed: Vec<_> = vector["params"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(fields, signed);
}

#[test]
fn an_order_with_every_field_and_escape_is_the_recorded_request() {
    let order = CreateOrder::new(
        reference("order #7/ä"),
        "用户 100%+1=x",
        "0.10".parse().unwrap(),
        "BTC",
    )
    .create_time(Timestamp::from_millis(1_668_597_997_000))
    .callback_url("https://shop.example/cb?a=1&b=%20")
    .success_url("https://shop.example/ok#top")
    .fail_url("http://[::1]:8080/fail")
    .ext_info(r#"{"note":"a & b","n":[1]}"#);
    let request = client().prepare(&order, support::now()).unwrap();
    assert_eq!(shown(&request), recorded("create-order-every-field"));
}

#[test]
fn unset_fields_are_not_sent_and_create_time_defaults_to_now() {
    let request = client().prepare(&support::order(), support::now()).unwrap();
    assert_eq!(shown(&request), recorded("create-order-required-only"));
}

#[test]
fn order_detail_is_the_recorded_request() {
    let hash = "c4dbbf5737c52072817dc92fa09c41386f8024fee883270b92bfc1943616f957";
    for (name, query) in [
        (
            "order-detail-by-trade-no",
            OrderQuery::by_trade_no(reference("test 1/ä")),
        ),
        (
            "order-detail-by-order-id",
            OrderQuery::by_order_id(ProviderRef::new("221116112637772768014").unwrap()),
        ),
        ("order-detail-by-hash", OrderQuery::by_hash(hash)),
    ] {
        let request = client().prepare(&query, support::now()).unwrap();
        assert_eq!(shown(&request), recorded(name), "{name}");
    }
}

#[test]
fn a_base_url_may_have_a_path_and_a_closing_slash() {
    let config = cpay_client::Config::new(
        "http://127.0.0.1:9075/proxy/",
        support::MERCHANT,
        support::SECRET,
    )
    .unwrap();
    let clock = payments_core::scripted::ManualClock::new();
    let executor = ScriptedTransport::new().executor(&clock);
    let client = Client::with_executor(&config, executor);
    let request = client.prepare(&support::order(), support::now()).unwrap();
    assert_eq!(
        request.uri(),
        "http://127.0.0.1:9075/proxy/openapi/v1/createOrder"
    );
}

#[test]
fn a_call_sends_the_request_that_prepare_returns() {
    let transport =
        ScriptedTransport::new().answer(200, fixture("wire/cpay/create-order.answer.json"));
    let client = support::scripted(&transport);
    payments_core::scripted::block_on(client.create_order(support::order())).unwrap();
    let sent = transport.requests();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        shown(&sent[0]),
        shown(&client.prepare(&support::order(), support::now()).unwrap())
    );
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.flat_map(below).collect()
}

/// A fixture that no test reads proves nothing.
#[test]
fn every_fixture_of_the_folder_is_named_in_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let sources = files(&here).into_iter();
    let tests: String = sources
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for path in files(&here.join("../../../fixtures/wire/cpay")) {
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
    assert!(seen >= 12, "{seen}");
}
