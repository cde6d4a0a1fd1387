//! A secret in any place of the file is in no problem and no debug output.

use payments_facade::config::{GatewaysConfig, SystemSecrets};

/// Secrets of the forms that people have, each recognisable by the part that is looked for.
fn sentinels() -> Vec<String> {
    let mut all: Vec<String> = [
        // Hexadecimal, in both cases, short and long.
        "9f86d081884c7d65",
        "9f86d081884c7d659a2feaa0c55ad015",
        "A94A8FE5CCB19BA61C4C0873D391E987",
        "deadbeefdeadbeefdeadbeefdeadbeef",
        "DEADBEEFDEADBEEF",
        "0x9f86d081884c7d659a2feaa0c55ad015",
        "9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015",
        // Base64, base64url, base32, base58.
        "q2V0/3Bh4ss7wd/bGs+Xw==",
        "/3Bh4ss7wdq2V0bGsXw=",
        "q2V0-3Bh4ss7wd_bGs-Xw",
        "hT7qLw2ZkVb9XcR4nPmD",
        "QwErTyUiOpAsDfGh",
        "JBSWY3DPEHPK3PXP",
        "jbswy3dpehpk3pxpjbswy3dpehpk3pxp",
        "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF",
        // PEM, whole, as one line and with written line ends.
        "-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQ-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQ\\n-----END RSA PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
        // JWT, UUID, keys of other services.
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "550e8400-e29b-41d4-a716-446655440000",
        "550E8400E29B41D4A716446655440000",
        "sk_live_51HxQ2eZvKYlo2CqR9",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1",
        // Text with other characters.
        "p@ssW0rd!2026#x",
        "k3y%20with%2Fescapes9",
        "ключ-Secret9-Schlüssel",
        "s3cr3t with blanks 42",
        "a1B2c3D4.pem",
        "https://user:hT7qLw2ZkVb9@proxy.example:3128",
        "http://hT7qLw2ZkVb9XcR4nPmD",
    ]
    .map(str::to_owned)
    .into();
    for form in [
        "\"{}\"",
        "'{}'",
        "CPAY_SECRET={}",
        "export KEY={}",
        "${{}}",
        " {} ",
        "./{}",
        "/run/secrets/{}",
        "{}.key",
    ] {
        all.push(form.replace("{}", "hT7qLw2ZkVb9XcR4nPmD"));
        all.push(form.replace("{}", "9f86d081884c7d659a2feaa0c55ad015"));
    }
    all
}

/// What must not be printed of a sentinel: its longest run of letters and digits that is no plain word.
fn core(sentinel: &str) -> &str {
    let parts = sentinel.split(|c: char| !c.is_ascii_alphanumeric());
    let is_random = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit()) || part.len() > 12;
    parts
        .filter(is_random)
        .max_by_key(|part| part.len())
        .unwrap()
}

/// A table with every key of a provider, as its lines.
const CPAY: &[&str] = &[
    "provider = \"cpay\"",
    "account = \"main\"",
    "proxy = \"http://127.0.0.1:3128\"",
    "root_certificates = \"roots.pem\"",
    "base_url = \"https://api.cpay.ltd\"",
    "merchant_id = \"20003092\"",
    "secret = { env = \"NO_SUCH_VARIABLE\" }",
    "previous_secret = { file = \"none\", until = 2026-12-01T00:00:00Z }",
    "unsigned_webhooks = \"refuse\"",
    "calls.connect_timeout = \"5s\"",
    "calls.attempt_timeout = \"20s\"",
    "calls.deadline = \"30s\"",
    "calls.max_attempts = 3",
];

const OPAY: &[&str] = &[
    "provider = \"chainup-opay\"",
    "account = \"main\"",
    "base_url = \"https://service.exchange.example\"",
    "app_id = \"7\"",
    "private_key = { env = \"NO_SUCH_VARIABLE\" }",
    "platform_key = \"MIIB\"",
    "user_agent = \"shop/1.4\"",
    "customers_by = \"open-id\"",
    "scene_type = 7",
    "time_form = \"text\"",
    "order_detail = \"plain\"",
    "cancel_path = \"bare\"",
    "ack_form = \"bare\"",
    "previous_keys.until = 2026-12-01T00:00:00Z",
    "previous_keys.private_key = { file = \"none\" }",
    "previous_keys.platform_key = { file = \"none\" }",
];

const CCPAYMENT: &[&str] = &[
    "provider = \"ccpayment\"",
    "account = \"main\"",
    "base_url = \"https://admin.ccpayment.com/ccpayment/v1\"",
    "app_id = \"7\"",
    "app_secret = { env = \"NO_SUCH_VARIABLE\" }",
    "previous_app_secret = { env = \"NONE\", until = 2026-12-01T00:00:00Z }",
    "currencies = [\"EUR\"]",
    "tokens = [{ symbol = \"USDT\", network = \"tron\", id = \"0912e09a\" }]",
];

/// The values that replace a key's own: the secret in every form that TOML has.
fn values(sentinel: &str) -> Vec<String> {
    // Literal where possible, because `Debug` writes some escapes that TOML does not have.
    let quoted = match sentinel.contains('\'') {
        false => format!("'{sentinel}'"),
        true => format!("'''{sentinel}'''"),
    };
    vec![
        format!("{{ env = {quoted} }}"),
        format!("{{ file = {quoted} }}"),
        format!("{{ inline = {quoted} }}"),
        format!("{{ env = {quoted}, until = {quoted} }}"),
        format!("{{ file = {quoted}, until = 2026-12-01T00:00:00Z }}"),
        format!("{{ {quoted} = 1 }}"),
        format!("[{quoted}]"),
        format!("[{{ symbol = {quoted}, network = {quoted}, id = {quoted} }}]"),
        // Not TOML.
        sentinel.to_owned(),
        format!("'{sentinel}"),
        quoted,
    ]
}

#[test]
fn a_secret_in_the_place_of_any_value_or_key_is_not_shown() {
    let (mut files, sentinels) = (0, sentinels());
    for sentinel in &sentinels {
        let core = core(sentinel);
        for keys in [CPAY, OPAY, CCPAYMENT] {
            for replaced in 0..keys.len() {
                let (key, _) = keys[replaced].split_once(" = ").unwrap();
                let values = values(sentinel);
                let lines = values.iter().map(|value| format!("{key} = {value}"));
                // In the place of the key, as a line, and after the right value.
                let others = [
                    format!("'{sentinel}' = 1"),
                    format!("{sentinel} = 1"),
                    sentinel.clone(),
                    format!("{}\n[{sentinel}]", keys[replaced]),
                    format!("{}\n'{sentinel}'.a = 1", keys[replaced]),
                    format!("{} {sentinel}", keys[replaced]),
                ];
                for line in lines.chain(others) {
                    let mut all: Vec<&str> = keys.to_vec();
                    all[replaced] = &line;
                    // Every other file permits secrets in it.
                    let top = ["", "inline_secrets = true\n"][files % 2];
                    let text = format!("{top}[[gateway]]\n{}\n", all.join("\n"));
                    let shown = match GatewaysConfig::read(&text, &SystemSecrets::new()) {
                        Ok(config) => format!("{config:?}"),
                        Err(problems) => format!("{problems} {problems:?}"),
                    };
                    files += 1;
                    assert!(!shown.contains(core), "{core} of {line}: {shown}");
                }
            }
        }
    }
    println!(
        "{files} files with one of {} secrets: none is shown",
        sentinels.len()
    );
}
