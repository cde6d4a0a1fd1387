//! A ticket as one word for command lines and logs:
//! `pt1:GATEWAY:CALL:REFERENCE:AMOUNT:ASSET:NETWORK:MILLISECONDS:DETAILS:CHECKSUM`.
//!
//! A label leaves out payee, customer and what is to arrive. Instead of other details it has `+` and their number; then it cannot be
//! read as a ticket.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use payments_core::{MerchantRef, SensitiveString, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{ABOUT_ORDER, MoneyCall, REFUSED, Ticket};
use crate::money::{Money, asset};

const PREFIX: &str = "pt1";

/// Marks the number of details that a label leaves out. No detail's name starts with it, because it is escaped.
const WITHHELD: char = '+';

/// Why a text is not a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketError {
    /// This release does not support its version.
    #[error(
        "the ticket is of another version: resolve it with the release that made it, or a later one"
    )]
    Version,
    /// The checksum does not match: part of it is missing or changed.
    #[error("the ticket is incomplete or changed: copy it again")]
    Damaged,
    /// It is a label from a log, and the call cannot be resolved without the details it leaves out.
    #[error("the ticket is a label whose details were left out: use the stored ticket")]
    Label,
    /// A part of it is malformed.
    #[error("not a ticket: its {0} cannot be read")]
    Malformed(&'static str),
}

/// A label for logs: details are left out.
impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(false)?)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({self})")
    }
}

impl Ticket {
    /// The complete ticket as one word that needs no quotes in a shell. `FromStr` reads it, however long it is: tickets of this
    /// crate's adapters have at most 32 KiB, because every value in them has a limit.
    ///
    /// The ticket of a payout contains the payee, and at C-Pay every ticket contains the customer's id. The ticket of a call that is
    /// resolved by repeating it contains the order's values, including the payer's id. Store the text with the orders, and print it only
    /// where a person has to copy it, not in a log.
    #[must_use]
    pub fn export(&self) -> SensitiveString {
        // Writing to a string cannot fail.
        SensitiveString::from(self.text(true).unwrap_or_default())
    }

    fn text(&self, complete: bool) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(96);
        let Money { amount, asset } = &self.money;
        write!(text, "{PREFIX}:{}:{}:", self.gateway, self.call.as_str())?;
        text.push_str(&escape(self.reference.as_str()));
        write!(text, ":{amount}:")?;
        text.push_str(&escape(asset.symbol()));
        text.push(':');
        text.push_str(&escape(asset.network().unwrap_or_default()));
        write!(text, ":{}:", self.at)?;
        let shown = |name: &str| complete || !ABOUT_ORDER.contains(&name);
        let details = self.details.iter().filter(|(name, _)| shown(name));
        if !complete && details.clone().any(|(name, _)| name != REFUSED) {
            write!(text, "{WITHHELD}{}", details.count())?;
        } else {
            for (place, (name, value)) in details.enumerate() {
                text.push_str(if place == 0 { "" } else { "&" });
                write!(text, "{}={}", escape(name), escape(value))?;
            }
        }
        let checksum = checksum(&text);
        write!(text, ":{checksum:08x}")?;
        Ok(text)
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, TicketError> {
        let text = text.trim();
        // Checked first: a later version may have another checksum.
        let version = text.split(':').next().unwrap_or_default();
        if version != PREFIX {
            let digits = version.strip_prefix("pt").unwrap_or_default();
            let is_version = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            return Err(if is_version {
                TicketError::Version
            } else {
                TicketError::Malformed("beginning")
            });
        }
        let (content, found) = text.rsplit_once(':').ok_or(TicketError::Damaged)?;
        let found = u32::from_str_radix(found, 16).map_err(|_| TicketError::Damaged)?;
        if found != checksum(content) {
            return Err(TicketError::Damaged);
        }
        let mut parts = content.split(':').skip(1);
        let mut next = |name| parts.next().ok_or(TicketError::Malformed(name));
        let bad = TicketError::Malformed;
        let gateway = next("gateway")?.parse().map_err(|_| bad("gateway"))?;
        let call = MoneyCall::from_name(next("call")?).ok_or(bad("call"))?;
        let reference = unescape(next("reference")?).ok_or(bad("reference"))?;
        let amount = next("amount")?.parse().map_err(|_| bad("amount"))?;
        let symbol = unescape(next("asset")?).ok_or(bad("asset"))?;
        let network = unescape(next("network")?).ok_or(bad("network"))?;
        let network = Some(network.as_str()).filter(|network| !network.is_empty());
        let at = next("time")?.parse().map_err(|_| bad("time"))?;
        let given = next("details")?;
        if given.starts_with(WITHHELD) {
            return Err(TicketError::Label);
        }
        let details = details(given).ok_or(bad("details"))?;
        if parts.next().is_some() {
            return Err(bad("length"));
        }
        Ok(Self {
            gateway,
            call,
            reference: MerchantRef::new(reference).map_err(|_| bad("reference"))?,
            money: Money::new(amount, asset(&symbol, network).map_err(|_| bad("asset"))?),
            at: Timestamp::from_millis(at),
            details,
        })
    }
}

fn details(text: &str) -> Option<BTreeMap<String, String>> {
    if text.is_empty() {
        return Some(BTreeMap::new());
    }
    text.split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((unescape(name)?, unescape(value)?))
        })
        .collect()
}

/// FNV-1a: it detects mistakes, not forgery. Tickets are trusted input.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The characters that are percent-encoded. The others need no quotes in a shell and no escapes in JSON.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'-');

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// Reads what [`escape`] writes. `None` for any other text, such as an incomplete escape sequence.
fn unescape(text: &str) -> Option<String> {
    let plain = percent_decode_str(text).decode_utf8().ok()?;
    (escape(&plain) == text).then(|| plain.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escaped_text_is_safe_and_reversible(text in any::<String>()) {
            let safe = escape(&text);
            prop_assert!(safe.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\:&=+".contains(&byte)));
            prop_assert_eq!(unescape(&safe), Some(text));
        }
    }

    #[test]
    fn refuses_incomplete_escape_sequences() {
        for text in ["%", "%4", "%4g", "%+1", "a%", "%ff"] {
            assert_eq!(unescape(text), None, "{text}");
        }
    }
}
