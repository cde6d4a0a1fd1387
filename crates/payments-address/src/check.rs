//! The checks of a network's addresses and memos.

use crate::checked::Checked;
use crate::error::{AddressError, Reason};
use crate::form::Flaw;
use crate::network::{Chain, Network, target};

/// The longest text that is looked at, in bytes. The longest addresses, Zcash's unified ones, have about 220.
const MAX_BYTES: usize = 256;

/// Checks an address of a network.
///
/// The network is given by any of its names: `tron`, `TRC20`, `TRON(TRC-20)`. Of an unknown network only white space and
/// invisible characters are refused, and the result has [`Strength::Unchecked`](crate::Strength::Unchecked).
///
/// # Errors
/// [`AddressError`] if no payment can arrive at this address on this network, or if a character is mistyped.
pub fn check(network: &str, address: &str) -> Result<Checked, AddressError> {
    let target = target(network);
    let allowed = target.map_or("the address as the payee wrote it", |(network, _)| {
        network.form().looks()
    });
    let refused =
        |reason, problem: &'static str| Err(AddressError::address(reason, problem, allowed));
    if let Some(problem) = unreadable(address) {
        return refused(Reason::Form, problem);
    }
    if address.contains(char::is_whitespace) {
        return refused(Reason::Form, "has white space inside");
    }
    let Some((network, chain)) = target else {
        return Ok(Checked::UNKNOWN);
    };
    if address.len() > MAX_BYTES {
        return refused(Reason::Form, "is too long");
    }
    let flaw = match network.form().check(address, chain) {
        Ok(checked) => return Ok(checked),
        Err(flaw) => flaw,
    };
    match flaw {
        Flaw::SecretKey => refused(
            Reason::SecretKey,
            "is a private key or a seed: keep it secret, and ask the payee for the address",
        ),
        Flaw::Unusable(problem) => refused(Reason::Form, problem),
        Flaw::Chain => Err(AddressError::address(
            Reason::Testnet,
            match chain {
                Chain::Main => format!("is for a test network, not for {}", network.title()),
                Chain::Test => format!(
                    "is for the mainnet of {}, not for a test network",
                    network.title()
                ),
            },
            allowed,
        )),
        Flaw::Checksum | Flaw::Form => Err(other_network(network, address)
            .unwrap_or_else(|| own_flaw(flaw, network, address, allowed))),
    }
}

/// An address of another network, if it certainly is one.
fn other_network(wanted: Network, address: &str) -> Option<AddressError> {
    let found = Network::all()
        .find(|network| network.name() != wanted.name() && network.form().recognises(address))?;
    let is = match found.name() {
        "ethereum" => "Ethereum or a network like it",
        "aptos" => "Aptos or Sui",
        _ => found.title(),
    };
    Some(AddressError::address(
        Reason::OtherNetwork,
        format!("is an address of {is}, not of {}", wanted.title()),
        wanted.form().looks(),
    ))
}

fn own_flaw(flaw: Flaw, network: Network, address: &str, allowed: &'static str) -> AddressError {
    if flaw == Flaw::Checksum {
        return AddressError::address(
            Reason::Checksum,
            "has a wrong checksum: a character is wrong or missing; copy it again",
            allowed,
        );
    }
    let problem = if address.contains(['?', '=']) || address.contains("://") {
        "is a link or a payment request: write only the address in it".to_owned()
    } else {
        format!("is not an address of {}", network.title())
    };
    AddressError::address(Reason::Form, problem, allowed)
}

/// Checks a memo of a network: a destination tag, a comment, a payment id. Networks without a rule permit every memo that
/// has neither white space around it nor invisible characters.
///
/// Whether a memo is necessary depends on the payee: [`Network::has_memo`].
///
/// # Errors
/// [`AddressError`] with [`Reason::Memo`].
pub fn check_memo(network: &str, memo: &str) -> Result<(), AddressError> {
    if let Some(problem) = unreadable(memo) {
        let allowed = "the memo as the payee wrote it";
        return Err(AddressError::memo(Reason::Memo, problem, allowed));
    }
    match target(network).and_then(|(network, _)| network.memo()) {
        Some(rule) => rule.check(memo),
        None => Ok(()),
    }
}

/// Checks an address together with the memo that is sent with it. If the address itself contains a memo, as X-addresses of
/// the XRP Ledger and muxed accounts of Stellar do, both must be the same.
///
/// # Errors
/// As [`check`] and [`check_memo`], and [`Reason::OtherMemo`].
pub fn check_payee(
    network: &str,
    address: &str,
    memo: Option<&str>,
) -> Result<Checked, AddressError> {
    let checked = check(network, address)?;
    let Some(memo) = memo else {
        return Ok(checked);
    };
    check_memo(network, memo)?;
    match checked.memo_in_address() {
        Some(inside) if memo.parse() != Ok(inside) => Err(AddressError::memo(
            Reason::OtherMemo,
            "is not the one that the address contains",
            "the memo of the address, or an address without one",
        )),
        _ => Ok(checked),
    }
}

/// What makes a text unreadable on every network.
fn unreadable(text: &str) -> Option<&'static str> {
    let is_invisible = |c: char| {
        matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    if text.trim().is_empty() {
        Some("is empty")
    } else if text.trim().len() != text.len() {
        Some("has white space around it")
    } else if text.chars().any(|c| c.is_control() || is_invisible(c)) {
        Some("has an invisible character: type it, or copy it from another place")
    } else {
        None
    }
}
