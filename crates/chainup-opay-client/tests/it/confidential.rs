//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{self, OPEN_ID};
use bytes::Bytes;
use chainup_opay_client::{Call, CreateOrder, Goods, OrderDetailMode, Payer, RawCall};
use payments_core::{Error, Fault};
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

/// A value in the spellings in which messages repeat values.
fn spellings(value: &str) -> Vec<String> {
    let percent = |plain: fn(u8) -> bool| -> String {
        value
            .bytes()
            .map(|byte| match byte {
                _ if plain(byte) => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let escaped = serde_json::to_string(value).unwrap();
    let units: Vec<u16> = value.encode_utf16().collect();
    vec![
        value.to_owned(),
        value.to_uppercase(),
        value.to_lowercase(),
        value.replace(' ', "+"),
        percent(|byte| byte.is_ascii_alphanumeric()),
        percent(|_| false).to_lowercase(),
        escaped[1..escaped.len() - 1].to_owned(),
        serde_json::to_string(&escaped).unwrap(),
        units.iter().map(|unit| format!("\\u{unit:04X}")).collect(),
    ]
}

/// Every string of a JSON value, with the name of the field it belongs to.
fn strings(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => {
            found.push((name.to_owned(), text.clone()));
            // JSON text in a string counts with its parts.
            if let Ok(inside @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text) {
                strings(name, &inside, found);
            }
        }
        Value::Array(rows) => rows.iter().for_each(|row| strings(name, row, found)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| strings(name, value, found)),
        _ => {}
    }
}

/// Answers that are not the API's, and repeat a text.
fn pages(text: &str) -> Vec<http::Response<Bytes>> {
    let page = |status: u16, body: String| {
        let answer = http::Response::builder().status(status);
        answer.body(Bytes::from(body)).unwrap()
    };
    let mut pages = vec![
        page(403, format!("<html><title>{text}</title>")),
        page(502, format!("<html><h1>No {text}</h1>")),
        page(404, format!("no route to {text}")),
        page(200, format!("<br />{text} is undefined")),
        page(401, json!({"message": text}).to_string()),
    ];
    let location = http::HeaderValue::from_str(&format!("/login/{text}"));
    if let Ok(location) = location {
        let mut redirect = page(302, String::new());
        redirect.headers_mut().insert("location", location);
        pages.push(redirect);
    }
    pages
}

#[derive(Default)]
struct Walk {
    calls: BTreeSet<&'static str>,
    names: BTreeSet<String>,
    errors: usize,
}

impl Walk {
    /// Every confidential value of a sent request, repeated by the gateway in every spelling.
    fn through<C: Call>(&mut self, call: &C, sent: &Value) {
        self.calls.insert(C::NAME);
        let mut found = Vec::new();
        strings("", sent, &mut found);
        for (name, value) in found {
            if PUBLIC.contains(&&*name) || value.is_empty() {
                continue;
            }
            for spelling in spellings(&value) {
                for page in pages(&spelling) {
                    let fault = support::client().parse(call, &page, support::now());
                    let fault = fault.map(drop).unwrap_err();
                    let error = Error::from_fault("test", C::NAME, C::EFFECT, fault, None);
                    let shown = format!("{error} {error:?}");
                    for hidden in [&value, &spelling] {
                        assert!(
                            value.chars().count() < 3 || !shown.contains(hidden.as_str()),
                            "{} shows {name}: {shown}",
                            C::NAME
                        );
                    }
                    self.errors += 1;
                }
                for message in [
                    spelling.clone(),
                    format!("field {name}={spelling}, try again"),
                ] {
                    let fault = refused(call, &message);
                    let error = Error::from_fault("test", C::NAME, C::EFFECT, fault, None);
                    let message = error.message().unwrap_or_default().to_owned();
                    let shown = format!("{error} {error:?} {message}");
                    assert!(message.contains("***"), "{}: {name}: {message}", C::NAME);
                    for hidden in [&value, &spelling] {
                        assert!(
                            !shown.contains(hidden.as_str()),
                            "{} shows {name}: {shown}",
                            C::NAME
                        );
                    }
                    self.errors += 1;
                }
            }
            self.names.insert(name);
        }
    }
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
    let mut walk = Walk::default();
    let sent = |request: &http::Request<bytes::Bytes>| support::decrypted_fields(request);
    let client = support::client();
    let prepared = |call: &CreateOrder| client.prepare(call, support::now()).unwrap();
    walk.through(&order(), &sent(&prepared(&order())));
    let query = support::query().token("t0ken-of-Ana");
    walk.through(
        &query,
        &sent(&client.prepare(&query, support::now()).unwrap()),
    );
    for request in [
        client.prepare(&support::cancel(), support::now()).unwrap(),
        client
            .prepare(&support::statement(), support::now())
            .unwrap(),
    ] {
        walk.through(&support::cancel(), &sent(&request));
        walk.through(&support::statement(), &sent(&request));
    }
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    let raw = RawCall::write("newCall").with_fields(&fields);
    walk.through(&raw, &sent(&client.prepare(&raw, support::now()).unwrap()));

    // Every file of `src/op` but the pay page has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/op");
    let files = std::fs::read_dir(folder).unwrap().count() - 1;
    assert_eq!(walk.calls.len(), files, "{:?}", walk.calls);
    println!(
        "chainup-opay: {} calls, {} confidential fields, {} errors, 0 values shown",
        walk.calls.len(),
        walk.names.len(),
        walk.errors,
    );
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
