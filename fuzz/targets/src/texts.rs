//! Texts of people and files: what is read is written again with the same meaning.

use std::path::Path;
use std::str;

use payments_address::Network;
use payments_core::{Amount, Executor, SensitiveString};
use payments_facade::Ticket;
use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
use payments_signing::rsa::{PrivateKey, PublicKey};

use crate::corpus;

pub(crate) fn rsa_key(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Err(error) = PrivateKey::parse(text) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = PublicKey::parse(text) {
        assert!(!error.to_string().is_empty());
    }
}

pub(crate) fn amount(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(amount) = text.parse::<Amount>() {
        let again: Amount = amount.to_string().parse().unwrap();
        assert_eq!(again, amount);
        assert!(amount.checked_sub(again).is_some_and(Amount::is_zero));
    }
}

/// `network address`
pub(crate) fn address(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let (network, address) = text.split_once(' ').unwrap_or(("", text));
    let checked = payments_address::check(network, address);
    if checked.is_ok() {
        assert!(
            !address.contains(char::is_whitespace),
            "an address with a space was accepted"
        );
    }
    for network in Network::all() {
        // Any verdict, without a panic.
        let _ = payments_address::check(network.name(), address);
        let _ = payments_address::check_memo(network.name(), address);
    }
}

/// A secret that no file contains.
const SECRET: &str = "hT7qLw2ZkVb9XcR4nPmD";

/// Knows every secret.
struct Secrets;

impl Secrets {
    fn secret(name: &str) -> SensitiveString {
        let key = |kind: &str| corpus::text(&format!("signatures/chainup_opay/{kind}.pem"));
        match name {
            "PRIVATE_KEY" => SensitiveString::from(key("merchant.pri")),
            "PLATFORM_KEY" => SensitiveString::from(key("platform.pub")),
            "PROXY" => SensitiveString::from(format!("http://shop:{SECRET}@proxy.example:3128")),
            _ => SensitiveString::from(SECRET),
        }
    }
}

impl SecretSource for Secrets {
    fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
        Ok(Self::secret(name))
    }

    fn file(&self, path: &Path) -> Result<SensitiveString, Unobtainable> {
        Ok(Self::secret(&path.to_string_lossy()))
    }
}

/// The accounts of a file can be built, or its problems are listed. Neither shows a secret.
pub(crate) fn accounts_file(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let shown = match GatewaysConfig::read(text, &Secrets) {
        Ok(config) => {
            let built = config.build(|_| Executor::offline());
            format!("{config:?} {:?}", built.unwrap())
        }
        Err(problems) => {
            assert!(
                problems.iter().next().is_some(),
                "refused without a problem"
            );
            format!("{problems:?} {problems}")
        }
    };
    assert!(!shown.contains(SECRET), "{shown}");
}

pub(crate) fn ticket(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(ticket) = text.parse::<Ticket>() {
        let text = ticket.export();
        let again: Ticket = text.expose().parse().unwrap();
        assert_eq!(again.export().expose(), text.expose());
    }
}
