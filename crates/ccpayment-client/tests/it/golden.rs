//! The exact bytes of every request, and the signatures of answers and webhooks, compared with fixtures that share no
//! code with this crate.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{self, ADDRESS, STAMP, TOKEN, amount, reference, text};
use ccpayment_client::v1::{
    AssetsQuery, BlockHeightsQuery, Call, Client, CoinsQuery, Config, CreateOrder, DepositQuery,
    OrderType, Price, ResendWebhooks, WebhookError, Webhooks,
};
#[allow(deprecated)]
use ccpayment_client::v1::{SupportedTokensQuery, TokenChainsQuery};
use payments_core::scripted::block_on;
use payments_core::{Kind, Timestamp};
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

fn is<C: Call>(name: &str, call: &C) {
    let recorded = support::json(&format!("wire/ccpayment/{name}.request.json"));
    let request = support::client().prepare(call, support::now()).unwrap();
    assert_eq!(shown(&request), recorded, "{name}");
}

#[test]
fn orders_match_the_recorded_requests() {
    is("create-order", &support::order());
    let price = Price::in_token(amount("0.010000000000000001"));
    let every_field = CreateOrder::new(reference("order #7/ä"), price, TOKEN)
        .valid_for_satoshi(Duration::from_secs(7_200))
        .custom_value(r#"{"cart":"a & b"}"#)
        .notify_url("https://shop.example/cb?a=1&b=%20")
        .remark("café/π & <x> \"q\"\\");
    is("create-order-every-field", &every_field);
    let price = Price::fiat(amount("25.50"), "EUR");
    let required_only = CreateOrder::new(reference("order-1001"), price, TOKEN);
    is("create-order-required-only", &required_only);

    let every_field = ccpayment_client::v1::CreateCheckout::new(
        reference("order-1001"),
        amount("25.50"),
        "One teapot, 1 l",
    )
    .valid_for(Duration::from_secs(86_400))
    .return_url("https://shop.example/thanks#top")
    .notify_url("https://shop.example/cb")
    .custom_value("cart 7");
    is("create-checkout", &every_field);
    is("create-checkout-required-only", &support::checkout());
}

#[test]
fn addresses_and_withdrawals_match_the_recorded_requests() {
    is(
        "deposit-address",
        &support::deposit_address().notify_url("https://shop.example/cb"),
    );
    let payout = ccpayment_client::v1::Withdraw::new(
        reference("payout-1001"),
        TOKEN,
        ADDRESS,
        amount("4.00"),
    );
    is("withdraw", &payout.memo("12345").merchant_pays_fee(true));
    is("withdraw-required-only", &support::payout());
}

#[test]
fn queries_match_the_recorded_requests() {
    is(
        "deposits",
        &DepositQuery::new([reference("order-1001"), reference("order-1002")]),
    );
    is("withdrawals", &support::withdrawals());
    is("coins", &CoinsQuery::new());
    is("token-rate", &support::rate());
    is(
        "assets",
        &AssetsQuery::of("7cf3b3ea-51c4-4d3c-8a3a-bd9a4f9e3ce2"),
    );
    is("assets-all", &AssetsQuery::all());
    is(
        "network-fee",
        &support::network_fee().address(ADDRESS).memo("7"),
    );
    is("block-heights", &BlockHeightsQuery::new());
    is("check-user", &support::user());
    let start = Timestamp::from_secs(1_677_150_000);
    is(
        "resend-webhooks-required-only",
        &ResendWebhooks::since(start),
    );
    let every_field = ResendWebhooks::since(start)
        .until(Timestamp::from_secs(1_677_153_600))
        .delivered_too(true)
        .only(OrderType::ApiDeposit);
    is("resend-webhooks", &every_field);
}

#[test]
#[allow(deprecated)]
fn deprecated_queries_match_the_recorded_requests() {
    is("supported-tokens", &SupportedTokensQuery::new());
    is("token-chains", &TokenChainsQuery::new(TOKEN));
}

#[test]
fn the_query_of_a_call_contains_its_id() {
    let body = |request: http::Request<bytes::Bytes>| {
        String::from_utf8(request.into_body().to_vec()).unwrap()
    };
    let client = support::client();
    for (request, id) in [
        (
            client.prepare(&support::order().query(), support::now()),
            "3735077979050379",
        ),
        (
            client.prepare(&support::checkout().query(), support::now()),
            "order-1001",
        ),
        (
            client.prepare(&support::payout().query(), support::now()),
            "payout-1001",
        ),
    ] {
        let wanted = format!(r#"{{"merchant_order_ids":["{id}"]}}"#);
        assert_eq!(body(request.unwrap()), wanted);
    }
}

#[test]
fn the_client_sends_what_prepare_returns() {
    let transport = support::answering(support::recorded("create-order"));
    let client = support::scripted(&transport);
    block_on(client.create_order(support::order())).unwrap();
    let sent = transport.requests();
    assert_eq!(sent.len(), 1);
    let prepared = client.prepare(&support::order(), support::now()).unwrap();
    assert_eq!(shown(&sent[0]), shown(&prepared));
}

#[test]
fn a_base_url_may_lack_its_trailing_slash() {
    for base in [
        "http://127.0.0.1:9075/ccpayment/v1",
        "http://127.0.0.1:9075/ccpayment/v1//",
    ] {
        let config = Config::new(base, support::APP_ID, support::SECRET).unwrap();
        let client = Client::with_executor(&config, executor());
        let request = client.prepare(&support::rate(), support::now()).unwrap();
        assert_eq!(
            request.uri(),
            "http://127.0.0.1:9075/ccpayment/v1/token/rate"
        );
    }
}

fn executor() -> payments_core::Executor {
    use payments_core::scripted::{ManualClock, ScriptedTransport};
    ScriptedTransport::new().executor(&ManualClock::new())
}

/// A vector of the signing crate, used as an answer and as a webhook.
struct Vector {
    name: String,
    client: Client,
    webhooks: Webhooks,
    headers: http::HeaderMap,
    body: Vec<u8>,
    now: Timestamp,
}

fn vectors(file: &str) -> Vec<Vector> {
    let all = support::json(&format!("signatures/ccpayment/{file}.json"));
    let read = |case: &Value| {
        let (app_id, secret) = (text(case, "app_id"), text(case, "app_secret"));
        let config = Config::new(ccpayment_client::v1::DEFAULT_BASE_URL, app_id, secret).unwrap();
        let body = match case["body_hex"].as_str() {
            Some(digits) => (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
                .collect(),
            None => text(case, "body").as_bytes().to_vec(),
        };
        let stamp = text(case, "timestamp");
        let fresh = || stamp.parse().unwrap_or(STAMP);
        let header = case["header_app_id"].as_str().unwrap_or(app_id);
        let values = [header, stamp, text(case, "sign")];
        Vector {
            name: text(case, "name").to_owned(),
            client: Client::with_executor(&config, executor()),
            webhooks: Webhooks::new(&config),
            headers: support::with_headers("", values).headers().clone(),
            now: Timestamp::from_secs(case["now"].as_u64().unwrap_or_else(fresh)),
            body,
        }
    };
    all.as_array().unwrap().iter().map(read).collect()
}

impl Vector {
    fn as_answer(&self) -> Kind {
        let mut answer = support::unsigned(self.body.clone());
        *answer.headers_mut() = self.headers.clone();
        let fault = self.client.parse(&support::rate(), &answer, self.now);
        fault.unwrap_err().kind()
    }

    fn as_webhook(&self) -> Result<(), WebhookError> {
        let event = self.webhooks.receive(&self.headers, &self.body, self.now);
        event.map(|_| ())
    }
}

#[test]
fn genuine_vectors_verify_and_none_is_an_answer() {
    // A genuine deposit without a coin: there is nothing to book.
    let mut deposits = 0;
    for vector in vectors("positive") {
        if vector.body.is_empty() {
            continue; // a request without a body: neither an answer nor a webhook is empty
        }
        assert_eq!(vector.as_answer(), Kind::Undecodable, "{}", vector.name);
        match vector.as_webhook() {
            Err(WebhookError::Unreadable { field: "crypto" }) => deposits += 1,
            Err(WebhookError::Unreadable { field }) => assert_eq!(field, "order_type"),
            other => panic!("{}: {other:?}", vector.name),
        }
    }
    assert_eq!(deposits, 1);
}

/// Includes length extensions and shifted boundaries, whose signatures match.
#[test]
fn forged_vectors_are_refused_as_answers_and_as_webhooks() {
    let vectors = vectors("negative");
    for vector in &vectors {
        let kind = vector.as_answer();
        // A body that is not an answer is refused before its timestamp is checked.
        let old = vector.name.starts_with("too ") && kind == Kind::Undecodable;
        assert!(old || kind == Kind::Unverified, "{}: {kind}", vector.name);
        assert_eq!(
            vector.as_webhook(),
            Err(WebhookError::Refused),
            "{}",
            vector.name
        );
        assert_eq!(vector.client.clock_skew_secs(), 0, "{}", vector.name);
    }
    for kind in ["length extension", "digits moved", "digits before"] {
        assert!(
            vectors.iter().any(|vector| vector.name.starts_with(kind)),
            "{kind}"
        );
    }
}

/// The three weaknesses of the signature, applied to a success.
#[test]
fn refuses_an_answer_extended_or_split_at_another_byte() {
    let good = support::signed(support::recorded("token-rate"));
    let parse = |answer: &http::Response<bytes::Bytes>| {
        support::client().parse(&support::rate(), answer, support::now())
    };
    assert!(parse(&good).is_ok());
    let refused = |body: Vec<u8>, stamp: &str| {
        let sign = good.headers()["sign"].to_str().unwrap();
        parse(&support::with_headers(body, [support::APP_ID, stamp, sign]))
            .unwrap_err()
            .kind()
    };
    let body = good.body().to_vec();
    // The same signed text, split one digit earlier and one byte later.
    let moved = [b"0", &body[..]].concat();
    assert_eq!(refused(moved, "167715249"), Kind::Unverified);
    assert_eq!(refused(body[1..].to_vec(), "1677152490{"), Kind::Unverified);
    let appended = [&body[..], b"{}"].concat();
    assert_eq!(refused(appended, "1677152490"), Kind::Unverified);
}

#[test]
fn signatures_equal_those_of_the_fixture_generator() {
    let signs = support::json("wire/ccpayment/answers.json");
    let signs = signs.as_object().unwrap();
    for (file, sign) in signs {
        let body = support::fixture(&format!("wire/ccpayment/{file}"));
        let answer = support::signed(body);
        assert_eq!(answer.headers()["sign"].to_str().unwrap(), sign, "{file}");
    }
    assert!(signs.len() >= 18, "{}", signs.len());
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

#[test]
fn every_fixture_is_used_by_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let sources = files(&here).into_iter();
    let tests: String = sources
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for path in files(&here.join("../../../fixtures/wire/ccpayment")) {
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
    assert!(seen >= 40, "{seen}");
}
