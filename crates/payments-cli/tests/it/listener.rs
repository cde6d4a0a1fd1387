//! What `payments webhook listen` shows and completes.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use payments_signing::Secret;
use payments_signing::cpay::Key;
use serde_json::{Value, json};

use crate::support::{Listening, Stage, http};

pub(crate) fn address(listening: &Listening) -> String {
    listening.url("")["http://".len()..].to_owned()
}

/// A program that gives this response to one request, and returns the request.
pub(crate) fn shop(response: &'static [u8]) -> (String, JoinHandle<String>) {
    let shop = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", shop.local_addr().unwrap());
    let answered = std::thread::spawn(move || {
        let (mut stream, _) = shop.accept().unwrap();
        let request = request(&mut stream);
        stream.write_all(response).unwrap();
        request
    });
    (url, answered)
}

/// Head and JSON body of a request.
fn request(stream: &mut TcpStream) -> String {
    let (mut seen, mut part) = (Vec::new(), [0; 4096]);
    while !seen.ends_with(b"}") {
        let read = stream.read(&mut part).unwrap();
        assert_ne!(read, 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&part[..read]);
    }
    String::from_utf8(seen).unwrap()
}

#[test]
fn shows_probes_and_requests_to_other_paths_with_the_addresses() {
    let stage = Stage::all();
    let mut listening = stage.listen(&[]);
    let to = address(&listening);
    let cases = [
        ("GET /cpay/main", "405", "probe"),
        ("OPTIONS /cpay/main/", "405", "probe"),
        ("PUT /cpay/main", "405", "probe"),
        ("POST //cpay/main", "404", "did you mean /cpay/main?"),
        ("POST /CPAY/main", "404", "did you mean /cpay/main?"),
        (
            "POST /webhooks/cpay/main",
            "404",
            "did you mean /cpay/main?",
        ),
        ("POST /cpay/other", "404", "no account has this path"),
        ("POST /", "404", "names no account"),
    ];
    for (line, status, problem) in cases {
        let answer = http(&to, line, "{}");
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{line}: {answer}");
        let allows = answer.contains("allow: POST");
        assert_eq!(allows, status == "405", "{answer}");
        let printed = listening.next();
        let shown = format!("{} {}", method(&printed), path(&printed));
        assert_eq!(shown, line);
        assert_eq!(printed["replied"]["status"].to_string(), status);
        let text = printed["problem"].as_str().unwrap();
        assert!(text.contains(problem), "{text}");
        let addresses = printed["addresses"].as_array().unwrap();
        let expected = ["ccpayment/main", "chainup-opay/main", "cpay/main"];
        assert_eq!(*addresses, expected.map(|gateway| listening.url(gateway)));
    }
    let second = stage.run(&["webhook", "listen", "--listen", &to]);
    assert_eq!(second.status, 1, "{}", second.stderr);
    let said = second.stderr.replace('\n', " ");
    assert!(said.contains("choose a free port with --listen"), "{said}");
    let large = "x".repeat(3_000_000);
    let answer = http(&to, "POST /cpay/main", &large);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(
        listening.next()["problem"],
        "the body is larger than 65536 bytes"
    );
}

fn method(printed: &Value) -> &str {
    printed["request"]["method"].as_str().unwrap()
}

fn path(printed: &Value) -> &str {
    printed["request"]["path"].as_str().unwrap()
}

#[test]
fn accepts_a_slash_at_the_end_and_fills_in_the_template() {
    let stage = Stage::all();
    let (url, answered) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
    let forward = url.replace("/hook", "/webhooks/{provider}/of/{account}");
    let mut listening = stage.listen(&["--count", "1", "--forward", &forward]);
    let to = format!("{}/", listening.url("ccpayment/main"));
    let (status, sent) = stage.json(&["webhook", "send", &to, "--gateway", "ccpayment/main"]);
    assert_eq!(status, 0, "{sent}");
    let forwarded = answered.join().unwrap();
    assert!(forwarded.starts_with("POST /webhooks/ccpayment/of/main HTTP/1.1\r\n"));
    for header in ["\r\nAppid: ", "\r\nTimestamp: ", "\r\nSign: "] {
        assert!(forwarded.contains(header), "{forwarded}");
    }
    assert_eq!(listening.next()["effect_key"], sent["effect_key"]);
    assert_eq!(listening.end(), 0);
}

#[test]
fn completes_and_prints_a_webhook_whose_sender_hangs_up() {
    let stage = Stage::cpay();
    let shop = TcpListener::bind("127.0.0.1:0").unwrap();
    let forward = format!("http://{}/", shop.local_addr().unwrap());
    let mut listening = stage.listen(&["--count", "1", "--forward", &forward]);
    let mut sender = TcpStream::connect(address(&listening)).unwrap();
    let body = signed(&stage, &[("orderId", "9"), ("merchantTradeNo", "order-1")]);
    let length = body.len();
    let head = format!("POST /cpay/main HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n");
    sender.write_all((head + &body).as_bytes()).unwrap();
    let (mut stream, _) = shop.accept().unwrap();
    request(&mut stream);
    // The program has it, and only now responds: the sender has gone.
    drop(sender);
    std::thread::sleep(Duration::from_millis(300));
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
    stream.write_all(response).unwrap();
    let printed = listening.next();
    assert_eq!(printed["effect_key"], "cpay/main:9:14");
    assert_eq!(printed["forwarded"]["answer"]["body"], "OK");
    assert_eq!(listening.end(), 0);
}

/// A webhook of C-Pay with these fields, and the usual ones besides.
pub(crate) fn signed(stage: &Stage, fields: &[(&str, &str)]) -> String {
    let account = &stage.sandbox.credentials().cpay;
    let mut all = vec![
        ("merchantId", account.merchant_id.as_str()),
        ("orderStatus", "14"),
        ("cryptoCurrency", "USDT"),
        ("network", "TRON"),
        ("actualAmount", "10.50"),
        ("receivedAmount", "10.50"),
        ("createTime", "1700000000000"),
    ];
    all.retain(|(usual, _)| fields.iter().all(|(name, _)| name != usual));
    all.extend(fields);
    let key = Key::new(Secret::new(&account.secret).unwrap());
    let sign = key.sign(all.iter().copied()).unwrap();
    all.push(("sign", sign.as_str()));
    let members = all
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()));
    Value::Object(members.collect()).to_string()
}

#[test]
fn a_webhook_that_is_only_a_hint_shows_what_the_gateway_answers() {
    let stage = Stage::cpay();
    let mut listening = stage.listen(&[]);
    let created = stage.run(&[
        "checkout",
        "create",
        "order-1",
        "10.50",
        "USDT",
        "--customer",
        "customer-7",
    ]);
    assert_eq!(created.status, 0, "{}", created.stderr);
    let to = address(&listening);
    for (reference, phase) in [("order-1", json!("open")), ("order-2", Value::Null)] {
        // Signed, but without the order's id; it claims that the order was paid.
        let body = signed(&stage, &[("merchantTradeNo", reference)]);
        let answer = http(&to, "POST /cpay/main", &body);
        assert!(answer.ends_with("FAIL"), "{answer}");
        let printed = listening.next();
        assert!(printed["hint"].is_string(), "{printed}");
        assert_eq!(printed["effect_key"], Value::Null);
        assert_eq!(printed["payment"]["phase"], phase, "{printed}");
    }
    // Unsigned webhooks are refused unless the account is configured for them.
    http(
        &to,
        "POST /cpay/main",
        "{\"orderId\":\"9\",\"orderStatus\":\"14\"}",
    );
    let printed = listening.next();
    assert_eq!(printed["hint"], Value::Null);
    assert!(printed["refused"].is_string());
}

#[test]
fn says_on_the_console_how_far_the_timestamp_is_from_the_clock() {
    let stage = Stage::all();
    let mut listening = stage.listen(&[]);
    let to = address(&listening);
    let mut stream = TcpStream::connect(&to).unwrap();
    let request = "POST /ccpayment/main HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAppid: a\r\nTimestamp: 1700000000\r\nSign: b\r\nContent-Length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.contains("clock"), "{answer}");
    let reason = listening.next()["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.contains("seconds behind this machine's clock"),
        "{reason}"
    );
}
