//! Answers of calls without a type, and calls without an answer.

use super::*;

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

#[cfg(unix)]
#[test]
fn the_answer_is_shown_beside_an_argument_that_is_no_text_and_without_a_part_of_one() {
    use std::os::unix::ffi::OsStrExt as _;

    let stage = Stage::cpay();
    let body = "the cpf 39053344705 is not known";
    let (url, _) = answering(response("502 Bad Gateway", "text/plain", body));
    stage.write_config(&stage.cpay_account_at("main", &url));
    let words = "payout create p-1 5.00 BRL --fee on-top --customer customer-7 --pix cpf:39053344705 --yes --show-answer";
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = stage.command(&words);
    let folder = stage.folder.join(std::ffi::OsStr::from_bytes(b"\xff"));
    command.arg("--state-dir").arg(folder);
    let ran = crate::support::ended(command.spawn().unwrap());
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("the cpf *** is not"), "{}", ran.stderr);
}
