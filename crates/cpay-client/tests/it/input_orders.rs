//! Input that cannot be right is refused before any I/O, and by name.

use crate::support;
use std::fmt::Write as _;

use crate::support::reference;
use cpay_client::{Client, Config, ConfigError, CreateOrder, OrderQuery};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, NextStep, Outcome, ProviderRef};

/// Refused locally: not one request, and the same refusal from `prepare`.
fn refused(error: &Error, transport: &ScriptedTransport) {
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Invalid, Outcome::NotApplied),
        "{error}"
    );
    assert_eq!(
        (error.next_step(), error.attempts()),
        (NextStep::FixRequest, 0)
    );
    assert!(error.field().is_some() && error.raw().is_none());
    assert_eq!(transport.requests().len(), 0, "{error}");
}

fn order_of(user_id: &str, amount: &str, coin: &str) -> CreateOrder {
    CreateOrder::new(reference("order-1"), user_id, amount.parse().unwrap(), coin)
}

fn good() -> CreateOrder {
    order_of("u", "1", "USDT")
}

#[test]
fn a_bad_order_is_not_sent() {
    let long_url = format!("https://shop.example/{}", "x".repeat(236));
    assert_eq!(long_url.len(), 257);
    let orders = [
        ("zero", order_of("u", "0.00", "USDT")),
        ("nine decimals", order_of("u", "1.123456789", "USDT")),
        ("a coin in small letters", order_of("u", "1", "usdt")),
        ("a coin that is not listed", order_of("u", "1", "DOGE")),
        ("a coin of payouts", order_of("u", "1", "TRX")),
        ("no user", order_of("", "1", "USDT")),
        (
            "a user of 65 characters",
            order_of(&"ü".repeat(65), "1", "USDT"),
        ),
        ("a user with an &", order_of("u&amount=1", "1", "USDT")),
        ("a user with a line end", order_of("u\n", "1", "USDT")),
        ("a user with a space before", order_of(" u", "1", "USDT")),
        (
            "a reference with an &",
            CreateOrder::new(reference("a&b"), "u", "1".parse().unwrap(), "USDT"),
        ),
        ("no coin", order_of("u", "1", "")),
        (
            "a coin of 17 characters",
            order_of("u", "1", "USDTUSDTUSDTUSDTU"),
        ),
        ("a relative callback", good().callback_url("/webhooks")),
        ("a callback without a host", good().callback_url("https://")),
        (
            "a callback that is a script",
            good().callback_url("javascript:alert(1)"),
        ),
        (
            "a callback of 257 characters",
            good().callback_url(&long_url),
        ),
        ("a relative success page", good().success_url("thanks.html")),
        (
            "a success page of 257 characters",
            good().success_url(&long_url),
        ),
        (
            "a failure page with a space",
            good().fail_url("https://shop.example/a b"),
        ),
        (
            "a failure page of 257 characters",
            good().fail_url(&long_url),
        ),
        (
            "extInfo of 257 characters",
            good().ext_info("x".repeat(257)),
        ),
        (
            "extInfo with a control character",
            good().ext_info("{\u{0}}"),
        ),
        (
            "extInfo with the border of a field",
            good().ext_info("a&fee=0"),
        ),
    ];
    let mut table = String::new();
    for (name, order) in orders {
        let transport = ScriptedTransport::new();
        let client = support::scripted(&transport);
        let invalid = client.prepare(&order, support::now()).unwrap_err();
        let error = block_on(client.create_order(order)).unwrap_err();
        refused(&error, &transport);
        assert_eq!(error.field(), Some(invalid.field()));
        writeln!(table, "{name}: {invalid}").unwrap();
    }
    insta::assert_snapshot!(table, @r"
    zero: amount is zero (allowed: more than zero)
    nine decimals: amount has 9 decimals (allowed: up to 8)
    a coin in small letters: crypto_currency is not a listed one; did you mean USDT? (allowed: USDT, ETH, BTC, BNB)
    a coin that is not listed: crypto_currency is not a listed one (allowed: USDT, ETH, BTC, BNB)
    a coin of payouts: crypto_currency is not a listed one (allowed: USDT, ETH, BTC, BNB)
    no user: user_id is empty (allowed: 1 to 64 characters)
    a user of 65 characters: user_id is too long (allowed: 1 to 64 characters)
    a user with an &: user_id has an & (allowed: any other character)
    a user with a line end: user_id has a control character (allowed: 1 to 64 characters)
    a user with a space before: user_id has white space around it (allowed: 1 to 64 characters)
    a reference with an &: merchant_trade_no has an & (allowed: any other character)
    no coin: crypto_currency is empty (allowed: 1 to 16 characters)
    a coin of 17 characters: crypto_currency is too long (allowed: 1 to 16 characters)
    a relative callback: callback_url is not an absolute URL (allowed: http:// or https:// and a host)
    a callback without a host: callback_url is not an absolute URL (allowed: http:// or https:// and a host)
    a callback that is a script: callback_url is not an absolute URL (allowed: http:// or https:// and a host)
    a callback of 257 characters: callback_url is too long (allowed: 1 to 256 characters)
    a relative success page: success_url is not an absolute URL (allowed: http:// or https:// and a host)
    a success page of 257 characters: success_url is too long (allowed: 1 to 256 characters)
    a failure page with a space: fail_url is not an absolute URL (allowed: http:// or https:// and a host)
    a failure page of 257 characters: fail_url is too long (allowed: 1 to 256 characters)
    extInfo of 257 characters: ext_info is too long (allowed: 1 to 256 characters)
    extInfo with a control character: ext_info has a control character (allowed: 1 to 256 characters)
    extInfo with the border of a field: ext_info has an & followed by name= (allowed: an & before a space, or with no = behind it)
    ");
}

#[test]
fn a_bad_query_is_not_sent() {
    for (name, query) in [
        ("no hash", OrderQuery::by_hash("")),
        (
            "a hash of 129 characters",
            OrderQuery::by_hash("a".repeat(129)),
        ),
        ("a hash with an &", OrderQuery::by_hash("a&merchantId=1")),
        ("a hash with a line end", OrderQuery::by_hash("a\r\nb")),
        (
            "an order id with an &",
            OrderQuery::by_order_id(ProviderRef::new("1&2").unwrap()),
        ),
        (
            "a reference with an &",
            OrderQuery::by_trade_no(reference("1&2")),
        ),
    ] {
        let transport = ScriptedTransport::new();
        let error = block_on(support::scripted(&transport).order_detail(query)).unwrap_err();
        refused(&error, &transport);
        assert!(
            !error.to_string().contains("merchantId=1"),
            "{name}: {error}"
        );
    }
}

#[test]
fn accepts_orders_at_the_limits() {
    let at = |length: usize| format!("https://shop.example/{}", "x".repeat(length - 21));
    let order = CreateOrder::new(
        reference(&"r".repeat(64)),
        "ü".repeat(64),
        "0.00000001".parse().unwrap(),
        "USDTUSDTUSDTUSDT",
    )
    .allow_unlisted()
    .callback_url(at(256))
    .success_url(at(256))
    .fail_url(at(256))
    .ext_info("&".repeat(256));
    let client = support::scripted(&ScriptedTransport::new());
    assert!(client.prepare(&order, support::now()).is_ok());
    assert!(
        client
            .prepare(&OrderQuery::by_hash("a".repeat(128)), support::now())
            .is_ok()
    );
}

#[test]
fn invalid_references_and_amounts_cannot_be_created() {
    for bad in ["", "a\u{7}", " a", &"x".repeat(65)] {
        assert!(payments_core::MerchantRef::new(bad).is_err(), "{bad:?}");
    }
    for bad in ["-1", "1e3", "1,5", "01", ".5", "1.", "", "NaN", "١"] {
        assert!(bad.parse::<payments_core::Amount>().is_err(), "{bad:?}");
    }
}

#[test]
fn refuses_an_invalid_configuration_by_its_field() {
    let secret = "s3cr3t-that-is-never-shown";
    for url in [
        "",
        "api.cpay.ltd",
        "/openapi",
        "ftp://api.cpay.ltd",
        "https://",
        "https://api.cpay.ltd/?a=1",
        "https://api.cpay.ltd/?",
        "https://me:pw@api.cpay.ltd",
        "https://api.cpay.ltd/#x",
        "https://a b/",
        "javascript:x",
    ] {
        assert_eq!(
            Config::new(url, "20003092", secret).unwrap_err(),
            ConfigError::BaseUrl,
            "{url}"
        );
    }
    for id in ["", "2000309x", "-1", " 1", "٣", "12345678901234567890"] {
        let error = Config::new(support::BASE_URL, id, secret).unwrap_err();
        assert_eq!(error, ConfigError::MerchantId, "{id}");
    }
    for bad in [
        "",
        " s3cr3t-that-is-never-shown",
        "s3cr3t-that-is-never-shown\n",
        "s3cr3t-that\u{0}-is",
    ] {
        let error = Config::new(support::BASE_URL, "20003092", bad).unwrap_err();
        assert!(matches!(error, ConfigError::Secret(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    }
    for url in [
        "http://api.cpay.ltd",
        "http://10.0.0.1/",
        "http://localhost.example",
    ] {
        let error = Config::new(url, "1", "x").unwrap_err();
        assert_eq!(error, ConfigError::PlainHttp, "{url}");
    }
    for url in [
        "http://127.0.0.1:9075",
        "http://localhost:1/",
        "http://[::1]:9",
    ] {
        assert!(Config::new(url, "1", "x").is_ok(), "{url}");
    }
}

#[test]
fn names_a_missing_environment_variable() {
    let all = [
        ("CPAY_BASE_URL", "https://api.cpay.ltd/"),
        ("CPAY_MERCHANT_ID", "20003092"),
        ("CPAY_SECRET", "s3cr3t-that-is-never-shown"),
    ];
    let from = |leave_out: Option<&str>, blank: &str| {
        Config::from_lookup(|name| {
            let (_, value) = all.iter().find(|(known, _)| *known == name)?;
            if leave_out == Some(name) {
                return None;
            }
            Some(if blank == name {
                String::new()
            } else {
                (*value).to_owned()
            })
        })
    };
    let config = from(None, "").unwrap();
    assert_eq!(
        (config.base_url(), config.merchant_id()),
        ("https://api.cpay.ltd", "20003092")
    );
    for (name, _) in all {
        for error in [
            from(Some(name), "").unwrap_err(),
            from(None, name).unwrap_err(),
        ] {
            assert_eq!(error, ConfigError::Missing { name });
            assert!(error.to_string().starts_with(name), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cr3t"));
        }
    }
}

#[test]
fn names_an_invalid_environment_variable() {
    let from = |wrong: &str, value: &str| {
        Config::from_lookup(|name| {
            let right = match name {
                "CPAY_BASE_URL" => "https://api.cpay.ltd",
                "CPAY_MERCHANT_ID" => "20003092",
                _ => "s3cr3t-that-is-never-shown",
            };
            Some(if name == wrong { value } else { right }.to_owned())
        })
        .unwrap_err()
    };
    for (name, value, problem) in [
        ("CPAY_BASE_URL", "nowhere.example", ConfigError::BaseUrl),
        (
            "CPAY_BASE_URL",
            "http://api.cpay.ltd",
            ConfigError::PlainHttp,
        ),
        ("CPAY_MERCHANT_ID", "2000309x", ConfigError::MerchantId),
    ] {
        let error = from(name, value);
        let line = format!("{name}: {problem}");
        let problem = Box::new(problem);
        assert_eq!(error, ConfigError::Variable { name, problem });
        assert_eq!(error.to_string(), line);
        assert!(!line.contains(value));
    }
    let line = from("CPAY_SECRET", " s3cr3t").to_string();
    assert!(line.starts_with("CPAY_SECRET: the secret cannot be used"));
    assert!(!line.contains("s3cr3t"), "{line}");
}

#[test]
fn clients_are_send_sync_and_clone() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<Config>();
    shared::<cpay_client::Webhooks>();
}
