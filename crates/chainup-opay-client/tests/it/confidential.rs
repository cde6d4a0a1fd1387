//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.

use std::collections::BTreeMap;

use crate::support::{self, OPEN_ID};
use chainup_opay_client::{Call, CreateOrder, Goods, OrderDetailMode, Payer, RawCall};
use payments_core::Fault;
use payments_core::scripted::{Repeats, json_texts};
use serde_json::{Value, json};

/// The fields that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "appKey",
    "appOrderId",
    "day",
    "orderAmount",
    "orderNum",
    "orderSceneType",
    "orderType",
    "pageNum",
    "pageSize",
    "payCoinSymbol",
];

/// Every confidential value of a sent request, repeated by the gateway in every spelling.
fn through<C: Call>(repeats: &mut Repeats, call: &C, sent: &Value) {
    let parse = |page: &_| {
        let parsed = support::client().parse(call, page, support::now());
        parsed.map(drop).unwrap_err()
    };
    let sent = json_texts(sent.to_string().as_bytes());
    repeats.through::<C>(sent, parse, |message| refused(call, message));
}

fn refused<C: Call>(call: &C, message: &str) -> Fault {
    let answer = json!({"code": "10020", "msg": message, "data": null}).to_string();
    support::parse(call, answer).map(drop).unwrap_err()
}

fn order() -> CreateOrder {
    CreateOrder::new(
        support::reference("11321"),
        Payer::by_user_id("22033390").and_open_id(OPEN_ID),
        "10".parse().unwrap(),
        "BTC",
        "https://shop.example/return?u=ana@cliente.example",
        "https://shop.example/notify",
    )
    .token("t0ken-of-Ana")
    .scene_type(1_000_011)
    .goods([Goods::new("Gift for Zoë", "blue, size \"M\"")])
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut repeats = Repeats::new(PUBLIC);
    let sent = |request: &http::Request<bytes::Bytes>| support::decrypted_fields(request);
    let client = support::client();
    let prepared = |call: &CreateOrder| client.prepare(call, support::now()).unwrap();
    through(&mut repeats, &order(), &sent(&prepared(&order())));
    let query = support::query().token("t0ken-of-Ana");
    through(
        &mut repeats,
        &query,
        &sent(&client.prepare(&query, support::now()).unwrap()),
    );
    for request in [
        client.prepare(&support::cancel(), support::now()).unwrap(),
        client
            .prepare(&support::statement(), support::now())
            .unwrap(),
    ] {
        through(&mut repeats, &support::cancel(), &sent(&request));
        through(&mut repeats, &support::statement(), &sent(&request));
    }
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    let raw = RawCall::write("newCall").with_fields(&fields);
    through(
        &mut repeats,
        &raw,
        &sent(&client.prepare(&raw, support::now()).unwrap()),
    );

    // Every file of `src/op` but the pay page has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/op");
    let files = std::fs::read_dir(folder).unwrap().count() - 1;
    assert_eq!(repeats.calls(), files, "{repeats:?}");
    println!("chainup-opay: {repeats}");
}

#[test]
fn the_token_of_a_plain_query_is_masked_too() {
    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let client = support::with(&config, &payments_core::scripted::ScriptedTransport::new());
    let query = support::query().token("t0ken-of-Ana");
    let answer = json!({"code": "60002", "msg": "T0KEN-of-ana is no longer valid"}).to_string();
    let fault = client
        .parse(&query, &support::answer(answer), support::now())
        .unwrap_err();
    assert_eq!(fault.provider_message(), Some("*** is no longer valid"));
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message = "order 11321: 10 BTC is an illegal amount";
    assert_eq!(
        refused(&support::order(), message).provider_message(),
        Some(message)
    );
}
