//! What every request seals and signs, against fixtures that openssl made.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use std::path::{Path, PathBuf};

use chainup_opay_client::{
    Call, CancelOrder, CancelPath, Client, CreateOrder, DailyStatement, Date, Goods,
    OrderDetailMode, OrderQuery, OrderType, PayPage, Payer, TimeForm,
};
use payments_core::Kind;
use payments_core::scripted::{ScriptedTransport, block_on};
use serde_json::{Value, json};
use support::{APP, NUMBER, OPEN_ID, cases, client, number, reference, text};

fn recorded(name: &str) -> Value {
    support::json(&format!("wire/chainup_opay/{name}.request.json"))
}

/// The request in the form of the fixtures: its data opened by the platform.
fn shown(request: &http::Request<bytes::Bytes>) -> Value {
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

fn is_recorded<C: Call>(client: &Client, call: &C, name: &str) {
    let request = client.prepare(call, support::now()).unwrap();
    assert_eq!(shown(&request), recorded(name), "{name}");
}

/// The order of the provider's sample, the vector `create_req`.
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
fn create_order_is_the_recorded_request() {
    is_recorded(&client(), &sample_order(), "create-order");
    is_recorded(&client(), &support::order(), "create-order-by-user-id");
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
    is_recorded(&client(), &every_field, "create-order-every-field");
}

#[test]
fn order_detail_is_the_recorded_request() {
    is_recorded(&client(), &support::query(), "order-detail");
    is_recorded(
        &client(),
        &support::query().token(OPEN_ID),
        "order-detail-with-token",
    );
}

/// What is signed for a query must never be what is signed for a cancellation.
#[test]
fn a_query_is_no_twin_of_a_cancellation() {
    let ask = client().prepare(&support::query(), support::now()).unwrap();
    let cancel = CancelOrder::new(number(NUMBER));
    let cancel = client().prepare(&cancel, support::now()).unwrap();
    assert_ne!(shown(&ask)["sign"], shown(&cancel)["sign"]);
    assert_ne!(shown(&ask)["plaintext"], shown(&cancel)["plaintext"]);
}

#[test]
fn a_plain_order_detail_is_asked_only_by_name() {
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
    // The other calls stay in their envelopes.
    is_recorded(&client, &support::order(), "create-order-by-user-id");
}

#[test]
fn statements_are_the_recorded_requests() {
    let day = Date::new(2099, 1, 1).unwrap();
    is_recorded(&client(), &DailyStatement::new(day), "statement");
    let second = DailyStatement::new(Date::new(2024, 2, 29).unwrap())
        .order_type(OrderType::Transfer)
        .page(2)
        .page_size(2_000);
    is_recorded(&client(), &second, "statement-second-page");
}

#[test]
fn cancel_order_has_two_places() {
    let cancel = CancelOrder::new(number(NUMBER));
    is_recorded(&client(), &cancel, "cancel-order");
    let bare = support::config().cancel_path(CancelPath::Bare);
    let client = support::with(&bare, &ScriptedTransport::new());
    is_recorded(&client, &cancel, "cancel-order-bare-path");
    is_recorded(&client, &support::query(), "order-detail");
}

#[test]
fn time_and_user_agent_are_as_configured() {
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
fn a_base_url_may_have_a_path_and_a_closing_slash() {
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
fn what_is_sent_is_what_prepare_gives() {
    let answer = support::fixture("wire/chainup_opay/create-order.answer.json");
    let transport = ScriptedTransport::new().answer(200, answer);
    let client = support::scripted(&transport);
    block_on(client.create_order(support::order())).unwrap();
    let sent = transport.requests();
    assert_eq!(sent.len(), 1);
    assert_eq!(shown(&sent[0]), recorded("create-order-by-user-id"));
}

/// Both directions of every shared vector, through the client's own opening and, for requests, its sealing.
#[test]
fn the_shared_vectors_hold_both_ways() {
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
                // The client reads it too, as far as it is an answer.
                let body = json!({"code": 0, "data": data, "sign": sign}).to_string();
                let cancel = CancelOrder::new(number(NUMBER));
                let receipt = client().parse(&cancel, &support::answer(body), support::now());
                match receipt {
                    Ok(receipt) => assert_eq!(
                        receipt.plaintext().unwrap().as_bytes(),
                        plaintext.as_bytes(),
                        "{name}"
                    ),
                    // Genuine, and about another order or another state of it.
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

/// All sizes around the borders of a block, as openssl sealed them and as this crate's keys do.
#[test]
fn every_size_and_a_character_across_blocks_come_through() {
    for length in [0, 1, 244, 245, 246, 490, 491] {
        let text = "x".repeat(length);
        let body = support::sealed(&text);
        let cancel = CancelOrder::new(number(NUMBER));
        let receipt = client()
            .parse(&cancel, &support::answer(body), support::now())
            .unwrap();
        let told = receipt.plaintext().map(|text| text.as_bytes().len());
        // No block at all is the empty text, which is how nothing is said.
        assert_eq!(told, (length > 0).then_some(length));
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
fn the_pay_page_says_what_there_is_and_nothing_else() {
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
    let nobody = PayPage::new(number(NUMBER), Payer::by_user_id(""));
    assert!(client().pay_page_url(&nobody).is_err());
    assert_eq!(
        format!("{:?}", client().pay_page_url(&by_user).unwrap()),
        "PayPageUrl(***)"
    );
}

#[test]
fn an_order_query_of_another_kind_of_number_is_text() {
    // The documents show digits, life shows hexadecimal: neither is taken for a number.
    for text in ["10000000002", "000123", NUMBER, "9".repeat(40).as_str()] {
        let request = client()
            .prepare(&OrderQuery::new(number(text)), support::now())
            .unwrap();
        let plaintext = shown(&request)["plaintext"].as_str().unwrap().to_owned();
        assert!(
            plaintext.contains(&format!(r#""orderNum":"{text}""#)),
            "{plaintext}"
        );
    }
}

/// A fixture nobody reads proves nothing.
#[test]
fn every_fixture_of_the_folder_is_named_in_a_test() {
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

/// Every file of a folder and those below it.
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
