//! `payments webhook listen` and `send`, one against the other and against the sandbox, for every provider.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a panic is a failed test

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;
use support::stage::Stage;

const GATEWAYS: [&str; 3] = ["ccpayment/main", "chainup-opay/main", "cpay/main"];

#[test]
fn what_is_sent_is_received_for_every_provider() {
    let stage = Stage::all();
    let mut listening = stage.listen(&["--count", "3"]);
    for gateway in GATEWAYS {
        let url = listening.url(gateway);
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        assert_eq!((status, &sent["acknowledged"]), (0, &true.into()), "{sent}");
        let told = listening.next();
        assert_eq!(told["gateway"], gateway);
        assert_eq!(told["refused"], Value::Null);
        assert_eq!(told["effect_key"], sent["effect_key"]);
        assert_eq!(told["payment"]["reference"], "order-1001");
        assert_eq!(told["payment"]["phase"], "completed");
        assert_eq!(told["replied"], sent["answer"]);
    }
    assert_eq!(listening.end(), 0);
}

#[test]
fn the_shapes_are_stable() {
    let stage = Stage::cpay();
    let mut listening = stage.listen(&["--count", "1"]);
    let url = listening.url("cpay/main");
    let (_, mut sent) = stage.json(&["webhook", "send", &url, "--provider-id", "9"]);
    let mut told = listening.next();
    sent["url"] = "http://listener".into();
    told["payment"]["made_at_ms"] = 0.into();
    insta::assert_json_snapshot!("webhook_send", sent);
    insta::assert_json_snapshot!("webhook_listen", told);
}

#[test]
fn every_kind_and_status_of_a_provider_can_be_sent() {
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
            let told = listening.next();
            assert_eq!(told["effect_key"], sent["effect_key"], "{told}");
            let phase = told["payment"]["phase"].as_str().unwrap();
            if wanted == "completed" {
                assert_eq!(phase, "completed", "{arguments:?}");
            } else {
                assert_ne!(phase, "completed", "{arguments:?}");
            }
            if gateway == "ccpayment/main" && kind != "invoice" {
                assert_eq!(told["payment"]["kind"], kind);
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
        let (exit, told) = stage.json(&[
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
        assert_eq!(exit, 2, "{told}");
    }
}

#[test]
fn a_genuine_webhook_of_the_sandbox_is_printed() {
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
    let told = listening.next();
    assert_eq!(told["payment"]["received"]["amount"], "10.50");
    assert_eq!(told["replied"]["body"], "OK");
    stage.block_on(stage.sandbox.webhooks_quiet());
    assert_eq!(listening.end(), 0);
}

#[test]
fn what_is_not_genuine_is_refused_and_forwarded_to_nobody() {
    let stage = Stage::cpay();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let forward = format!("http://{}/", nobody.local_addr().unwrap());
    let mut listening = stage.listen(&["--count", "1", "--forward", &forward]);
    let url = listening.url("cpay/main");
    for path in ["", "cpay/main"] {
        let answer = post(&url, path, "{\"orderStatus\":\"14\"}");
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("FAIL"),
            "{answer}"
        );
        let told = listening.next();
        let refused = told["refused"].as_str().unwrap();
        assert_eq!(
            refused,
            "the webhook was refused: nothing in it may be acted on"
        );
        assert_eq!(
            (&told["payment"], &told["forwarded"]),
            (&Value::Null, &Value::Null)
        );
    }
    nobody.set_nonblocking(true).unwrap();
    assert!(nobody.accept().is_err());
    // Neither of them counted: it listens still, and ends with the first that is genuine.
    drop(nobody);
    let (_, sent) = stage.json(&["webhook", "send", &url]);
    assert_eq!(listening.next()["effect_key"], sent["effect_key"]);
    assert_eq!(listening.end(), 0);
    let elsewhere = stage.listen(&[]);
    let answer = post(&elsewhere.url("cpay/main"), "cpay/other", "{}");
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

fn post(url: &str, path: &str, body: &str) -> String {
    let address = url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The second listener stands for the shop's own program.
#[test]
fn a_webhook_is_forwarded_as_it_came_and_answered_by_the_shop() {
    let stage = Stage::all();
    let mut shop = stage.listen(&["--count", "3"]);
    for gateway in GATEWAYS {
        let forward = shop.url(gateway);
        let mut between =
            stage.listen(&["--gateway", gateway, "--count", "1", "--forward", &forward]);
        let url = between.url(gateway);
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        assert_eq!(status, 0, "{sent}");
        let (told, arrived) = (between.next(), shop.next());
        assert_eq!(told["forwarded"]["url"], forward);
        assert_eq!(told["forwarded"]["answer"], arrived["replied"]);
        assert_eq!(arrived["effect_key"], sent["effect_key"]);
        assert_eq!(between.end(), 0);
    }
    assert_eq!(shop.end(), 0);
}

#[test]
fn a_shop_that_is_away_or_says_no_is_told_as_it_is() {
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
    let told = between.next();
    assert!(told["forwarded"]["error"].is_string(), "{told}");
    assert_eq!(told["replied"]["body"], "FAIL");

    // Nobody at all.
    let (status, told) = stage.json(&["webhook", "send", &forward]);
    assert_eq!(
        (status, &told["error"]["kind"]),
        (1, &"failed".into()),
        "{told}"
    );
    for wrong in ["ftp://127.0.0.1/", "/hooks", "http://shop.example/hooks"] {
        let ran = stage.run(&["webhook", "send", wrong]);
        assert_ne!(ran.status, 0, "{wrong}");
    }
}

#[test]
fn people_are_told_in_lines() {
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
            .contains("cpay/main: sent, effect cpay/main:9:14\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("answered HTTP 200: OK\nacknowledged\n"),
        "{}",
        ran.stdout
    );
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(
        rest.starts_with("cpay/main: genuine, effect cpay/main:9:14\n  order-1001  9  "),
        "{rest}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_network_goes_out_by_the_provider_s_name() {
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
        assert_eq!(support::stage::ended(child).status, 0);
    }
}

#[test]
fn a_password_in_the_shop_s_url_is_not_printed() {
    let stage = Stage::cpay();
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = away.local_addr().unwrap();
    drop(away);
    let forward = format!("http://shop:s3cret@{address}/");
    let mut between = stage.listen(&["--count", "1", "--forward", &forward]);
    let url = between.url("cpay/main");
    assert_eq!(stage.run(&["webhook", "send", &url]).status, 1);
    let told = between.next();
    assert_eq!(told["forwarded"]["url"], format!("http://{address}/"));
    assert!(!told.to_string().contains("s3cret"), "{told}");
    let ran = stage.run(&["webhook", "send", &forward]);
    assert_eq!(ran.status, 1);
    assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"));
}
