//! Requests and configurations that are refused before anything is sent.
use std::fmt::Write as _;

use chainup_opay_client::{
    Call, Config, ConfigError, CreateOrder, DailyStatement, Date, Goods, OrderType, Payer,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{InvalidRequest, Kind, MerchantRef, Outcome};

use crate::support::{self, key, order, query, reference};

const URL: &str = "https://shop.example/x";

fn with(
    payer: Payer,
    amount: &str,
    coin: &str,
    return_page: &str,
    notify_page: &str,
) -> CreateOrder {
    let amount = amount.parse().unwrap();
    CreateOrder::new(
        reference("1"),
        payer,
        amount,
        coin,
        return_page,
        notify_page,
    )
}

fn user() -> Payer {
    Payer::by_user_id("7")
}

fn day() -> Date {
    Date::new(2026, 11, 22).unwrap()
}

fn refused<C: Call>(table: &mut String, name: &str, call: &C) {
    let problem = match support::client().prepare(call, support::now()) {
        Err(problem) => problem,
        Ok(_) => panic!("{name} was not refused"),
    };
    write!(table, "\n{name} | {problem}").unwrap();
}

fn fields<C: Call>(call: &C) -> Vec<&'static str> {
    let invalid = support::client().prepare(call, support::now()).unwrap_err();
    invalid.problems().map(InvalidRequest::field).collect()
}

#[test]
fn one_refusal_names_every_problem() {
    let order = with(Payer::by_open_id("").and_user_id(""), "0", "", "", "/n")
        .goods(vec![Goods::new("", "x".repeat(257))]);
    assert_eq!(
        fields(&order),
        [
            "open_id",
            "user_id",
            "amount",
            "coin",
            "return_page",
            "notify_page",
            "goods_name",
            "goods_description"
        ]
    );
    let statement = DailyStatement::new(day()).page(0).page_size(0);
    assert_eq!(fields(&statement), ["page", "page_size"]);
}

#[test]
fn refuses_bad_values_by_field_name_without_the_value() {
    let long = "x".repeat(257);
    let url = format!("https://shop.example/{}", "p".repeat(492));
    // 512 characters of two bytes each: too many bytes for a callback.
    let wide = format!("https://shop.example/{}", "ü".repeat(491));
    let mut table = String::from("order | refusal");
    let mut bad = |name: &str, order: &CreateOrder| refused(&mut table, name, order);
    bad(
        "no user id",
        &with(Payer::by_user_id(""), "1", "BTC", URL, URL),
    );
    bad(
        "no open id",
        &with(Payer::by_open_id("").and_user_id("7"), "1", "BTC", URL, URL),
    );
    bad(
        "a long id",
        &with(Payer::by_open_id(long.clone()), "1", "BTC", URL, URL),
    );
    bad("nothing to pay", &with(user(), "0.00", "BTC", URL, URL));
    bad("no coin", &with(user(), "1", "", URL, URL));
    bad(
        "a coin with a line end",
        &with(user(), "1", "BTC\n", URL, URL),
    );
    bad("no return page", &with(user(), "1", "BTC", "", URL));
    bad("a relative page", &with(user(), "1", "BTC", "/return", URL));
    bad("a long page", &with(user(), "1", "BTC", &url, URL));
    // A JSON writer that escapes HTML characters writes six bytes for each of `=` and `&`.
    let escaped = format!("https://shop.example/?{}", "a=1&".repeat(120));
    bad("an escaped page", &with(user(), "1", "BTC", &escaped, URL));
    bad("a wide page", &with(user(), "1", "BTC", URL, &wide));
    bad(
        "another scheme",
        &with(user(), "1", "BTC", URL, "ftp://shop.example/"),
    );
    bad("a token with a space before it", &order().token(" t"));
    bad("a long token", &order().token("t".repeat(2_049)));
    bad(
        "goods without a name",
        &order().goods([Goods::new("", "d")]),
    );
    bad(
        "goods with a long name",
        &order().goods([Goods::new(long.clone(), "d")]),
    );
    bad(
        "goods with a long description",
        &order().goods([Goods::new("n", long)]),
    );
    let many = std::iter::repeat_n(Goods::new("n".repeat(200), "d"), 20);
    bad("too many goods", &order().goods(many));
    refused(
        &mut table,
        "a query with a bad token",
        &query().token("a\u{0}"),
    );
    let statement = DailyStatement::new(day());
    refused(&mut table, "page 0", &statement.clone().page(0));
    refused(&mut table, "no rows", &statement.clone().page_size(0));
    refused(
        &mut table,
        "too many rows",
        &statement.clone().page_size(2_001),
    );
    refused(
        &mut table,
        "no type",
        &statement.order_type(OrderType::from("")),
    );
    insta::assert_snapshot!(table);
}

#[test]
fn an_invalid_request_is_not_sent() {
    let transport = ScriptedTransport::new();
    let client = support::scripted(&transport);
    let bad = with(user(), "0", "BTC", URL, URL);
    let error = block_on(client.create_order(bad)).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Invalid, Outcome::NotApplied)
    );
    assert_eq!((error.attempts(), error.field()), (0, Some("amount")));
    assert!(transport.requests().is_empty());
}

#[test]
fn accepts_values_at_the_limits() {
    let longest = format!("https://shop.example/{}", "p".repeat(491));
    assert_eq!(longest.len(), 512);
    let order = CreateOrder::new(
        MerchantRef::new("ä".repeat(64)).unwrap(),
        Payer::by_open_id("x".repeat(256)),
        "0.00000000000000000001".parse().unwrap(),
        "USDT1742",
        longest.clone(),
        longest,
    )
    .token("t".repeat(2_048))
    .goods([Goods::new("n".repeat(256), "")]);
    let client = support::client();
    assert!(client.prepare(&order, support::now()).is_ok());
    for rows in [1, 2_000] {
        let statement = DailyStatement::new(day()).page_size(rows).page(u32::MAX);
        assert!(client.prepare(&statement, support::now()).is_ok());
    }
}

#[test]
fn refuses_the_merchants_own_public_key_as_the_platforms() {
    let own = key("merchant.pri.pem");
    let config = |platform: &str| Config::new(support::BASE_URL, "a", &own, &key(platform));
    for mistaken in ["merchant.pub.pem", "merchant.pub.b64u"] {
        let error = config(mistaken).unwrap_err();
        assert_eq!(error, ConfigError::OwnPublicKey);
        assert!(error.to_string().contains("merchant's own"), "{error}");
    }
    assert!(config("platform.pub.pem").is_ok());
}

#[test]
fn refuses_days_that_do_not_exist() {
    for (year, month, day) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2024, 4, 31),
        (2024, 0, 1),
        (2024, 13, 1),
        (2024, 1, 0),
        (1899, 12, 31),
        (10_000, 1, 1),
    ] {
        assert!(Date::new(year, month, day).is_err(), "{year}-{month}-{day}");
    }
    assert_eq!(Date::new(2000, 2, 29).unwrap().to_string(), "2000-02-29");
}

fn config(base_url: &str, app: &str) -> Result<Config, ConfigError> {
    Config::new(
        base_url,
        app,
        &key("merchant.pri.pem"),
        &key("platform.pub.pem"),
    )
}

#[test]
fn base_url_must_be_https_or_loopback() {
    for good in [
        "https://service.exchange.example",
        "https://service.exchange.example:8443/proxy/",
        "http://127.0.0.1:9075",
        "http://localhost:9075/",
        "http://[::1]:9075",
        "http://127.9.9.9",
    ] {
        assert!(config(good, "a").is_ok(), "{good}");
    }
    for far in [
        "http://service.exchange.example",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://[::2]/",
    ] {
        assert_eq!(
            config(far, "a").unwrap_err(),
            ConfigError::PlainHttp,
            "{far}"
        );
    }
    for bad in [
        "",
        "service.exchange.example",
        "ftp://service.exchange.example",
        "https://",
        "https://me:pw@host.example",
        "https://host.example/?a=1",
        "https://host.example/#top",
        "/only/a/path",
    ] {
        assert_eq!(config(bad, "a").unwrap_err(), ConfigError::BaseUrl, "{bad}");
    }
    let config = config("https://service.exchange.example/proxy//", "a").unwrap();
    assert_eq!(config.base_url(), "https://service.exchange.example/proxy");
}

#[test]
fn checks_app_id_keys_and_user_agent() {
    for bad in ["", "a b", "ä", "a\n", "x".repeat(65).as_str()] {
        assert_eq!(
            config(support::BASE_URL, bad).unwrap_err(),
            ConfigError::AppId,
            "{bad:?}"
        );
    }
    let (own, peer) = (key("merchant.pri.pem"), key("platform.pub.pem"));
    let exchanged = Config::new(support::BASE_URL, "a", &peer, &own).unwrap_err();
    assert_eq!(
        exchanged.to_string(),
        "the merchant's private key cannot be used: expected an RSA private key, found an RSA public key"
    );
    let broken = Config::new(support::BASE_URL, "a", &own, "no key!").unwrap_err();
    assert!(matches!(broken, ConfigError::PlatformKey(_)), "{broken}");
    for bad in ["", " ", "shop\n1", "shop\u{0}"] {
        let refused = support::config().user_agent(bad).unwrap_err();
        assert_eq!(refused, ConfigError::UserAgent, "{bad:?}");
    }
    // Every text form of a key is accepted.
    for form in ["pem", "b64u"] {
        let (own, peer) = (
            key(&format!("merchant.pri.{form}")),
            key(&format!("platform.pub.{form}")),
        );
        assert!(
            Config::new(support::BASE_URL, "a", &own, &peer).is_ok(),
            "{form}"
        );
    }
}

#[test]
fn reads_the_environment_and_names_the_wrong_variable() {
    let variables = [
        (
            "CHAINUP_OPAY_BASE_URL",
            "https://service.exchange.example".to_owned(),
        ),
        ("CHAINUP_OPAY_APP_ID", "shop_5157".to_owned()),
        ("CHAINUP_OPAY_PRIVATE_KEY", key("merchant.pri.b64u")),
        ("CHAINUP_OPAY_PLATFORM_KEY", key("platform.pub.b64u")),
    ];
    let look = |name: &str| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    };
    assert_eq!(Config::from_lookup(look).unwrap().app_id(), "shop_5157");
    for (name, _) in &variables {
        let missing =
            Config::from_lookup(|asked| look(asked).filter(|_| asked != *name)).unwrap_err();
        assert_eq!(missing, ConfigError::Missing { name }, "{name}");
        let empty = Config::from_lookup(|asked| {
            if asked == *name {
                Some(String::new())
            } else {
                look(asked)
            }
        });
        assert_eq!(empty.unwrap_err(), ConfigError::Missing { name });
        let wrong = Config::from_lookup(|asked| {
            if asked == *name {
                Some("no\nway".to_owned())
            } else {
                look(asked)
            }
        });
        let wrong = wrong.unwrap_err().to_string();
        assert!(
            wrong.starts_with(name) && !wrong.contains("no\nway"),
            "{wrong}"
        );
    }
}
