//! Proxy, root certificates, base URLs and unsigned webhooks.

use http::HeaderMap;
use payments_core::Timestamp;
use payments_facade::config::GatewaysConfig;

use super::support::{Fixed, TWO, executor, problems, read, secrets};

fn with(line: &str) -> String {
    TWO.replacen(
        "account = \"main\"",
        &format!("account = \"main\"\n{line}"),
        1,
    )
}

#[test]
fn reads_proxy_and_root_certificates() {
    let pem = include_str!("../../../../../fixtures/tls/root.pem");
    let mut secrets = secrets();
    secrets.0.insert("/etc/roots.pem", Ok(pem));
    secrets
        .0
        .insert("THE_PROXY", Ok("http://user:s3cret@proxy.example:3128"));
    let file = with("proxy = { env = \"THE_PROXY\" }\nroot_certificates = \"/etc/roots.pem\"");
    let config = GatewaysConfig::read(&file, &secrets).unwrap();
    let accounts: Vec<_> = config
        .accounts()
        .map(|one| (one.proxy().map(|url| url.expose()), one.root_certificates()))
        .collect();
    assert_eq!(
        accounts,
        [
            (Some("http://user:s3cret@proxy.example:3128"), Some(pem)),
            (None, None)
        ]
    );
    assert!(!format!("{config:?}").contains("s3cret"));
    assert!(config.connect().is_ok());
    let open = with("proxy = \"http://proxy.example:3128\"");
    assert!(GatewaysConfig::read(&open, &secrets).is_ok());
}

#[test]
fn refuses_unusable_proxies_and_root_certificates() {
    let like = "must be like http://proxy.example:3128: http or https, a host and a port, no path";
    let in_file = format!("the proxy's URL in the file: {like}");
    for (line, expected) in [
        ("proxy = \"proxy.example\"", in_file.as_str()),
        ("proxy = \"proxy.example:3128\"", &in_file),
        ("proxy = \"http://proxy.example\"", &in_file),
        ("proxy = \"socks5://proxy.example:1080\"", &in_file),
        ("proxy = \"http://proxy.example:3128/path\"", &in_file),
        ("proxy = \"http://proxy.example:3128?a=1\"", &in_file),
        (
            "proxy = \"http://user:s3cret@proxy.example:3128\"",
            "a proxy's password in the file itself is refused",
        ),
        (
            "proxy = { env = \"CPAY_SECRET\" }",
            "the environment variable CPAY_SECRET: must be like http",
        ),
        ("proxy = 3128", "must name where"),
    ] {
        let column = "proxy = ".len() + 1;
        let found = problems(&with(line));
        let expected = format!("line 5, column {column}, cpay/main, proxy: {expected}");
        assert!(
            found.len() == 1 && found[0].starts_with(&expected),
            "{line}: {found:?}"
        );
        assert!(!found[0].contains("s3cret"), "{found:?}");
    }
    let mut secrets = secrets();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    secrets.0.insert("/etc/broken.pem", Ok(broken));
    secrets
        .0
        .insert("/etc/key.pem", Ok("-----BEGIN PRIVATE KEY-----\n"));
    for (line, expected) in [
        (
            "root_certificates = \"/etc/none.pem\"",
            "the file /etc/none.pem is not there",
        ),
        (
            "root_certificates = \"/etc/key.pem\"",
            "the file /etc/key.pem contains no certificate",
        ),
        (
            "root_certificates = \"/etc/broken.pem\"",
            "the file /etc/broken.pem cannot be used: ",
        ),
        ("root_certificates = true", "must be the path of a PEM file"),
    ] {
        let found = GatewaysConfig::read(&with(line), &secrets)
            .unwrap_err()
            .to_string();
        let expected = format!("line 5, column 21, cpay/main, root_certificates: {expected}");
        assert!(found.contains(&expected), "{line}: {found}");
    }
}

#[test]
fn unsigned_webhooks_are_refused_unless_they_are_hints() {
    let unsigned = br#"{"merchantId":"20003092","orderId":"1","orderStatus":"14"}"#;
    for (line, are_hints) in [
        ("", false),
        ("unsigned_webhooks = \"refuse\"", false),
        ("unsigned_webhooks = \"hint-then-query\"", true),
    ] {
        let gateways = read(&with(line)).unwrap().build(|_| executor()).unwrap();
        let gateway = gateways.get(&"cpay/main".parse().unwrap()).unwrap();
        let hint = gateway
            .webhooks()
            .hint(&HeaderMap::new(), &unsigned.as_slice().into());
        assert_eq!(hint.is_ok(), are_hints, "{line}");
        let now = Timestamp::default();
        let body = unsigned.as_slice().into();
        assert!(
            gateway
                .webhooks()
                .receive(&HeaderMap::new(), &body, now)
                .is_err()
        );
    }
    let found = problems(&with("unsigned_webhooks = \"accept\""));
    assert_eq!(
        found,
        [
            "line 5, column 21, cpay/main, unsigned_webhooks: must be one of \"refuse\", \"hint-then-query\""
        ]
    );
}

/// The problem with a base URL, or nothing.
fn of_base_url(provider: &str, url: &str) -> Option<String> {
    let keys = match provider {
        "cpay" => "merchant_id = \"7\"\nsecret = { env = \"S\" }",
        "ccpayment" => "app_id = \"7\"\napp_secret = { env = \"S\" }",
        _ => "app_id = \"7\"\nprivate_key = { env = \"S\" }\nplatform_key = { env = \"S\" }",
    };
    let file = format!(
        "[[gateway]]\nbase_url = \"{url}\"\nprovider = \"{provider}\"\naccount = \"main\"\n{keys}\n"
    );
    let found = GatewaysConfig::read(&file, &Fixed::new(&[("S", "k3y")]));
    let problems = found.err()?;
    let mut of_url = problems
        .iter()
        .filter(|one| one.field() == Some("base_url"));
    of_url.next().map(|one| one.what().to_owned())
}

#[test]
fn refuses_a_base_url_with_a_path_of_the_api() {
    let end = "must end before the path of the API: write ";
    for (provider, url, right) in [
        (
            "cpay",
            "https://api.cpay.ltd/openapi/v1",
            "https://api.cpay.ltd",
        ),
        (
            "cpay",
            "https://api.cpay.ltd/openapi/v1/",
            "https://api.cpay.ltd",
        ),
        (
            "cpay",
            "https://API.cpay.ltd/OpenAPI//v1/createOrder",
            "https://api.cpay.ltd",
        ),
        (
            "cpay",
            "https://api.cpay.ltd./openapi",
            "https://api.cpay.ltd.",
        ),
        (
            "cpay",
            "https://api.cpay.ltd/getMerchantBalance",
            "https://api.cpay.ltd",
        ),
        (
            "cpay",
            "https://sandbox-api.cpay.ltd/v1",
            "https://sandbox-api.cpay.ltd",
        ),
        (
            "cpay",
            "http://127.0.0.1:18421/openapi/v1",
            "http://127.0.0.1:18421",
        ),
        (
            "cpay",
            "http://127.0.0.1:18421/v1",
            "http://127.0.0.1:18421",
        ),
        (
            "cpay",
            "https://proxy.example/cpay/openapi/v1",
            "https://proxy.example/cpay",
        ),
        (
            "cpay",
            "https://proxy.example/hT7qLw2ZkVb9/openapi/v1",
            "https://proxy.example/...",
        ),
        (
            "chainup-opay",
            "https://service.exchange.example/platformapi/chainup/open/opay/",
            "https://service.exchange.example",
        ),
        (
            "cpay",
            "https://9f86d081884c7d65.example/openapi/v1",
            "https://...",
        ),
        (
            "chainup-opay",
            "https://service.exchange.example/platformapi",
            "https://service.exchange.example",
        ),
        (
            "chainup-opay",
            "https://service.exchange.example/opay/cancelOrder",
            "https://service.exchange.example",
        ),
        ("chainup-opay", "http://[::1]:8080/v2", "http://[::1]:8080"),
    ] {
        assert_eq!(
            of_base_url(provider, url),
            Some(format!("{end}{right}")),
            "{url}"
        );
    }
    let end = "must end with /ccpayment/v1: write ";
    for (url, right) in [
        (
            "https://admin.ccpayment.com",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/v1",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/v1/bill",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/ccpayment",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/ccpayment/v2",
            "https://admin.ccpayment.com/ccpayment/v1, or version = \"v2\" for an account of that version",
        ),
        (
            "https://ccpayment.com/ccpayment/v2/",
            "https://admin.ccpayment.com/ccpayment/v1, or version = \"v2\" for an account of that version",
        ),
        (
            "https://admin.ccpayment.com/ccpayment/v1/bill/create",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "https://admin.ccpayment.com/CCPayment/V1/coin/all",
            "https://admin.ccpayment.com/ccpayment/v1",
        ),
        (
            "http://127.0.0.1:18421",
            "http://127.0.0.1:18421/ccpayment/v1",
        ),
        (
            "http://127.0.0.1:18421/v1/bill",
            "http://127.0.0.1:18421/ccpayment/v1",
        ),
        (
            "https://proxy.example/pay/ccpayment/v2",
            "https://proxy.example/pay/ccpayment/v1, or version = \"v2\" for an account of that version",
        ),
    ] {
        assert_eq!(
            of_base_url("ccpayment", url),
            Some(format!("{end}{right}")),
            "{url}"
        );
    }
}

#[test]
fn accepts_every_other_spelling_of_a_base_url() {
    for (provider, url) in [
        ("cpay", "https://api.cpay.ltd"),
        ("cpay", "https://api.cpay.ltd//"),
        ("cpay", "HTTPS://API.CPAY.LTD"),
        ("cpay", "https://api.cpay.ltd:443"),
        ("cpay", "https://sandbox-api.cpay.ltd/"),
        ("cpay", "http://localhost:18421/"),
        ("cpay", "http://[::1]:18421"),
        ("cpay", "https://proxy.example/cpay"),
        ("chainup-opay", "https://service.exchange.example/"),
        ("chainup-opay", "https://openapi.exchange.example/tenants/7"),
        ("ccpayment", "https://admin.ccpayment.com/ccpayment/v1"),
        ("ccpayment", "https://admin.ccpayment.com/ccpayment/v1/"),
        ("ccpayment", "HTTPS://ADMIN.ccpayment.com//ccpayment/v1//"),
        ("ccpayment", "http://127.0.0.1:18421/ccpayment//v1/"),
        ("ccpayment", "https://proxy.example/pay/ccpayment/v1"),
        ("ccpayment", "https://proxy.example/to-the-gateway"),
    ] {
        assert_eq!(of_base_url(provider, url), None, "{url}");
    }
}
