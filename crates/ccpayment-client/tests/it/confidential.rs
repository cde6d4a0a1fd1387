//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.
#![allow(
    deprecated,
    reason = "calls that the documents no longer list are calls, too"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{self, TOKEN};
use bytes::Bytes;
use ccpayment_client::v1::{
    AssetsQuery, BlockHeightsQuery, Call, CoinsQuery, RawCall, ResendWebhooks,
    SupportedTokensQuery, TokenChainsQuery,
};
use payments_core::{Error, Fault};
use serde_json::{Value, json};

/// The fields that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "amount",
    "chain",
    "coin_id",
    "denominated_currency",
    "end_timestamp",
    "merchant_order_id",
    "merchant_order_ids",
    "order_valid_period",
    "product_price",
    "start_timestamp",
    "token_id",
    "transaction_type",
    "value",
    "webhook_result",
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
    let answer = json!({"code": 224066, "msg": "refused", "reason": message}).to_string();
    let answer = support::signed(answer);
    support::client()
        .parse(call, &answer, support::now())
        .map(drop)
        .unwrap_err()
}

fn through<C: Call>(walk: &mut Walk, call: &C) {
    let request = support::client().prepare(call, support::now()).unwrap();
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    walk.through(call, &sent);
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut walk = Walk::default();
    let notify = "https://shop.example/notify?u=ana@cliente.example";
    through(
        &mut walk,
        &support::order()
            .custom_value("Zoë \"Z\" Ávila")
            .remark("for Ana's flat")
            .notify_url(notify),
    );
    through(
        &mut walk,
        &support::checkout()
            .custom_value("seat 12 B")
            .return_url("https://shop.example/back?u=7")
            .notify_url(notify),
    );
    through(&mut walk, &support::deposits());
    through(&mut walk, &support::withdrawals());
    through(&mut walk, &support::deposit_address().notify_url(notify));
    through(&mut walk, &support::payout().memo("memo 77"));
    through(&mut walk, &support::rate());
    through(
        &mut walk,
        &support::network_fee()
            .address("ana@cliente.example")
            .memo("memo 77"),
    );
    through(&mut walk, &support::user());
    through(&mut walk, &AssetsQuery::all());
    through(&mut walk, &BlockHeightsQuery::new());
    through(&mut walk, &CoinsQuery::new());
    through(&mut walk, &SupportedTokensQuery::new());
    through(&mut walk, &TokenChainsQuery::new(TOKEN));
    through(&mut walk, &ResendWebhooks::since(support::now()));
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    through(&mut walk, &RawCall::write("new/call").with_fields(&fields));

    // Every file of `src/v1/op` has one call, but `bill_info.rs` has two, beside its folder.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v1/op");
    assert_eq!(
        walk.calls.len(),
        std::fs::read_dir(folder).unwrap().count(),
        "{:?}",
        walk.calls
    );
    println!(
        "ccpayment: {} calls, {} confidential fields, {} errors, 0 values shown",
        walk.calls.len(),
        walk.names.len(),
        walk.errors,
    );
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message = "payout-1001: 4 of 0912e09a-d8e2-41d7-a0bc-a25530892988 is more than the balance";
    let fault = refused(&support::payout(), message);
    assert_eq!(
        fault.provider_message(),
        Some(&*format!("refused ({message})"))
    );
}
