//! `payments api`: any call of a provider.

mod outcomes;

use std::io::Write as _;
use std::process::Stdio;

use crate::money::TO;
use crate::support::{Stage, answering, ended, payments, response, silent, without_note};
use serde_json::{Value, json};

/// The names, effects and sources that `--list` prints.
fn listed(stage: &Stage, gateway: &str) -> Vec<(String, String)> {
    let (status, printed) = stage.json(&["api", gateway, "--list"]);
    assert_eq!((status, &printed["gateway"]), (0, &gateway.into()));
    let calls = printed["calls"].as_array().unwrap().iter();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    calls
        .map(|one| {
            assert_ne!(text(one, "source"), "");
            (text(one, "name"), text(one, "effect"))
        })
        .collect()
}

#[test]
fn lists_the_calls_of_each_provider() {
    let stage = Stage::all();
    for (gateway, count, name, effect) in [
        ("cpay/main", 12, "submitKYC", "unkeyed"),
        ("chainup-opay/main", 6, "opay/cancelOrder", "keyed"),
        ("ccpayment/main", 14, "check/user", "read"),
    ] {
        let calls = listed(&stage, gateway);
        assert_eq!(calls.len(), count, "{calls:?}");
        assert!(
            calls.contains(&(name.to_owned(), effect.to_owned())),
            "{calls:?}"
        );
        let table = stage.run(&["api", gateway, "--list"]).stdout;
        assert!(
            table.contains(name) && table.contains("changes nothing"),
            "{table}"
        );
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn reads_what_no_other_command_reads() {
    let stage = Stage::all();
    let read = |call: &str, data: &str| {
        let (status, printed) = stage.json(&["api", "ccpayment", call, "--data", data]);
        assert_eq!(
            (status, &printed["effect"]),
            (0, &"read".into()),
            "{printed}"
        );
        assert_eq!(printed["call"], call);
        printed["answer"].clone()
    };
    let coins = read("coin/all", "{}");
    assert!(!coins["list"].as_array().unwrap().is_empty(), "{coins}");
    let heights = read("get/network/height/info", "{}");
    assert!(heights.to_string().contains("height"), "{heights}");
    let user = read("check/user", r#"{"c_id":"9558861"}"#);
    assert!(user.is_object(), "{user}");
    let rate = read(
        "token/rate",
        r#"{"amount":"10","token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988"}"#,
    );
    assert!(rate.is_object(), "{rate}");

    // Without --json the answer stands alone.
    let ran = stage.run(&["api", "cpay", "getMerchantBalance"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.json().is_array(), "{}", ran.stdout);
    let ran = stage.run(&[
        "api",
        "chainup-opay",
        "orderDetail",
        "--data",
        r#"{"orderNum":"1"}"#,
    ]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("chainup-opay orderDetail: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn writes_ask_first_and_send_once() {
    let stage = Stage::all();
    let kyc = json!({"data": json!([{
        "userId": "customer-7", "email": "ana@cliente.example", "firstName": "Ana", "lastName": "Lima",
        "country": "BR", "idType": "PASSPORT", "idNumber": "X1", "gender": "F", "birthday": "1990-01-01",
    }]).to_string()});
    std::fs::write(stage.folder.join("kyc.json"), kyc.to_string()).unwrap();
    let arguments = ["api", "cpay/main", "submitKYC", "--data", "@kyc.json"];
    let ran = stage.run(&arguments);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("nothing was sent") && ran.stderr.contains("--yes"));
    assert!(stage.sandbox.requests().is_empty());
    let ran = stage.run(&[&arguments[..], &["-y"]].concat());
    assert_eq!(stage.sandbox.requests().len(), 1, "{}", ran.stderr);
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains("ana@cliente.example"), "{shown}");

    let fields = json!({
        "appOrderId": "order-1", "userId": "22033390", "orderAmount": "10", "payCoinSymbol": "USDT",
        "returnPage": "http://127.0.0.1:9/thanks", "notifyPage": "http://127.0.0.1:9/hook",
        "orderSceneType": "1000011", "appKey": stage.sandbox.credentials().chainup_opay.app_id,
        "goods": "[{\"name\":\"Teapot\",\"desc\":\"green\"}]",
    });
    let fields = fields.to_string();
    let create = [
        "api",
        "chainup-opay",
        "createThirdOrder",
        "--data",
        &fields,
        "--yes",
    ];
    let (status, made) = stage.json(&create);
    assert_eq!((status, &made["effect"]), (0, &"keyed".into()), "{made}");
    assert!(
        made["answer"]["orderNum"].is_string() || made["answer"]["orderNum"].is_number(),
        "{made}"
    );

    // Fields from standard input.
    let mut child = stage
        .command(&["api", "ccpayment", "webhook/resend", "--data", "-", "--yes"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let fields = json!({"start_timestamp": 1_700_000_000, "end_timestamp": 1_700_003_600});
    let mut input = child.stdin.take().unwrap();
    input.write_all(fields.to_string().as_bytes()).unwrap();
    drop(input);
    let ran = ended(child);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn an_unknown_call_is_a_write_unless_it_is_declared_as_a_read() {
    let stage = Stage::cpay();
    let answer = response(
        "200 OK",
        "application/json",
        r#"{"code":0,"data":{"limit":1.10}}"#,
    );
    let (url, requests) = answering(answer);
    stage.write_config(&stage.cpay_account_at("main", &url));
    let ran = stage.run(&["api", "cpay", "getLimits"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("not a call that this program knows"),
        "{}",
        ran.stderr
    );
    for write in [
        "withdraw",
        "createCryptoOrder",
        "openapi/v1/createfiatpayoutorder",
    ] {
        let ran = stage.run(&["api", "cpay", write, "--read"]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains("leave out --read"), "{}", ran.stderr);
    }
    assert!(requests.lock().unwrap().is_empty());

    let ran = stage.run(&["api", "cpay", "getLimits", "--read"]);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (0, "{\"limit\":1.10}\n"),
        "{}",
        ran.stderr
    );
    let (status, printed) = stage.json(&["api", "cpay", "getLimits", "-y"]);
    assert_eq!((status, &printed["effect"]), (0, &"unkeyed".into()));
    let sent = requests.lock().unwrap();
    assert!(
        sent[0].starts_with("GET /openapi/v1/getLimits?"),
        "{sent:?}"
    );
    assert!(
        sent[1].starts_with("POST /openapi/v1/getLimits "),
        "{sent:?}"
    );
}

#[test]
fn a_known_write_cannot_be_declared_as_a_read() {
    let stage = Stage::all();
    for (gateway, call) in [
        ("cpay", "withdraw"),
        ("cpay", "getWalletAddress"),
        ("chainup-opay", "/RefundOrder"),
        ("chainup-opay", "opay/cancelOrder"),
        ("ccpayment", "webhook/resend"),
        ("ccpayment", "payment//address/get"),
    ] {
        let ran = stage.run(&["api", gateway, call, "--read", "--yes"]);
        assert_eq!(ran.status, 2, "{call}");
        assert!(
            ran.stderr.contains("leave out --read"),
            "{call}: {}",
            ran.stderr
        );
    }
    assert!(stage.sandbox.requests().is_empty());
}
