//! `payments api`: any call of a provider.

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

#[test]
fn an_unknown_outcome_is_exit_status_3_and_says_that_there_is_no_ticket() {
    let stage = Stage::cpay();
    let page = format!(
        "<html><title>Bad gateway</title> {TO} {}</html>",
        "x".repeat(4000)
    );
    let (url, requests) = answering(response("502 Bad Gateway", "text/html", &page));
    stage.write_config(&stage.cpay_account_at("main", &url));
    let fields = json!({"merchantTradeNo": "payout-7", "address": TO}).to_string();
    let arguments = ["api", "cpay", "withdraw", "--data", &fields, "--yes"];
    let ran = stage.run(&arguments);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("cpay withdraw: "), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Do not repeat the call") && ran.stderr.contains("no ticket"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains("Bad gateway</title>"),
        "{}",
        ran.stderr
    );
    assert_eq!(requests.lock().unwrap().len(), 1);

    let shown = stage
        .run(&[&arguments[..], &["--show-answer"]].concat())
        .stderr;
    assert!(shown.contains("HTTP status 502, text/html, "), "{shown}");
    assert!(
        shown.contains("<title>Bad gateway</title> *** x"),
        "{shown}"
    );
    assert!(
        shown.contains("… and more") && shown.len() < 3500,
        "{}",
        shown.len()
    );

    let (status, failed) = stage.json(&[&arguments[..], &["--show-answer"]].concat());
    let error = &failed["error"];
    assert_eq!((status, &error["outcome"]), (3, &"unknown".into()));
    assert_eq!(
        (&error["ticket"], &error["answer"]["status"]),
        (&Value::Null, &502.into())
    );
    assert!(!error.to_string().contains(TO), "{error}");
    let (_, failed) = stage.json(&arguments);
    assert_eq!(failed["error"]["answer"], Value::Null);
}

/// With `--json` the error of a statement is a part of the result; the answer in it is shown only if asked for.
#[test]
fn the_answer_is_shown_for_every_command() {
    let stage = Stage::all();
    let (url, _) = answering(response(
        "503 Service Unavailable",
        "text/html",
        "<p>maintenance",
    ));
    let config = crate::support::text(&stage.config());
    stage.write_config(&config.replace(stage.sandbox.base_url(), &url));
    for line in [
        "balances --gateway cpay",
        "rates 1 USDT BRL --gateway cpay",
        "checkout show order-1 --gateway ccpayment",
        "statement 2026-11-22 --gateway chainup-opay",
        "checkout create order-1 10 USDT --customer customer-7 --gateway cpay",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = stage.run(&words);
        assert!(
            !ran.stderr.contains("maintenance\n"),
            "{line}: {}",
            ran.stderr
        );
        let ran = stage.run(&[&words[..], &["--show-answer"]].concat());
        assert!(
            ran.stderr
                .contains("HTTP status 503, text/html, 14 bytes\n  <p>maintenance\n"),
            "{line}: {}",
            ran.stderr
        );
    }
    let statement = ["statement", "2026-11-22", "--gateway", "chainup-opay"];
    let (_, hidden) = stage.json(&statement);
    assert_eq!(hidden["error"]["answer"], Value::Null, "{hidden}");
    let (_, shown) = stage.json(&[&statement[..], &["--show-answer"]].concat());
    assert_eq!(
        shown["error"]["answer"]["body"], "<p>maintenance",
        "{shown}"
    );
}

#[cfg(unix)]
#[test]
fn a_write_that_is_stopped_is_an_unknown_outcome() {
    let stage = Stage::cpay();
    let (url, listener) = silent();
    stage.write_config(&stage.cpay_account_at("main", &url));
    for (effect, status) in [("--yes", 3), ("--read", 1)] {
        let child = stage
            .command(&["api", "cpay", "newCall", effect])
            .spawn()
            .unwrap();
        // The request has arrived.
        let _connection = listener.accept().unwrap();
        let id = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(sent.unwrap().success());
        let ran = ended(child);
        assert_eq!(ran.status, status, "{}", ran.stderr);
        assert_eq!(
            ran.stderr.contains("Do not repeat the call"),
            status == 3,
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_answer_that_is_not_signed_is_not_believed() {
    let stage = Stage::all();
    let body = r#"{"code":10000,"msg":"success","data":{"a":1}}"#;
    let (url, _) = answering(response("200 OK", "application/json", body));
    let app_id = &stage.sandbox.credentials().ccpayment.app_id;
    stage.write_config(&format!(
        "[[gateway]]\nprovider = \"ccpayment\"\naccount = \"main\"\nbase_url = \"{url}/ccpayment/v1/\"\n\
         app_id = \"{app_id}\"\napp_secret = {{ env = \"CCPAYMENT_APP_SECRET\" }}\n"
    ));
    let (status, read) = stage.json(&["api", "ccpayment", "assets"]);
    assert_eq!(
        (status, &read["error"]["kind"]),
        (1, &"unverified".into()),
        "{read}"
    );
    let write = ["api", "ccpayment", "withdraw", "--yes"];
    let (status, written) = stage.json(&write);
    assert_eq!(
        (status, &written["error"]["outcome"]),
        (3, &"unknown".into()),
        "{written}"
    );
}

#[test]
fn fields_that_are_no_json_object_are_refused_and_never_printed() {
    let stage = Stage::cpay();
    std::fs::write(stage.folder.join("list.json"), "[1]").unwrap();
    for data in [
        "sentinel",
        "[\"sentinel\"]",
        "{\"sentinel\":1} x",
        "@list.json",
        "@absent.json",
    ] {
        let ran = stage.run(&["api", "cpay", "getOrderDetail", "--data", data]);
        assert_eq!(ran.status, 2, "{data}");
        assert!(
            !ran.stderr.contains("sentinel") && ran.stdout.is_empty(),
            "{}",
            ran.stderr
        );
    }
    for (data, message) in [
        (r#"{"a":{"b":1}}"#, "--data are not flat"),
        (r#"{"sign":"x"}"#, "--data contain merchantId or sign"),
        (r#"{"a":1,"a":2}"#, "--data contain a name twice"),
    ] {
        let ran = stage.run(&["api", "cpay", "getOrderDetail", "--data", data]);
        assert_eq!(ran.status, 2, "{data}");
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    let ran = stage.run(&["api", "cpay", "../x?y"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("CALL "),
        "{}",
        ran.stderr
    );
    assert!(stage.sandbox.requests().is_empty());
    assert_eq!(payments(&["api", "cpay"], "").status, 2);
    let ran = stage.run(&["api", "cpay", "getOrderDetail", "--gateway", "cpay"]);
    assert_eq!(
        (ran.status, without_note(&ran.stderr).is_empty()),
        (2, false)
    );
}
