//! Valid files: accounts, previous secrets, inline secrets, the environment and files.

use std::path::Path;
use std::time::Duration;

use http::HeaderMap;
use payments_core::Timestamp;
use payments_facade::Gateways;
use payments_facade::config::{SecretSource, SystemSecrets, Unobtainable};

use super::support::{TWO, executor, read, secrets, webhook};

#[test]
fn reads_several_accounts_of_one_provider() {
    let config = read(TWO).unwrap();
    let accounts: Vec<(&str, &str)> = config
        .accounts()
        .map(|account| (account.id().as_str(), account.base_url()))
        .collect();
    assert_eq!(
        accounts,
        [
            ("cpay/main", "https://api.cpay.ltd"),
            ("cpay/second", "https://sandbox-api.cpay.ltd"),
        ]
    );
    let calls = config.accounts().next().unwrap().calls();
    assert_eq!(calls.connect_timeout, Duration::from_millis(500));
    assert_eq!(calls.attempt_timeout, Duration::from_secs(9));
    assert_eq!(calls.policy.deadline(), Duration::from_secs(120));
    assert_eq!(calls.policy.max_attempts(), 1);

    let mut seen = Vec::new();
    let gateways = config
        .build(|account| {
            seen.push(account.id().to_string());
            executor()
        })
        .unwrap();
    assert_eq!(seen, ["cpay/main", "cpay/second"]);
    assert_eq!(gateways.of_provider("cpay").count(), 2);
}

#[test]
fn connects_the_accounts_over_the_standard_transport() {
    let gateways = Gateways::from_toml(TWO, &secrets()).unwrap();
    assert!(gateways.get(&"cpay/second".parse().unwrap()).is_some());
    let error = Gateways::from_toml("", &secrets()).unwrap_err();
    assert!(error.to_string().contains("there is no gateway"), "{error}");
}

#[test]
fn accepts_webhooks_under_a_previous_secret_until_its_end() {
    let gateways = read(TWO).unwrap().build(|_| executor()).unwrap();
    let gateway = gateways.get(&"cpay/main".parse().unwrap()).unwrap();
    let end = Timestamp::from_secs(1_700_000_000);
    let before = Timestamp::from_millis(end.as_millis() - 1);
    let is_accepted = |secret, now| {
        let received = gateway
            .webhooks()
            .receive(&HeaderMap::new(), &webhook(secret), now);
        received.is_ok()
    };
    assert!(is_accepted("s3cret-of-main", before) && is_accepted("s3cret-of-main", end));
    assert!(is_accepted("s3cret-of-before", before));
    assert!(!is_accepted("s3cret-of-before", end));
    assert!(!is_accepted("s3cret-of-second", before));
    let config = read(TWO).unwrap();
    let until: Vec<_> = config
        .accounts()
        .map(|account| account.previous_until())
        .collect();
    assert_eq!(until, [Some(end), None]);
}

#[test]
fn accepts_a_secret_in_the_file_only_with_inline_secrets() {
    let inline = TWO.replacen("{ env = \"CPAY_SECRET\" }", "\"s3cret-of-main\"", 1);
    assert!(read(&inline).is_err());
    assert!(read(&format!("inline_secrets = false\n{inline}")).is_err());
    let config = read(&format!("inline_secrets = true\n{inline}")).unwrap();
    let gateways = config.build(|_| executor()).unwrap();
    let gateway = gateways.get(&"cpay/main".parse().unwrap()).unwrap();
    let received = gateway.webhooks().receive(
        &HeaderMap::new(),
        &webhook("s3cret-of-main"),
        Timestamp::default(),
    );
    assert!(received.is_ok());
}

#[test]
fn hides_secrets_in_debug_output() {
    let config = read(TWO).unwrap();
    let gateways = config.build(|_| executor()).unwrap();
    let text = format!("{config:?}{gateways:?}");
    assert!(
        text.contains("20003092") && !text.contains("s3cret"),
        "{text}"
    );
}

#[test]
fn reads_secret_files_relative_to_the_configuration() {
    let folder = std::env::temp_dir().join(format!("payments-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    file("good", b"s3cret\n");
    file("binary", &[0xff, 0xfe]);
    file("large", &vec![b'x'; 64 * 1024 + 1]);
    let secrets = SystemSecrets::beside(&folder.join("payments.toml"));
    assert_eq!(
        secrets.file(Path::new("good")).unwrap().expose(),
        "s3cret\n"
    );
    let absolute = SystemSecrets::new().file(&folder.join("good"));
    assert_eq!(absolute.unwrap().expose(), "s3cret\n");
    let why = |name: &str| secrets.file(Path::new(name)).unwrap_err();
    assert_eq!(why("binary"), Unobtainable::NotText);
    assert_eq!(why("large"), Unobtainable::TooLarge);
    assert_eq!(why("missing"), Unobtainable::Missing);
    for name in ["PAYMENTS_NO_SUCH_VARIABLE", "", "A=B"] {
        assert_eq!(secrets.variable(name), Err(Unobtainable::Missing));
    }
    assert!(secrets.variable("PATH").is_ok());
    std::fs::remove_dir_all(&folder).unwrap();
}
