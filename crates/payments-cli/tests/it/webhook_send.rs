//! What `payments webhook send` sends, and how it judges responses.

use serde_json::Value;

use crate::listener::shop;
use crate::support::Stage;

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
