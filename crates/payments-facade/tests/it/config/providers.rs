//! The keys of ChainUp OPay and CCPayment.

use std::path::Path;

use payments_core::SensitiveString;
use payments_core::Timestamp;
use payments_facade::config::{GatewaysConfig, SecretSource, SystemSecrets, Unobtainable};

use super::support::executor;

const KEYS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/signatures/chainup_opay/"
);

const FILE: &str = r#"
[[gateway]]
provider = "chainup-opay"
account = "main"
base_url = "https://service.exchange.example"
app_id = "shop_5157"
private_key = { file = "merchant.pri.pem" }
platform_key = { file = "platform.pub.pem" }
user_agent = "shop/1.4"
customers_by = "open-id"
scene_type = 7
time_form = "text"
order_detail = "plain"
cancel_path = "bare"
ack_form = "bare"
[gateway.previous_keys]
until = 2026-12-01T00:00:00+08:00
private_key = { file = "second.pri.pem" }

[[gateway]]
provider = "ccpayment"
account = "main"
app_id = "202302010636261620672405236006912"
app_secret = { env = "CCPAYMENT_APP_SECRET" }
previous_app_secret = { env = "CCPAYMENT_OLD", until = 2026-12-01T00:00:00Z }
currencies = ["EUR"]
[[gateway.tokens]]
symbol = "USDT"
network = "tron"
id = "0912e09a-d8e2-41d7-a0bc-a25530892988"
"#;

/// Keys from the golden files, other secrets from variables.
struct Golden;

impl SecretSource for Golden {
    fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
        match name {
            "CCPAYMENT_APP_SECRET" => Ok("s3cret-of-app".into()),
            "CCPAYMENT_OLD" => Ok("s3cret-of-before".into()),
            _ => Err(Unobtainable::Missing),
        }
    }

    fn file(&self, path: &Path) -> Result<SensitiveString, Unobtainable> {
        SystemSecrets::beside(&Path::new(KEYS).join("payments.toml")).file(path)
    }
}

fn problems(text: &str) -> Vec<String> {
    let problems = GatewaysConfig::read(text, &Golden).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_merchants_own_key_is_named_beside_a_wrong_app_id_and_url() {
    let file = FILE
        .replace("platform.pub.pem", "merchant.pub.pem")
        .replace("shop_5157", "shop 5157")
        .replace("https://service", "http://service");
    let found = problems(&file);
    for expected in [
        "app_id: the app id must be",
        "base_url: must be https",
        "the platform's public key is the merchant's own",
    ] {
        assert!(found.iter().any(|one| one.contains(expected)), "{found:#?}");
    }
}

#[test]
fn reads_the_keys_of_each_provider() {
    let file = FILE.replace("second.pri.pem", "merchant.pri.pem");
    let config = GatewaysConfig::read(&file, &Golden).unwrap();
    let until: Vec<_> = config
        .accounts()
        .map(|account| (account.id().as_str(), account.previous_until()))
        .collect();
    let end = |secs| Some(Timestamp::from_secs(secs));
    assert_eq!(
        until,
        [
            ("ccpayment/main", end(1_796_083_200)),
            ("chainup-opay/main", end(1_796_083_200 - 8 * 3_600)),
        ]
    );
    let text = format!("{config:?}");
    for choice in [
        "Text",
        "Plain",
        "Bare",
        "OpenId",
        "Some(7)",
        "shop_5157",
        "EUR",
    ] {
        assert!(text.contains(choice), "{choice}: {text}");
    }
    assert!(!text.contains("s3cret") && !text.contains("MII"), "{text}");
    assert_eq!(config.build(|_| executor()).unwrap().iter().count(), 2);
    let default = config.accounts().next().unwrap().base_url();
    assert_eq!(default, payments_facade::ccpayment::DEFAULT_BASE_URL);
}

#[test]
fn accepts_a_public_key_in_the_file() {
    let good = FILE.replace("second.pri.pem", "merchant.pri.pem");
    let key = std::fs::read_to_string(format!("{KEYS}platform.pub.pem")).unwrap();
    let inline = good.replace("{ file = \"platform.pub.pem\" }", &format!("'''\n{key}'''"));
    assert!(GatewaysConfig::read(&inline, &Golden).is_ok());
    let private = good.replacen("{ file = \"merchant.pri.pem\" }", "\"MIIE\"", 1);
    assert!(problems(&private)[0].starts_with(
        "line 7, column 15, chainup-opay/main, private_key: a secret in the file itself"
    ));
}

#[test]
fn reports_every_wrong_value_with_its_place() {
    let good = FILE.replace("second.pri.pem", "merchant.pri.pem");
    for (right, wrong, expected) in [
        (
            "https://service",
            "http://service",
            "line 5, column 12, chainup-opay/main, base_url: must be https",
        ),
        (
            "\"shop_5157\"",
            "\"shop 5157\"",
            "line 6, column 10, chainup-opay/main, app_id: the app id must be",
        ),
        (
            "private_key = { file = \"merchant.pri.pem\" }",
            "private_key = { file = \"platform.pub.pem\" }",
            "line 7, column 15, chainup-opay/main, private_key: the file platform.pub.pem: ",
        ),
        (
            "\"platform.pub.pem\"",
            "\"missing.pem\"",
            "line 8, column 16, chainup-opay/main, platform_key: the file missing.pem is not there",
        ),
        (
            "platform_key = { file = \"platform.pub.pem\" }",
            "",
            "line 2, column 1, chainup-opay/main, platform_key: is missing",
        ),
        (
            "\"shop/1.4\"",
            "\" \"",
            "line 9, column 14, chainup-opay/main, user_agent: the user agent must be",
        ),
        (
            "\"open-id\"",
            "\"name\"",
            "line 10, column 16, chainup-opay/main, customers_by: must be one of \"user-id\", \"open-id\"",
        ),
        (
            "scene_type = 7",
            "scene_type = -7",
            "line 11, column 14, chainup-opay/main, scene_type: must be a whole number",
        ),
        (
            "\"text\"",
            "\"seconds\"",
            "line 12, column 13, chainup-opay/main, time_form: must be one of",
        ),
        (
            "\"plain\"",
            "true",
            "line 13, column 16, chainup-opay/main, order_detail: must be one of",
        ),
        (
            "cancel_path = \"bare\"",
            "cancel_path = \"new\"",
            "line 14, column 15, chainup-opay/main, cancel_path: must be one of",
        ),
        (
            "ack_form = \"bare\"",
            "ack_form = \"new\"",
            "line 15, column 12, chainup-opay/main, ack_form: must be one of",
        ),
        (
            "until = 2026-12-01T00:00:00+08:00",
            "",
            "line 16, column 1, chainup-opay/main: needs an end",
        ),
        (
            "until = 2026-12-01T00:00:00+08:00\nprivate_key = { file = \"merchant.pri.pem\" }",
            "until = 2026-12-01T00:00:00+08:00",
            "line 16, column 1, chainup-opay/main: previous_keys needs the key",
        ),
        (
            "until = 2026-12-01T00:00:00+08:00",
            "until = 2026-12-01T00:00:00+08:00\nfrom = 1",
            "line 18, column 1, chainup-opay/main, previous_keys.from: is no key here: known are until, private_key, platform_key",
        ),
        (
            "\"202302010636261620672405236006912\"",
            "\"\"",
            "line 23, column 10, ccpayment/main, app_id: the app id must be",
        ),
        (
            "\"CCPAYMENT_APP_SECRET\"",
            "\"CCPAYMENT\"",
            "line 24, column 14, ccpayment/main, app_secret: the environment variable CCPAYMENT is not",
        ),
        (
            "[\"EUR\"]",
            "\"EUR\"",
            "line 26, column 14, ccpayment/main, currencies: must be a list",
        ),
        (
            "[\"EUR\"]",
            "[\"\"]",
            "line 26, column 14, ccpayment/main, currencies: ",
        ),
        (
            "network = \"tron\"",
            "",
            "line 27, column 1, ccpayment/main, tokens.network: is missing",
        ),
        (
            "network = \"tron\"",
            "network = \"tron\"\nchain = 1",
            "line 30, column 1, ccpayment/main, tokens.chain: is no key here",
        ),
        (
            "0912e09a-d8e2-41d7-a0bc-a25530892988",
            "",
            "line 30, column 6, ccpayment/main, tokens.id: ",
        ),
    ] {
        assert!(good.contains(right), "{right}");
        let found = problems(&good.replacen(right, wrong, 1));
        assert!(
            found.iter().any(|one| one.starts_with(expected)),
            "{wrong}\n{expected}\n{found:#?}"
        );
        let text = found.join(" ");
        assert!(!text.contains("s3cret") && !text.contains("MII"), "{text}");
    }
}
