//! The chains of the test tokens: names, heights and addresses.

use serde::{Deserialize, Serialize};

use crate::shared::address::{self, Format};

/// A chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Chain {
    Trx,
    Eth,
    Bsc,
    Polygon,
    Fantom,
    Bitcoin,
    Xrp,
    Lightning,
}

/// An address to pay to, with the memo that identifies the owner on chains with memos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) address: String,
    /// Empty on chains without memos.
    pub(super) memo: String,
}

/// The heights of a chain.
pub(super) struct Pace {
    pub(super) block_ms: u64,
    /// The height at the beginning of 2020.
    first: u64,
    pub(super) confirmations: u64,
    /// Whether the answer has `block_rate`: the page leaves it out for some chains.
    pub(super) has_rate: bool,
}

/// The beginning of 2020, from which heights are counted.
const FIRST_MS: u64 = 1_577_836_800_000;

impl Chain {
    pub(super) const ALL: [Self; 8] = [
        Self::Trx,
        Self::Eth,
        Self::Bsc,
        Self::Polygon,
        Self::Fantom,
        Self::Bitcoin,
        Self::Xrp,
        Self::Lightning,
    ];

    /// The name on the wire. `TRX`, `ETH`, `BSC` and `POLYGON` are documented, the others assumed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Trx => "TRX",
            Self::Eth => "ETH",
            Self::Bsc => "BSC",
            Self::Polygon => "POLYGON",
            Self::Fantom => "FTM",
            Self::Bitcoin => "BTC",
            Self::Xrp => "XRP",
            Self::Lightning => "LIGHTNING",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chain| chain.name() == name)
    }

    /// `None` for Lightning, which has no blocks. The numbers are assumed, similar to the real ones.
    fn pace(self) -> Option<Pace> {
        let pace = |block_ms, first, confirmations, has_rate| Pace {
            block_ms,
            first,
            confirmations,
            has_rate,
        };
        Some(match self {
            Self::Trx => pace(3_000, 16_000_000, 19, true),
            Self::Eth => pace(12_100, 9_200_000, 12, true),
            Self::Bsc => pace(3_000, 5_000_000, 15, true),
            Self::Polygon => pace(2_200, 1_000_000, 128, true),
            Self::Fantom => pace(1_250, 2_000_000, 5, true),
            Self::Bitcoin => pace(600_000, 610_000, 1, true),
            Self::Xrp => pace(3_800, 52_000_000, 1, false),
            Self::Lightning => return None,
        })
    }

    /// The height at an instant.
    pub(super) fn height(self, now_ms: u64) -> Option<(u64, Pace)> {
        let pace = self.pace()?;
        let grown = now_ms.saturating_sub(FIRST_MS) / pace.block_ms;
        Some((pace.first.saturating_add(grown), pace))
    }

    /// `None` for Lightning, where every payment has its own invoice.
    fn format(self) -> Option<Format> {
        Some(match self {
            Self::Trx => Format::Tron,
            Self::Eth | Self::Bsc | Self::Polygon | Self::Fantom => Format::Evm,
            Self::Bitcoin => Format::BitcoinP2sh,
            Self::Xrp => Format::Ripple,
            Self::Lightning => return None,
        })
    }

    pub(super) fn has_memo(self) -> bool {
        self == Self::Xrp
    }

    /// Where this owner is paid on the chain, always the same. On a chain with memos all owners share one address.
    pub(super) fn place(self, salt: &str, owner: &[&str]) -> Place {
        let of = |format, owner: &[&str]| {
            let parts: Vec<&str> = [salt, "ccpayment", self.name()]
                .into_iter()
                .chain(owner.iter().copied())
                .collect();
            address::derive(format, &parts)
        };
        let digits = || of(Format::Evm, owner);
        let Some(format) = self.format() else {
            return Place {
                address: format!("lnbc1p{}", digits().trim_start_matches("0x")),
                memo: String::new(),
            };
        };
        if self.has_memo() {
            let number = u64::from_str_radix(digits().get(2..12).unwrap_or_default(), 16);
            return Place {
                address: of(format, &[]),
                memo: number.unwrap_or_default().to_string(),
            };
        }
        Place {
            address: of(format, owner),
            memo: String::new(),
        }
    }

    /// Whether coins can be sent to this text. Of a Lightning invoice only the beginning is checked.
    pub(super) fn accepts(self, text: &str) -> bool {
        match self.format() {
            Some(format) => address::is_valid(format, text),
            None => {
                text.len() > 10
                    && text.starts_with("ln")
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_valid_and_belong_to_one_owner() {
        for chain in Chain::ALL {
            let one = chain.place("salt", &["user", "1"]);
            assert!(chain.accepts(&one.address), "{one:?}");
            assert_eq!(one, chain.place("salt", &["user", "1"]));
            assert_ne!(one, chain.place("salt", &["user", "2"]));
            assert_eq!(one.memo.is_empty(), !chain.has_memo());
            assert_eq!(Chain::by_name(chain.name()), Some(chain));
        }
    }

    #[test]
    fn heights_grow_with_the_clock() {
        let (before, pace) = Chain::Trx.height(1_700_000_000_000).unwrap();
        let (after, _) = Chain::Trx
            .height(1_700_000_000_000 + pace.block_ms)
            .unwrap();
        assert_eq!(after, before + 1);
        assert!(Chain::Lightning.height(0).is_none());
        assert!(Chain::Eth.height(u64::MAX).is_some());
    }
}
