//! A ticket as one word, for command lines and logs:
//! `pt1:GATEWAY:CALL:REFERENCE:AMOUNT:ASSET:NETWORK:MILLISECONDS:DETAILS:CHECKSUM`.
//!
//! A label has `+` and their number in the place of details.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use payments_core::{MerchantRef, Timestamp};

use super::{MoneyCall, Ticket};
use crate::money::asset;
use crate::percent::{escape, unescape};
use crate::{Money, SensitiveString};

const PREFIX: &str = "pt1";

/// Before the number of the details that a label leaves out. No name of a detail begins with it: it is escaped.
const WITHHELD: char = '+';

/// The longest text that is read.
pub(super) const MAX_BYTES: usize = 8 * 1024;

/// Why a text is no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TicketError {
    /// It is of a version this release does not know.
    #[error(
        "the ticket is of another version: resolve it with the release that made it, or a later one"
    )]
    Version,
    /// The checksum does not fit: part of it is missing or changed.
    #[error("the ticket is not whole: copy it once more")]
    Damaged,
    /// It is a label from a log, and the call cannot be asked for without the details it leaves out.
    #[error("the ticket is a label whose details were left out: use the stored ticket")]
    Label,
    /// A part of it is not what it must be.
    #[error("no ticket: its {0} cannot be read")]
    Malformed(&'static str),
}

/// Short enough for a log, and nothing in it that no log should have: details are left out.
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
    /// The whole ticket as one word that needs no quotes in a shell: at most 8 KiB, read by `FromStr`.
    ///
    /// A ticket whose call is resolved by repeating it holds the order's own values, the payer's id among them: store the
    /// text where the orders are, and print it where a person has to copy it, not in a log.
    #[must_use]
    pub fn export(&self) -> SensitiveString {
        // Writing to a string cannot fail.
        SensitiveString::from(self.text(true).unwrap_or_default())
    }

    fn text(&self, whole: bool) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(96);
        let Money { amount, asset } = &self.money;
        write!(text, "{PREFIX}:{}:{}:", self.gateway, self.call.as_str())?;
        escape(&mut text, self.reference.as_str());
        write!(text, ":{amount}:")?;
        escape(&mut text, asset.symbol());
        text.push(':');
        escape(&mut text, asset.network().unwrap_or_default());
        write!(text, ":{}:", self.at)?;
        if !whole && !self.details.is_empty() {
            write!(text, "{WITHHELD}{}", self.details.len())?;
        } else {
            for (place, (name, value)) in self.details.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "&" });
                escape(&mut text, name);
                text.push('=');
                escape(&mut text, value);
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
        if text.len() > MAX_BYTES {
            return Err(TicketError::Malformed("length"));
        }
        // Looked at first: a later version may have another checksum.
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
        let (content, told) = text.rsplit_once(':').ok_or(TicketError::Damaged)?;
        let told = u32::from_str_radix(told, 16).map_err(|_| TicketError::Damaged)?;
        if told != checksum(content) {
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

/// FNV-1a: against slips of the hand, not against forgers. Tickets are trusted input.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
