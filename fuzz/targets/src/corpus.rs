//! The inputs that mutations start from, read from the workspace's `fixtures`.

use std::path::{Path, PathBuf};

use payments_core::{MerchantRef, Timestamp};
use payments_facade::ticket::MoneyCall;
use payments_facade::{GatewayId, Money, Ticket};
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

pub(crate) fn read(path: &str) -> Vec<u8> {
    let file = fixtures().join(path);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub(crate) fn text(path: &str) -> String {
    String::from_utf8(read(path)).unwrap()
}

/// The cases of a file with an array of objects.
pub(crate) fn cases(path: &str) -> Vec<Value> {
    let Ok(Value::Array(cases)) = serde_json::from_slice(&read(path)) else {
        panic!("{path} has no array");
    };
    cases
}

/// The bodies of recorded webhooks.
pub(crate) fn bodies(path: &str) -> Vec<Vec<u8>> {
    let bodies = cases(path).into_iter().filter_map(|case| {
        let body = case.get("body")?.as_str()?;
        Some(body.as_bytes().to_vec())
    });
    bodies.collect()
}

/// The bodies of the recorded webhooks of C-Pay without their signatures.
pub(crate) fn cpay_contents() -> Vec<Vec<u8>> {
    let unsigned = |body: Vec<u8>| {
        let body = String::from_utf8(body).ok()?;
        let json = || Some(format!("{}}}", body.split_once(",\"sign\":")?.0));
        let form = || Some(body.split_once("&sign=")?.0.to_owned());
        json().or_else(form).map(String::into_bytes)
    };
    let bodies = bodies("wire/cpay/webhooks.json").into_iter();
    bodies.filter_map(unsigned).collect()
}

/// What is sealed in the recorded callbacks and answers of ChainUp OPay.
pub(crate) fn chainup_texts() -> Vec<Vec<u8>> {
    let sealed = cases("wire/chainup_opay/sealed.json").into_iter();
    let text = |case: Value| Some(case.get("plaintext")?.as_str()?.as_bytes().to_vec());
    sealed.filter_map(text).collect()
}

/// The files of a folder whose names end like this, in the order of their names.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(fixtures().join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// The recorded answers of a provider.
pub(crate) fn answers(folder: &str) -> Vec<Vec<u8>> {
    files(folder, ".answer.json")
}

pub(crate) fn amounts() -> Vec<Vec<u8>> {
    let texts = [
        "0",
        "10.50",
        "-1.000000000000000001",
        "1e3",
        "79228162514264337593543950335",
        "0.1234567890123456789012345678",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

/// `network address` of each published address, also of invalid ones.
pub(crate) fn addresses() -> Vec<Vec<u8>> {
    let file: Value = serde_json::from_slice(&read("addresses/others.json")).unwrap();
    let cases = file.get("cases").and_then(Value::as_array).unwrap().iter();
    let line = |case: &Value| {
        let (network, address) = (
            case.get("network")?.as_str()?,
            case.get("address")?.as_str()?,
        );
        Some(format!("{network} {address}").into_bytes())
    };
    cases.filter_map(line).collect()
}

/// One file for each provider, with everything that it may have.
pub(crate) fn accounts_files() -> Vec<Vec<u8>> {
    files("../fuzz/targets/accounts", ".toml")
}

#[cfg(feature = "command")]
/// The scenarios that the command has with it.
pub(crate) fn scenarios() -> Vec<Vec<u8>> {
    files("../crates/payments-cli/scenarios", ".toml")
}

#[cfg(feature = "command")]
pub(crate) fn database_urls() -> Vec<Vec<u8>> {
    let urls = [
        "sqlite:payments.db",
        "sqlite:///var/lib/shop/payments.db",
        "postgres://shop:s3cret%40shop@db.example:5432/payments?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
        "postgresql://shop@10.0.0.7,10.0.0.8/payments?connect_timeout=3&target_session_attrs=read-write",
        "postgres:///payments?host=%2Fvar%2Frun%2Fpostgresql",
    ];
    urls.map(|url| url.as_bytes().to_vec()).into()
}

pub(crate) fn tickets() -> Vec<Vec<u8>> {
    let gateway = GatewayId::new("cpay", "main").unwrap();
    let reference = MerchantRef::new("payout-1001").unwrap();
    let money = Money::of("4.50", "USDT").unwrap();
    let at = Timestamp::from_secs(1_800_000_000);
    let ticket = Ticket::new(gateway, MoneyCall::Payout, reference, money, at);
    vec![ticket.export().expose().as_bytes().to_vec()]
}
