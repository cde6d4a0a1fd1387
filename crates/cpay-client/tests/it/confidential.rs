//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.

use std::collections::BTreeSet;

use crate::calls;
use crate::support;
use bytes::Bytes;
use cpay_client::{
    BalanceQuery, Call, CardRateQuery, OrderQuery, RateQuery, RawCall, StoredCardId,
    WalletAddressQuery,
};
use payments_core::scripted::ScriptedTransport;
use payments_core::{Error, ProviderRef};
use serde_json::json;

/// The parameters that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "accountType",
    "amount",
    "cpayOrderId",
    "createTime",
    "cryptoCurrency",
    "currency",
    "hash",
    "lang",
    "lanuage",
    "merchantId",
    "merchantTradeNo",
    "network",
    "payChannel",
    "payoutChannel",
    "purchaseType",
    "receivedAmount",
    "sourceAmount",
    "sourceCurrency",
    "storeCc",
    "targetCurrency",
    "totalAmount",
];

/// A value in the spellings in which messages repeat values.
fn spellings(value: &str) -> Vec<String> {
    let form: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let escaped = serde_json::to_string(value).unwrap();
    let units: Vec<u16> = value.encode_utf16().collect();
    vec![
        value.to_owned(),
        value.to_uppercase(),
        value.to_lowercase(),
        form.replace('+', "%20"),
        form.to_lowercase(),
        value.replace(' ', "+"),
        escaped[1..escaped.len() - 1].to_owned(),
        serde_json::to_string(&escaped).unwrap(),
        units.iter().map(|unit| format!("\\u{unit:04X}")).collect(),
        form,
    ]
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
    fn through<C: Call>(&mut self, call: &C) {
        let client = support::scripted(&ScriptedTransport::new());
        let request = client.prepare(call, support::now()).unwrap();
        let sent = request
            .uri()
            .query()
            .map_or(&**request.body(), str::as_bytes);
        self.calls.insert(C::NAME);
        for (name, value) in form_urlencoded::parse(sent) {
            if PUBLIC.contains(&&*name) {
                continue;
            }
            for spelling in spellings(&value) {
                for page in pages(&spelling) {
                    let fault = client.parse(call, &page, support::now());
                    let fault = fault.map(drop).unwrap_err();
                    let error = Error::from_fault("cpay", C::NAME, C::EFFECT, fault, None);
                    let shown = format!("{error} {error:?}");
                    let hides = |value: &str| !shown.contains(value);
                    assert!(
                        value.chars().count() < 3 || hides(&value) && hides(&spelling),
                        "{} shows {name}: {shown}",
                        C::NAME,
                    );
                    self.errors += 1;
                }
                for message in [
                    spelling.clone(),
                    format!("field {name}={spelling}, try again"),
                ] {
                    let answer = json!({"code": 1, "msg": message, "traceid": message}).to_string();
                    let fault = calls::parse(call, answer).map(drop).unwrap_err();
                    let error = Error::from_fault("cpay", C::NAME, C::EFFECT, fault, None);
                    let shown = format!(
                        "{error} {error:?} {:?} {:?}",
                        error.message(),
                        error.request_id()
                    );
                    let id = error.request_id().unwrap_or_default();
                    let hides = |value: &str| !shown.contains(value) && !id.contains(value);
                    // Of a value of one or two characters only the whole word counts.
                    assert!(
                        value.chars().count() < 3 && id.contains("***")
                            || hides(&value) && hides(&spelling),
                        "{} shows {name}: {shown}",
                        C::NAME,
                    );
                    self.errors += 1;
                }
            }
            self.names.insert(name.into_owned());
        }
    }
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut walk = Walk::default();
    walk.through(
        &support::order()
            .ext_info(r#"{"note":"für Ana's flat"}"#)
            .callback_url("https://shop.example/cb?u=ana"),
    );
    walk.through(
        &calls::card_order_from("2001:db8::7")
            .ext_info(r#"{"seat":"12 B"}"#)
            .success_url(calls::SUCCESS),
    );
    walk.through(&calls::full_card_payment().stored_card(StoredCardId::new("st0red-card-4711")));
    walk.through(&calls::withdraw().callback_url("https://shop.example/cb?u=ana"));
    walk.through(
        &calls::payout(cpay_client::PixKey::mobile("+5511912345678").unwrap())
            .remark("for Ana's flat"),
    );
    walk.through(
        &calls::payout(cpay_client::PixKey::email("ana@cliente.example").unwrap())
            .fail_url(calls::FAIL),
    );
    walk.through(&calls::exchange());
    walk.through(&calls::kyc(2));
    walk.through(&WalletAddressQuery::new("ana@cliente.example"));
    walk.through(&OrderQuery::by_order_id(ProviderRef::new("71").unwrap()));
    walk.through(&RateQuery::new(calls::spending()));
    walk.through(&CardRateQuery::new(calls::spending()));
    walk.through(&BalanceQuery::new());
    let fields = [("email", "ana@cliente.example"), ("street", "Rua Ávila 7")];
    let fields = std::collections::BTreeMap::from(fields);
    walk.through(&RawCall::write("newCall").with_fields(&fields));

    // Every file of `src/op` has one call.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/op");
    assert_eq!(
        walk.calls.len(),
        std::fs::read_dir(folder).unwrap().count(),
        "{:?}",
        walk.calls
    );
    println!(
        "cpay: {} calls, {} confidential fields, {} errors, 0 values shown",
        walk.calls.len(),
        walk.names.len(),
        walk.errors,
    );
}

/// The parts of a value that is JSON text count, too.
#[test]
fn no_error_shows_a_part_of_the_products() {
    let message = json!({"code": 1, "msg": "no IPHONE+11 left, macBook costs 1234.00"}).to_string();
    let fault = calls::parse(&calls::full_card_payment(), message)
        .map(drop)
        .unwrap_err();
    let shown = fault.provider_message().unwrap();
    assert!(
        !shown.to_lowercase().contains("iphone") && !shown.contains("macBook"),
        "{shown}"
    );
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message =
        "amount 4.000000 of order 100000230 over TRON(TRC-20) is below the minimum 5 USDT";
    let answer = json!({"code": 1, "msg": message, "traceid": "221117074719X9921729"}).to_string();
    let fault = calls::parse(&calls::withdraw(), answer).unwrap_err();
    assert_eq!(fault.provider_message(), Some(message));
    assert_eq!(fault.provider_request_id(), Some("221117074719X9921729"));
    assert_eq!(fault.provider_code(), Some("1"));
}
