//! What `payments webhook listen` shows, limits and completes, and how `send` judges responses.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
#[cfg(target_os = "linux")]
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use payments_signing::Secret;
use payments_signing::cpay::Key;
use serde_json::{Value, json};

use crate::support::{Listening, Stage, http};
#[cfg(target_os = "linux")]
use crate::support::{command, memory_kib};

fn address(listening: &Listening) -> String {
    listening.url("")["http://".len()..].to_owned()
}

/// A program that gives this response to one request, and returns the request.
fn shop(response: &'static [u8]) -> (String, JoinHandle<String>) {
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

/// A webhook of C-Pay with these fields and the usual ones.
fn signed(stage: &Stage, fields: &[(&str, &str)]) -> String {
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

#[test]
fn judges_responses_as_the_provider_does_and_says_what_was_expected() {
    let stage = Stage::all();
    let ok = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let cases = [
        ("cpay/main", ok("OK"), true),
        ("cpay/main", ok(" ok\n"), true),
        ("cpay/main", ok("OK thanks"), false),
        ("ccpayment/main", ok("success"), true),
        ("ccpayment/main", ok("\"success\""), false),
        ("ccpayment/main", ok("success OK"), false),
        ("ccpayment/main", ok("\u{feff}success"), false),
        (
            "ccpayment/main",
            ok("<b>Warning</b>: x in y.php\nsuccess"),
            false,
        ),
        ("ccpayment/main", ok("{\"msg\":\"success\"}"), false),
        ("ccpayment/main", ok("OK"), false),
        ("chainup-opay/main", ok("success"), true),
        ("chainup-opay/main", ok("{\"data\":\"success\"}"), true),
        (
            "chainup-opay/main",
            ok("{\"success\":false,\"error\":\"bad signature\"}"),
            false,
        ),
        (
            "chainup-opay/main",
            ok("<h1>unsuccessful: order not found</h1>"),
            false,
        ),
        (
            "chainup-opay/main",
            ok("{\"code\":\"10015\",\"msg\":\"not a success\",\"data\":\"fail\"}"),
            false,
        ),
        (
            "chainup-opay/main",
            ok("{\"code\":0,\"msg\":\"success\"}"),
            false,
        ),
        ("chainup-opay/main", ok("\"success\""), false),
    ];
    let mut all: Vec<_> = cases.into();
    for gateway in ["cpay/main", "ccpayment/main", "chainup-opay/main"] {
        all.push((gateway, "HTTP/1.1 204 No Content\r\n\r\n".to_owned(), false));
        let moved = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 7\r\n\r\nsuccess";
        all.push((gateway, moved.to_owned(), false));
    }
    for (gateway, response, acknowledged) in all {
        let (url, answered) = shop(response.clone().leak().as_bytes());
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        answered.join().unwrap();
        assert_eq!(
            sent["acknowledged"], acknowledged,
            "{gateway}: {response}: {sent}"
        );
        assert_eq!(status, i32::from(!acknowledged));
        let problem = sent["problem"].as_str().unwrap_or_default();
        let expectation = "the provider waits for HTTP 200 with `";
        assert_eq!(problem.starts_with(expectation), !acknowledged, "{problem}");
    }
}

#[test]
fn sends_the_header_names_of_the_documents() {
    let stage = Stage::all();
    for gateway in ["cpay/main", "ccpayment/main", "chainup-opay/main"] {
        let (url, answered) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
        let (status, sent) = stage.json(&["webhook", "send", &url, "--gateway", gateway]);
        assert_eq!(status, 0, "{sent}");
        let request = answered.join().unwrap();
        let kind = "\r\nContent-Type: application/json; charset=utf-8\r\n";
        assert!(request.contains(kind), "{request}");
        for header in ["\r\nAppid: ", "\r\nTimestamp: ", "\r\nSign: "] {
            assert_eq!(
                request.contains(header),
                gateway == "ccpayment/main",
                "{request}"
            );
        }
    }
}

#[test]
fn does_not_print_a_key_that_is_given_for_its_file() {
    let stage = Stage::all();
    let key = stage
        .sandbox
        .credentials()
        .chainup_opay
        .merchant_private_key
        .clone();
    let line = key.lines().nth(1).unwrap();
    for text in [key.as_str(), line] {
        let credentials = format!("--credentials={text}");
        let gateway = "--gateway=chainup-opay/main";
        let ran = stage.run(&[
            "webhook",
            "send",
            "http://127.0.0.1:9/",
            gateway,
            &credentials,
        ]);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        let output = ran.stdout + &ran.stderr;
        assert!(!output.contains(line), "{output}");
        assert!(output.contains("--credentials"), "{output}");
    }
}

/// The body of a request as JSON.
fn body(request: &str) -> Value {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// The names of the fields, also of those inside.
fn names(value: &Value, names: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        names.push(name.clone());
        self::names(value, names);
    }
    names.sort();
}

#[test]
fn a_test_webhook_has_the_fields_of_the_sandboxs_own() {
    let stage = Stage::all();
    for (gateway, asset) in [("cpay/main", "USDT"), ("ccpayment/main", "USDT@tron")] {
        let (url, own) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
        let reference = gateway.replace('/', "-");
        let mut arguments = vec!["checkout", "create", &reference, "10.50", asset];
        arguments.extend(["--gateway", gateway, "--notify-url", &url]);
        match gateway {
            "cpay/main" => arguments.extend(["--customer", "customer-7"]),
            _ => arguments.extend(["--kind", "native"]),
        }
        let created = stage.run(&arguments);
        assert_eq!(created.status, 0, "{}{}", created.stdout, created.stderr);
        stage.block_on(stage.sandbox.pay(&reference, None)).unwrap();
        let own = own.join().unwrap();
        assert!(own.contains("\r\nContent-Type: application/json"), "{own}");
        assert_eq!(
            own.contains("\r\nAppid: "),
            gateway == "ccpayment/main",
            "{own}"
        );

        let (url, sent) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
        let arguments = ["webhook", "send", &url, "--gateway", gateway];
        assert_eq!(stage.run(&arguments).status, 0);
        let (mut expected, mut fields) = (Vec::new(), Vec::new());
        names(&body(&own), &mut expected);
        names(&body(&sent.join().unwrap()), &mut fields);
        assert_eq!(fields, expected, "{gateway}");
    }
}

/// How many files this process may have open.
#[cfg(target_os = "linux")]
fn file_handles() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line.unwrap().split_whitespace().nth(3).unwrap();
    soft.parse().unwrap_or(usize::MAX)
}

/// Strangers hold large bodies and idle connections open. Prints the memory of the server with `--nocapture`.
#[cfg(target_os = "linux")]
#[allow(clippy::print_stdout, reason = "the figures are the result")]
fn flood(name: &str, pid: u32, to: &str, path: &str, is_served: impl Fn() -> bool) {
    // Both tests need most of the file handles that there are.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock();
    let count = (file_handles() / 2).min(10_000);
    if count < 10_000 {
        println!("{count} connections only: that is half of the file handles");
    }
    assert!(is_served());
    let before = memory_kib(pid);
    let part = "x".repeat(1_900_000);
    let mut posts = Vec::new();
    for number in 0..count.min(400) {
        let Ok(stream) = TcpStream::connect(to) else {
            continue;
        };
        // Most of a body is sent only as far as the server takes it.
        stream.set_nonblocking(true).unwrap();
        let body = match number % 2 {
            0 => format!("Content-Length: 1900001\r\n\r\n{part}"),
            _ => format!("Transfer-Encoding: chunked\r\n\r\n1cfde1\r\n{part}"),
        };
        let request = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{body}").into_bytes();
        posts.push((stream, request, 0));
    }
    for _ in 0..20 {
        for (stream, request, sent) in &mut posts {
            // A refused connection can be closed already.
            while let Ok(more) = stream.write(&request[*sent..]) {
                *sent += more;
                if more == 0 {
                    break;
                }
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let during_posts = memory_kib(pid);
    drop(posts);

    let mut idle = Vec::new();
    while idle.len() < count {
        idle.push(TcpStream::connect(to).unwrap());
    }
    let during_idle = memory_kib(pid);
    // Their senders hold them open, so the server has to close them. It does so after 10 seconds, the sandbox after 20.
    let served = (0..400).any(|_| {
        let served = is_served();
        std::thread::sleep(Duration::from_millis(if served { 0 } else { 250 }));
        served
    });
    assert!(served, "nothing gets through any more");
    drop(idle);
    let after = memory_kib(pid);
    println!(
        "{name}: RSS in KiB: {before} before, {during_posts} under 400 posts of 1.9 MB, {during_idle} under {count} idle connections, {after} after"
    );
    for memory in [during_posts, during_idle, after] {
        let grown = memory.saturating_sub(before);
        assert!(grown < 96 * 1024, "{grown} KiB more");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_of_the_listener_is_bounded() {
    let stage = Stage::cpay();
    let listening = stage.listen(&[]);
    let url = listening.url("cpay/main");
    let is_served = || stage.run(&["webhook", "send", &url]).status == 0;
    let to = address(&listening);
    flood(
        "webhook listen",
        listening.pid(),
        &to,
        "/cpay/main",
        is_served,
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_of_the_sandbox_is_bounded() {
    let mut child = command(&["sandbox", "--listen", "127.0.0.1:0", "--json"])
        .stdin(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
    // What it prints is read and thrown away, so that it can print.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    let first: Value = serde_json::from_str(&line).unwrap();
    let to = first["base_url"].as_str().unwrap()["http://".len()..].to_owned();
    let is_served = || {
        let mut stream = TcpStream::connect(&to).unwrap();
        let request =
            "GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let mut answer = String::new();
        // A refused connection can be reset.
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200 ")
    };
    flood(
        "sandbox",
        child.id(),
        &to,
        "/openapi/v1/submitKYC",
        is_served,
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
