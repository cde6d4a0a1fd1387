//! `payments webhook listen` and `send`, against each other and against the sandbox, for every provider.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::{Stage, ended, http};
use serde_json::Value;

const GATEWAYS: [&str; 3] = ["ccpayment/main", "chainup-opay/main", "cpay/main"];

#[test]
fn listen_verifies_what_send_signs_for_every_provider() {
    let stage = Stage::all();
    let mut listening = stage.listen(&["--count", "3"]);
    for gateway in GATEWAYS {
        let url = listening.url(gateway);
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        assert_eq!((status, &sent["acknowledged"]), (0, &true.into()), "{sent}");
        let printed = listening.next();
        assert_eq!(printed["gateway"], gateway);
        assert_eq!(printed["refused"], Value::Null);
        assert_eq!(printed["effect_key"], sent["effect_key"]);
        assert_eq!(printed["payment"]["reference"], "order-1001");
        assert_eq!(printed["payment"]["phase"], "completed");
        assert_eq!(printed["replied"], sent["answer"]);
    }
    assert_eq!(listening.end(), 0);
}

#[test]
fn the_json_is_stable() {
    let stage = Stage::cpay();
    let mut listening = stage.listen(&["--count", "1"]);
    let url = listening.url("cpay/main");
    let (_, mut sent) = stage.json(&["webhook", "send", &url, "--provider-id", "9"]);
    let mut printed = listening.next();
    sent["url"] = "http://listener".into();
    printed["payment"]["made_at_ms"] = 0.into();
    insta::assert_json_snapshot!("webhook_send", sent);
    insta::assert_json_snapshot!("webhook_listen", printed);
}

#[test]
fn sends_every_kind_and_status_of_a_provider() {
    let stage = Stage::all();
    let cases: [(&str, &[&str], &[&str]); 3] = [
        (
            "cpay/main",
            &["checkout", "deposit", "payout"],
            &["open", "processing", "completed", "failed", "closed"],
        ),
        (
            "chainup-opay/main",
            &["checkout"],
            &["open", "completed", "failed", "closed"],
        ),
        (
            "ccpayment/main",
            &["checkout", "deposit", "payout", "refund", "invoice"],
            &["open", "processing", "completed", "failed"],
        ),
    ];
    let mut listening = stage.listen(&[]);
    for (gateway, kinds, statuses) in cases {
        let url = listening.url(gateway);
        // Each kind once, each status once.
        let kinds = kinds.iter().map(|kind| (*kind, "completed"));
        let statuses = statuses.iter().map(|status| ("checkout", *status));
        for (kind, wanted) in kinds.chain(statuses) {
            let arguments = [
                "webhook",
                "send",
                &url,
                "--gateway",
                gateway,
                "--kind",
                kind,
                "--status",
                wanted,
            ];
            let (status, sent) = stage.json(&arguments);
            assert_eq!(status, 0, "{arguments:?}: {sent}");
            let printed = listening.next();
            assert_eq!(printed["effect_key"], sent["effect_key"], "{printed}");
            let phase = printed["payment"]["phase"].as_str().unwrap();
            if wanted == "completed" {
                assert_eq!(phase, "completed", "{arguments:?}");
            } else {
                assert_ne!(phase, "completed", "{arguments:?}");
            }
            if gateway == "ccpayment/main" && kind != "invoice" {
                assert_eq!(printed["payment"]["kind"], kind);
            }
        }
    }
    for (gateway, kind, status) in [
        ("cpay/main", "refund", "completed"),
        ("cpay/main", "invoice", "completed"),
        ("chainup-opay/main", "payout", "completed"),
        ("chainup-opay/main", "checkout", "processing"),
        ("ccpayment/main", "checkout", "closed"),
    ] {
        let url = listening.url(gateway);
        let (exit, printed) = stage.json(&[
            "webhook",
            "send",
            &url,
            "--gateway",
            gateway,
            "--kind",
            kind,
            "--status",
            status,
        ]);
        assert_eq!(exit, 2, "{printed}");
    }
}

#[test]
fn prints_a_webhook_of_the_sandbox() {
    let stage = Stage::cpay();
    let mut listening = stage.listen(&["--count", "1"]);
    let url = listening.url("cpay/main");
    let created = stage.run(&[
        "checkout",
        "create",
        "order-1",
        "10.50",
        "USDT",
        "--customer",
        "customer-7",
        "--notify-url",
        &url,
    ]);
    assert_eq!(created.status, 0, "{}", created.stderr);
    stage.block_on(stage.sandbox.pay("order-1", None)).unwrap();
    let printed = listening.next();
    assert_eq!(printed["payment"]["received"]["amount"], "10.50");
    assert_eq!(printed["replied"]["body"], "OK");
    stage.block_on(stage.sandbox.webhooks_quiet());
    assert_eq!(listening.end(), 0);
}

#[test]
fn refuses_forged_webhooks_and_does_not_forward_them() {
    let stage = Stage::cpay();
    let shop = TcpListener::bind("127.0.0.1:0").unwrap();
    let forward = format!("http://{}/", shop.local_addr().unwrap());
    let mut listening = stage.listen(&["--count", "1", "--forward", &forward]);
    let url = listening.url("cpay/main");
    for path in ["", "cpay/main"] {
        let answer = post(&url, path, "{\"orderStatus\":\"14\"}");
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("FAIL"),
            "{answer}"
        );
        let printed = listening.next();
        let refused = printed["refused"].as_str().unwrap();
        assert_eq!(refused, "the webhook was refused: ignore its content");
        assert_eq!(
            (&printed["payment"], &printed["forwarded"]),
            (&Value::Null, &Value::Null)
        );
    }
    shop.set_nonblocking(true).unwrap();
    assert!(shop.accept().is_err());
    // Neither of them counted: the listener ends with the first verified webhook.
    drop(shop);
    let (_, sent) = stage.json(&["webhook", "send", &url]);
    assert_eq!(listening.next()["effect_key"], sent["effect_key"]);
    assert_eq!(listening.end(), 0);
    let elsewhere = stage.listen(&[]);
    let answer = post(&elsewhere.url("cpay/main"), "cpay/other", "{}");
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

fn post(url: &str, path: &str, body: &str) -> String {
    let address = url.strip_prefix("http://").unwrap().split('/').next();
    http(address.unwrap(), &format!("POST /{path}"), body)
}

/// The second listener is the shop's program.
#[test]
fn forwards_a_webhook_unchanged_and_returns_the_response_of_the_shop() {
    let stage = Stage::all();
    let mut shop = stage.listen(&["--count", "3"]);
    for gateway in GATEWAYS {
        let forward = shop.url("");
        let mut between =
            stage.listen(&["--gateway", gateway, "--count", "1", "--forward", &forward]);
        let url = between.url(gateway);
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        assert_eq!(status, 0, "{sent}");
        let (printed, arrived) = (between.next(), shop.next());
        assert_eq!(printed["forwarded"]["url"], shop.url(gateway));
        assert_eq!(printed["forwarded"]["answer"], arrived["replied"]);
        assert_eq!(arrived["effect_key"], sent["effect_key"]);
        assert_eq!(between.end(), 0);
    }
    assert_eq!(shop.end(), 0);
}

#[test]
fn reports_a_shop_that_does_not_respond() {
    let stage = Stage::cpay();
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let forward = format!("http://{}/", away.local_addr().unwrap());
    drop(away);
    let mut between = stage.listen(&["--count", "1", "--forward", &forward]);
    let url = between.url("cpay/main");
    let (status, sent) = stage.json(&["webhook", "send", &url]);
    assert_eq!(
        (status, &sent["acknowledged"]),
        (1, &false.into()),
        "{sent}"
    );
    let printed = between.next();
    assert!(printed["forwarded"]["error"].is_string(), "{printed}");
    assert_eq!(printed["replied"]["body"], "FAIL");

    // The same with `send`.
    let (status, printed) = stage.json(&["webhook", "send", &forward]);
    assert_eq!(
        (status, &printed["error"]["kind"]),
        (1, &"failed".into()),
        "{printed}"
    );
    for wrong in ["ftp://127.0.0.1/", "/hooks", "http://shop.example/hooks"] {
        let ran = stage.run(&["webhook", "send", wrong]);
        assert_ne!(ran.status, 0, "{wrong}");
    }
}

#[test]
fn prints_lines_for_people() {
    let stage = Stage::cpay();
    let mut child = stage
        .command(&[
            "webhook",
            "listen",
            "--listen",
            "127.0.0.1:0",
            "--count",
            "1",
        ])
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    let ran = stage.run(&["webhook", "send", &url, "--provider-id", "9"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("cpay/main: sent, effect key cpay/main:9:14\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("returned HTTP 200: OK\nacknowledged\n"),
        "{}",
        ran.stdout
    );
    let mut remainder = String::new();
    lines.read_to_string(&mut remainder).unwrap();
    assert!(
        remainder.starts_with("cpay/main: verified, effect key cpay/main:9:14\n  order-1001  9  "),
        "{remainder}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn sends_the_network_in_the_spelling_of_the_provider() {
    let stage = Stage::all();
    for (gateway, asset, expected) in [
        ("cpay/main", None, "\"network\":\"TRON\""),
        ("cpay/main", Some("USDT@bsc"), "\"network\":\"BSC\""),
        ("ccpayment/main", None, "\"chain\":\"TRX\""),
        ("ccpayment/main", Some("USDT@ethereum"), "\"chain\":\"ETH\""),
    ] {
        let shop = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", shop.local_addr().unwrap());
        let mut arguments = vec!["webhook", "send", &url, "--gateway", gateway];
        arguments.extend(asset.into_iter().flat_map(|asset| ["--asset", asset]));
        let child = stage.command(&arguments).spawn().unwrap();
        let (mut stream, _) = shop.accept().unwrap();
        let (mut seen, mut part) = (Vec::new(), [0; 4096]);
        while !seen.ends_with(b"}") {
            let read = stream.read(&mut part).unwrap();
            assert_ne!(read, 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&part[..read]);
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess";
        stream.write_all(answer).unwrap();
        let seen = String::from_utf8(seen).unwrap();
        assert!(seen.contains(expected), "{seen}");
        assert_eq!(ended(child).status, 0);
    }
}

#[test]
fn does_not_print_a_password_in_a_url() {
    let stage = Stage::cpay();
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = away.local_addr().unwrap();
    drop(away);
    let forward = format!("http://shop:s3cret@{address}/");
    let mut between = stage.listen(&["--count", "1", "--forward", &forward]);
    let url = between.url("cpay/main");
    assert_eq!(stage.run(&["webhook", "send", &url]).status, 1);
    let printed = between.next();
    assert_eq!(
        printed["forwarded"]["url"],
        format!("http://{address}/cpay/main")
    );
    assert!(!printed.to_string().contains("s3cret"), "{printed}");
    let ran = stage.run(&["webhook", "send", &forward]);
    assert_eq!(ran.status, 1);
    assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"));
}
