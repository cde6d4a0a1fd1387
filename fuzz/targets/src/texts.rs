//! Texts of people and files: what is read is written again with the same meaning.

use std::path::Path;
use std::sync::LazyLock;

use payments_address::Network;
use payments_core::{Amount, Executor, SensitiveString};
use payments_facade::Ticket;
use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

use crate::corpus;
use crate::stated::decimal;

/// A key is the same key in another spelling, and an error shows no part of what may be a private key.
pub(crate) fn rsa_key(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let spellings = [
        format!("\n  {text}\n\n"),
        text.replace("\r\n", "\n").replace('\n', "\r\n"),
        text.replace('\n', "\\n"),
    ];
    let private = PrivateKey::parse(text);
    if let Ok(key) = &private {
        let signature = signature(key);
        for spelling in &spellings {
            let again = PrivateKey::parse(spelling).unwrap();
            assert_eq!(self::signature(&again), signature, "{spelling:?}");
        }
    }
    let public = PublicKey::parse(text);
    if let Ok(key) = &public {
        for spelling in &spellings {
            let again = PublicKey::parse(spelling).unwrap();
            assert_eq!(again.bits(), key.bits(), "{spelling:?}");
        }
    }
    for error in [private.as_ref().err(), public.as_ref().err()] {
        let error = error.map(ToString::to_string).unwrap_or_default();
        // A shorter piece may be a word.
        let mut pieces = error.split(|it: char| !it.is_ascii_alphanumeric());
        let shown = pieces.find(|piece| piece.len() >= 16 && text.contains(piece));
        assert_eq!(shown, None, "{error}");
    }
    private.is_ok() || public.is_ok()
}

/// What a key signs a text with: always the same bytes.
fn signature(key: &PrivateKey) -> String {
    static PEER: LazyLock<PublicKey> = LazyLock::new(|| {
        let platform = corpus::text("signatures/chainup_opay/platform.pub.pem");
        PublicKey::parse(&platform).unwrap()
    });
    let keys = Keys::new(key.clone(), PEER.clone());
    keys.sign(b"a text").unwrap()
}

/// An amount is the number that its text states, in every digit.
pub(crate) fn amount(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let Ok(amount) = text.parse::<Amount>() else {
        return false;
    };
    assert_eq!(decimal(&amount.to_string()), decimal(text));
    let again: Amount = amount.to_string().parse().unwrap();
    assert_eq!(again, amount);
    assert!(amount.checked_sub(again).is_some_and(Amount::is_zero));
    true
}

/// `network address`
pub(crate) fn address(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
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
    checked.is_ok()
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
pub(crate) fn accounts_file(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let read = GatewaysConfig::read(text, &Secrets);
    let is_read = read.is_ok();
    let shown = match read {
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
    is_read
}

pub(crate) fn ticket(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let Ok(ticket) = text.parse::<Ticket>() else {
        return false;
    };
    let text = ticket.export();
    let again: Ticket = text.expose().parse().unwrap();
    assert_eq!(again.export().expose(), text.expose());
    true
}
