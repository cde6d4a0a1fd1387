//! Requests, compared with fixtures that openssl created.
use std::path::{Path, PathBuf};

use chainup_opay_client::{
    Call, CancelOrder, CancelPath, Client, CreateOrder, DailyStatement, Date, Goods,
    OrderDetailMode, OrderQuery, OrderType, PayPage, Payer, TimeForm,
};
use payments_core::Kind;
use payments_core::scripted::{ScriptedTransport, block_on};
use serde_json::{Value, json};

use crate::support::{self, APP, NUMBER, OPEN_ID, cases, client, number, reference, text};

fn recorded(name: &str) -> Value {
    support::json(&format!("wire/chainup_opay/{name}.request.json"))
}

/// The request in the form of the fixtures, its `data` decrypted by the platform.
fn decrypted(request: &http::Request<bytes::Bytes>) -> Value {
    let headers: serde_json::Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 4, "{body}");
    let opened = support::platform()
        .open(text(&body, "data"), text(&body, "sign"))
        .unwrap();
    json!({
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "headers": headers,
        "app_id": body["app_id"],
        "time": body["time"],
        "plaintext": std::str::from_utf8(&opened).unwrap(),
        "sign": body["sign"],
    })
}

fn assert_recorded<C: Call>(client: &Client, call: &C, name: &str) {
    let request = client.prepare(call, support::now()).unwrap();
    assert_eq!(decrypted(&request), recorded(name), "{name}");
}

/// The order of the provider's sample: vector `create_req`.
fn sample_order() -> CreateOrder {
    CreateOrder::new(
        reference("11321"),
        Payer::by_open_id(OPEN_ID).and_user_id("22033390"),
        "10".parse().unwrap(),
        "BTC",
        "https://shop.example/return",
        "https://shop.example/notify",
    )
    .scene_type(1_000_011)
    .token(OPEN_ID)
}

#[test]
fn create_order_matches_the_recorded_requests() {
    assert_recorded(&client(), &sample_order(), "create-order");
    assert_recorded(&client(), &support::order(), "create-order-by-user-id");
    let every_field = CreateOrder::new(
        reference("order #7/ä"),
        Payer::by_user_id("22033390").and_open_id(OPEN_ID),
        "0.10".parse().unwrap(),
        "USDT1742",
        "https://shop.example/return?a=1&b=%20#top",
        "http://[::1]:8080/notify",
    )
    .scene_type(1_001)
    .token("tok+en/=\"x\"")
    .goods([
        Goods::new("Cap \"blue\" 充值", "size M"),
        Goods::new("\\", ""),
    ]);
    assert_recorded(&client(), &every_field, "create-order-every-field");
}

#[test]
fn order_detail_matches_the_recorded_requests() {
    assert_recorded(&client(), &support::query(), "order-detail");
    assert_recorded(
        &client(),
        &support::query().token(OPEN_ID),
        "order-detail-with-token",
    );
}

#[test]
fn a_query_and_a_cancellation_sign_different_texts() {
    let ask = client().prepare(&support::query(), support::now()).unwrap();
    let cancel = CancelOrder::new(number(NUMBER));
    let cancel = client().prepare(&cancel, support::now()).unwrap();
    assert_ne!(decrypted(&ask)["sign"], decrypted(&cancel)["sign"]);
    assert_ne!(
        decrypted(&ask)["plaintext"],
        decrypted(&cancel)["plaintext"]
    );
}

#[test]
fn plain_mode_applies_to_order_detail_only() {
    let plain = support::config().order_detail_mode(OrderDetailMode::Plain);
    let client = support::with(&plain, &ScriptedTransport::new());
    let query = support::query().token(OPEN_ID);
    let request = client.prepare(&query, support::now()).unwrap();
    let recorded = recorded("order-detail-plain");
    assert_eq!(request.uri().to_string(), text(&recorded, "uri"));
    assert_eq!(request.body(), text(&recorded, "body").as_bytes());
    for (name, value) in recorded["headers"].as_object().unwrap() {
        assert_eq!(&request.headers()[name], value.as_str().unwrap());
    }
    // The other calls still use the envelope.
    assert_recorded(&client, &support::order(), "create-order-by-user-id");
}

#[test]
fn statements_match_the_recorded_requests() {
    let day = Date::new(2099, 1, 1).unwrap();
    assert_recorded(&client(), &DailyStatement::new(day), "statement");
    let second = DailyStatement::new(Date::new(2024, 2, 29).unwrap())
        .order_type(OrderType::Transfer)
        .page(2)
        .page_size(2_000);
    assert_recorded(&client(), &second, "statement-second-page");
}

#[test]
fn cancel_path_applies_to_cancel_order_only() {
    let cancel = CancelOrder::new(number(NUMBER));
    assert_recorded(&client(), &cancel, "cancel-order");
    let bare = support::config().cancel_path(CancelPath::Bare);
    let client = support::with(&bare, &ScriptedTransport::new());
    assert_recorded(&client, &cancel, "cancel-order-bare-path");
    assert_recorded(&client, &support::query(), "order-detail");
}

#[test]
fn sends_the_configured_time_form_and_user_agent() {
    let config = support::config()
        .time_form(TimeForm::Text)
        .user_agent("Mozilla/5.0 (shop)")
        .unwrap();
    let client = support::with(&config, &ScriptedTransport::new());
    let request = client.prepare(&support::query(), support::now()).unwrap();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["time"], json!("1700000000000"));
    assert_eq!(request.headers()["user-agent"], "Mozilla/5.0 (shop)");
    assert!(
        request
            .body()
            .starts_with(br#"{"app_id":"xxx_xxx","data":""#),
        "in the documented order"
    );
}

#[test]
fn accepts_a_base_url_with_a_path_and_a_trailing_slash() {
    let config = chainup_opay_client::Config::new(
        "http://127.0.0.1:9075/proxy/",
        APP,
        &support::key("merchant.pri.b64u"),
        &support::key("platform.pub.b64u"),
    )
    .unwrap();
    let client = support::with(&config, &ScriptedTransport::new());
    let request = client.prepare(&support::order(), support::now()).unwrap();
    assert_eq!(
        request.uri(),
        "http://127.0.0.1:9075/proxy/platformapi/chainup/open/opay/createThirdOrder"
    );
}

#[test]
fn sends_the_request_that_prepare_returns() {
    let answer = support::fixture("wire/chainup_opay/create-order.answer.json");
    let transport = ScriptedTransport::new().answer(200, answer);
    let client = support::scripted(&transport);
    block_on(client.create_order(support::order())).unwrap();
    let sent = transport.requests();
    assert_eq!(sent.len(), 1);
    assert_eq!(decrypted(&sent[0]), recorded("create-order-by-user-id"));
}

#[test]
fn opens_and_signs_the_shared_vectors() {
    let (mut opened, mut made) = (0, 0);
    for file in ["positive", "edge"] {
        for case in cases(&format!("signatures/chainup_opay/{file}.json")) {
            let (name, plaintext) = (text(&case, "name"), text(&case, "plaintext"));
            let (data, sign) = (text(&case, "data"), text(&case, "sign"));
            let merchant_opens = text(&case, "direction") == "p2c";
            let opener = if merchant_opens {
                support::merchant()
            } else {
                support::platform()
            };
            let text_inside = opener.open(data, sign).unwrap();
            assert_eq!(text_inside.as_slice(), plaintext.as_bytes(), "{name}");
            if merchant_opens {
                // The client reads it as an answer.
                let body = json!({"code": 0, "data": data, "sign": sign}).to_string();
                let cancel = CancelOrder::new(number(NUMBER));
                let receipt = client().parse(&cancel, &support::answer(body), support::now());
                match receipt {
                    Ok(receipt) => assert_eq!(
                        receipt.plaintext().unwrap().as_bytes(),
                        plaintext.as_bytes(),
                        "{name}"
                    ),
                    // Genuine, but about another order or status.
                    Err(fault) => assert!(
                        matches!(fault.kind(), Kind::Integrity | Kind::Undecodable),
                        "{name}: {fault}"
                    ),
                }
                opened += 1;
            }
        }
    }
    for (name, fixture) in [
        ("create_req", "create-order"),
        ("detail_req", "order-detail"),
        ("cancel_req", "cancel-order"),
    ] {
        let all = cases("signatures/chainup_opay/positive.json");
        let case = all.iter().find(|case| case["name"] == name).unwrap();
        let recorded = recorded(fixture);
        assert_eq!(case["plaintext"], recorded["plaintext"], "{name}");
        assert_eq!(case["sign"], recorded["sign"], "{name}");
        made += 1;
    }
    assert!(opened >= 6 && made == 3, "{opened}");
}

/// Sizes around the limits of a block.
#[test]
fn opens_texts_of_every_size_and_characters_across_blocks() {
    for length in [0, 1, 244, 245, 246, 490, 491] {
        let text = "x".repeat(length);
        let body = support::sealed(&text);
        let cancel = CancelOrder::new(number(NUMBER));
        let receipt = client()
            .parse(&cancel, &support::answer(body), support::now())
            .unwrap();
        let size = receipt.plaintext().map(|text| text.as_bytes().len());
        // The empty text has no block, and `data` is then empty.
        assert_eq!(size, (length > 0).then_some(length));
    }
    for lead in 200..=230 {
        let id = format!("{}é充🧾", "o".repeat(lead));
        let text = format!(r#"{{"orderNum":"{id}"}}"#);
        let created = client()
            .parse(
                &support::order(),
                &support::answer(support::sealed(&text)),
                support::now(),
            )
            .unwrap();
        assert_eq!(created.order_num.as_str(), id);
    }
}

#[test]
fn pay_page_url_has_only_the_set_parameters_escaped() {
    let url = |page: PayPage| client().pay_page_url(&page).unwrap().as_str().to_owned();
    let start = "https://service.exchange.example/platform/pay.html?appKey=xxx_xxx";
    let by_user = PayPage::new(number(NUMBER), Payer::by_user_id("2023203"));
    assert_eq!(
        url(by_user.clone()),
        format!("{start}&userId=2023203&orderNum={NUMBER}")
    );
    let by_open_id = PayPage::new(
        number("10000/ä 1"),
        Payer::by_open_id("a+b&c=d").and_user_id("7"),
    );
    assert_eq!(
        url(by_open_id.token("t%k~._-\"é")),
        format!(
            "{start}&openId=a%2Bb%26c%3Dd&userId=7&token=t%25k~._-%22%C3%A9&orderNum=10000%2F%C3%A4%201"
        )
    );
    assert!(client().pay_page_url(&by_user.clone().token("\n")).is_err());
    let no_payer = PayPage::new(number(NUMBER), Payer::by_user_id(""));
    assert!(client().pay_page_url(&no_payer).is_err());
    assert_eq!(
        format!("{:?}", client().pay_page_url(&by_user).unwrap()),
        "PayPageUrl(***)"
    );
}

#[test]
fn order_numbers_are_sent_as_text() {
    // The documents show digits, live answers hexadecimal digits.
    for text in ["10000000002", "000123", NUMBER, "9".repeat(40).as_str()] {
        let request = client()
            .prepare(&OrderQuery::new(number(text)), support::now())
            .unwrap();
        let plaintext = decrypted(&request)["plaintext"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            plaintext.contains(&format!(r#""orderNum":"{text}""#)),
            "{plaintext}"
        );
    }
}

#[test]
fn every_fixture_is_used_by_a_test() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let tests: String = files(&here)
        .into_iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for path in files(&here.join("../../../fixtures/wire/chainup_opay")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if let Some(stem) = name.strip_suffix(".json") {
            let bare = [".request", ".answer", ".inside"]
                .iter()
                .find_map(|kind| stem.strip_suffix(kind))
                .unwrap_or(stem);
            let named = |text: &str| {
                tests.contains(&format!("\"{text}\"")) || tests.contains(&format!("/{text}\""))
            };
            assert!(named(bare) || named(name), "no test reads {name}");
            seen += 1;
        }
    }
    assert!(seen >= 25, "{seen}");
}

/// All files in a folder and its subfolders.
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
