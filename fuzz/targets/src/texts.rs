//! Texts of people and files: what is read is written again with the same meaning.

use std::path::Path;
use std::str;

use payments_address::Network;
use payments_core::{Amount, SensitiveString};
use payments_facade::Ticket;
use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
use payments_signing::rsa::{PrivateKey, PublicKey};

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

struct NoSecrets;

impl SecretSource for NoSecrets {
    fn variable(&self, _: &str) -> Result<SensitiveString, Unobtainable> {
        Err(Unobtainable::Missing)
    }

    fn file(&self, _: &Path) -> Result<SensitiveString, Unobtainable> {
        Err(Unobtainable::Missing)
    }
}

pub(crate) fn accounts_file(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Err(problems) = GatewaysConfig::read(text, &NoSecrets) {
        assert!(!problems.to_string().is_empty());
    }
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
