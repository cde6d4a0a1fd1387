use serde_json::{Value, json};

use super::merchant::{Opay, order, path, refused};
use crate::support::http::{FORM, JSON};
use crate::support::shop::START_MS;

async fn code(opay: &Opay, body: &Value) -> String {
    refused(&opay.post(&path("createThirdOrder"), body).await)
}

/// A good envelope with some fields replaced or (by `null`) left out.
fn changed(opay: &Opay, changes: &Value) -> Value {
    let mut body = opay.fields(&order(&json!({})).to_string());
    for (name, value) in changes.as_object().unwrap() {
        let body = body.as_object_mut().unwrap();
        if value.is_null() {
            body.remove(name);
        } else {
            body.insert(name.clone(), value.clone());
        }
    }
    body
}

#[tokio::test]
async fn checks_http_and_envelope_before_decrypting() {
    let opay = Opay::open().await;
    let good = changed(&opay, &json!({})).to_string();
    let create = path("createThirdOrder");
    for (headers, body, want, why) in [
        (&[][..], good.as_str(), "50000", "Content-Type is missing"),
        (&[FORM], &good, "50000", "must be application/json"),
        (
            &[("Content-Type", "text/json")],
            &good,
            "50000",
            "text/json",
        ),
        (&[JSON], "", "10020", "not a JSON object"),
        (&[JSON], "[]", "10020", "not a JSON object"),
        (&[JSON], "{\"app_id\":", "10020", "not a usable JSON object"),
        (&[JSON], "{\"a\":1,\"a\":1}", "10020", "a occurs twice"),
    ] {
        let answer = opay.shop.post(&create, headers, body).await;
        assert_eq!(refused(&answer), want, "{body}");
        assert!(
            opay.shop.reason().contains(why),
            "{why}: {}",
            opay.shop.reason()
        );
    }
    let get = opay.shop.get(&create).await;
    assert_eq!(refused(&get), "50000");
    for unknown in [
        "/platformapi/chainup/open/opay/refundOrder",
        "/platformapi/x",
        "/opay/orderDetail",
    ] {
        let answer = opay.shop.post(unknown, &[JSON], &good).await;
        assert_eq!(refused(&answer), "50007", "{unknown}");
        assert_eq!(opay.record().operation, None);
    }
    let charset = ("Content-Type", "Application/JSON; charset=UTF-8");
    let taken = opay.shop.post(&create, &[charset], &good).await;
    assert_eq!(taken.json()["code"], "0");
    assert_eq!(opay.shop.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn distinguishes_malformed_and_unknown_app_ids() {
    let opay = Opay::open().await;
    for bad in [
        Value::Null,
        json!(""),
        json!("a b"),
        json!("x".repeat(65)),
        json!(1001),
        json!(["sandbox_1001"]),
    ] {
        let body = changed(&opay, &json!({ "app_id": bad }));
        assert_eq!(code(&opay, &body).await, "50001", "{bad}");
    }
    let body = changed(&opay, &json!({"app_id": "sandbox_1002"}));
    assert_eq!(code(&opay, &body).await, "50004");
    // Inside `data` it may stand, and must be right then.
    let inside = |key: Value| order(&json!({ "appKey": key }));
    for (key, want) in [(json!("other_1"), "50004"), (json!(""), "50001")] {
        assert_eq!(opay.code("createThirdOrder", &inside(key)).await, want);
    }
    let own = inside(json!(opay.app_id));
    opay.good("createThirdOrder", &own).await;
    assert!(opay.record().notes.is_empty(), "{:?}", opay.record().notes);
}

#[tokio::test]
async fn accepts_a_recent_time_as_number_or_text() {
    let opay = Opay::open().await;
    for (at, time) in [
        json!(START_MS),
        json!(START_MS.to_string()),
        json!(START_MS - 300_000),
        json!((START_MS + 300_000).to_string()),
    ]
    .into_iter()
    .enumerate()
    {
        let text = order(&json!({"appOrderId": format!("t{at}")})).to_string();
        let mut body = opay.fields(&text);
        body["time"] = time;
        let answer = opay.post(&path("createThirdOrder"), &body).await;
        assert_eq!(answer.json()["code"], "0", "{}", opay.shop.reason());
    }
    for time in [
        Value::Null,
        json!(START_MS - 300_001),
        json!(START_MS + 300_001),
        json!(START_MS / 1_000),
        json!(""),
        json!("yesterday"),
        json!(-1),
        json!(1.5),
        json!(true),
    ] {
        let body = changed(&opay, &json!({ "time": time }));
        assert_eq!(code(&opay, &body).await, "50010", "{time}");
        assert!(opay.record().notes[0].starts_with("assumed:"));
    }
    let wide =
        Opay::with(|builder| builder.chainup_opay_time_window(std::time::Duration::MAX)).await;
    let body = changed(&wide, &json!({"time": 1}));
    let answer = wide.post(&path("createThirdOrder"), &body).await;
    assert_eq!(answer.json()["code"], "0");
}

#[tokio::test]
async fn refuses_what_does_not_decrypt_or_verify() {
    let opay = Opay::open().await;
    // Two blocks.
    let text = order(&json!({"goods": "[]", "token": "t".repeat(80)})).to_string();
    let (data, sign) = (opay.encrypt(text.as_bytes()), opay.sign(text.as_bytes()));
    let flipped = |text: &str| {
        let first = if text.starts_with('A') { 'B' } else { 'A' };
        format!("{first}{}", &text[1..])
    };
    let other_text = order(&json!({"orderAmount": "1"})).to_string();
    for changes in [
        json!({"data": flipped(&data)}),
        json!({"sign": flipped(&sign)}),
        json!({"data": &data[..data.len() - 4]}),
        json!({"sign": &sign[..sign.len() - 4]}),
        // Blocks in another order.
        json!({"data": format!("{}{}", opay.encrypt(&text.as_bytes()[245..]), opay.encrypt(&text.as_bytes()[..245]))}),
        json!({"data": opay.encrypt(other_text.as_bytes())}),
        json!({"data": "*"}),
        json!({"sign": "*"}),
        json!({"data": text}),
    ] {
        let mut body = opay.fields(&text);
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(code(&opay, &body).await, "50005", "{changes}");
        let record = opay.record();
        assert_eq!(record.canonical, None, "nothing of it is known");
        assert!(record.reason.unwrap().contains("MD5"));
    }
    for changes in [
        json!({"data": null}),
        json!({"data": 1}),
        json!({"sign": ""}),
    ] {
        let body = changed(&opay, &changes);
        assert_eq!(code(&opay, &body).await, "10020", "{changes}");
    }
    assert!(opay.shop.sandbox.orders().is_empty());
}

#[tokio::test]
async fn reads_both_base64_alphabets_line_breaks_and_small_blocks() {
    let opay = Opay::open().await;
    // Umlauts over the seam of two blocks.
    let listed = json!([{"name": "ü".repeat(120), "desc": "茶"}]).to_string();
    for (at, piece) in [117, 245, 1].into_iter().enumerate() {
        let changes = json!({"appOrderId": format!("b{at}"), "goods": if piece > 1 { json!(listed) } else { Value::Null }});
        let text = if piece > 1 {
            order(&changes).to_string()
        } else {
            // A block per byte: as many as are read, and one more below.
            format!("{{\"orderNum\":\"{}\"}}", "x".repeat(13))
        };
        let data = opay.encrypt_in_pieces(text.as_bytes(), piece);
        let mut body = opay.fields(&text);
        let standard = data.replace('-', "+").replace('_', "/");
        body["data"] = json!(format!("{}\r\n{}", &standard[..76], &standard[76..]));
        let name = if piece > 1 {
            "createThirdOrder"
        } else {
            "orderDetail"
        };
        let answer = opay.post(&path(name), &body).await;
        let want = if piece > 1 { "0" } else { "70001" };
        assert_eq!(answer.json()["code"], want, "{}", opay.shop.reason());
    }
    let text = format!("{{\"orderNum\":\"{}\"}}", "x".repeat(66));
    let mut body = opay.fields(&text);
    body["data"] = json!(opay.encrypt_in_pieces(text.as_bytes(), 1));
    assert_eq!(code(&opay, &body).await, "50005", "81 blocks are too many");
}

#[tokio::test]
async fn accepts_only_one_object_of_texts_inside() {
    let opay = Opay::open().await;
    for inside in [
        "",
        "[]",
        "nothing",
        "{\"orderNum\":\"1\",\"orderNum\":\"2\"}",
        "{\"orderNum\":1}",
        "{\"orderNum\":null}",
        "{\"orderNum\":\"a\\nb\"}",
        "{}",
    ] {
        let mut body = opay.fields(inside);
        if inside.is_empty() {
            // No block at all is an empty text; an empty `data` counts as missing.
            body["data"] = json!(opay.encrypt_in_pieces(b" ", 1));
            body["sign"] = json!(opay.sign(b" "));
        }
        let answer = opay.post(&path("orderDetail"), &body).await;
        assert_eq!(refused(&answer), "10020", "{inside}");
    }
    let long = json!({"orderNum": "x".repeat(65)});
    assert_eq!(opay.code("orderDetail", &long).await, "10020");
    let not_utf8 = b"{\"orderNum\":\"\xff\"}";
    let mut body = opay.fields("{}");
    body["data"] = json!(opay.encrypt(not_utf8));
    body["sign"] = json!(opay.sign(not_utf8));
    assert_eq!(
        refused(&opay.post(&path("orderDetail"), &body).await),
        "10020"
    );
}

#[tokio::test]
async fn records_the_text_without_tokens_and_what_was_assumed() {
    let opay = Opay::open().await;
    let token = "2ae04ed9165624419bad68e9e0f3f29f00";
    let changes = json!({"token": token, "colour": "blue"});
    opay.order(&changes).await;
    let record = opay.record();
    let shown = record.canonical.unwrap();
    assert!(
        shown.contains("\"token\":\"***\"") && shown.contains("order-1"),
        "{shown}"
    );
    assert_eq!((record.code, record.message.as_str()), (0, "succ"));
    assert_eq!(record.operation, Some("createThirdOrder"));
    assert_eq!(record.gateway.as_str(), "chainup_opay");
    assert!(record.received_sign.is_some() && record.expected_sign.is_none());
    for (note, want) in record
        .notes
        .iter()
        .zip(["colour is no field", "token is not checked"])
    {
        assert!(
            note.starts_with("assumed:") && note.contains(want),
            "{note}"
        );
    }
    assert_eq!(record.notes.len(), 2);
    let page = opay.shop.get("/_sandbox").await.body;
    assert!(page.contains("ChainUp OPay") && !page.contains(token));
    let all = opay.shop.get("/_sandbox/requests").await.body;
    assert!(!all.contains(token));
    opay.code("orderDetail", &json!({"orderNum": "0"})).await;
    let record = opay.record();
    assert_eq!((record.code, record.message_assumed), (70_001, true));
}
