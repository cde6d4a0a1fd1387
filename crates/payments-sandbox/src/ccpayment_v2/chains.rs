//! The chains of the sandbox. `POLYGON`, `TRX`, `BSC`, `ETH` and `ETH_SEPOLIA` are documented names.

use serde::{Deserialize, Serialize};

use crate::shared::address::{self, Format};

/// A chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Chain {
    Polygon,
    Trx,
    Bsc,
    Eth,
    EthSepolia,
    Bitcoin,
    Xrp,
}

/// An address to pay to, with the memo that identifies the owner on chains with memos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) address: String,
    /// Empty on chains without memos.
    pub(super) memo: String,
}

impl Chain {
    pub(super) const ALL: [Self; 7] = [
        Self::Polygon,
        Self::Trx,
        Self::Bsc,
        Self::Eth,
        Self::EthSepolia,
        Self::Bitcoin,
        Self::Xrp,
    ];

    /// The name on the wire.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Polygon => "POLYGON",
            Self::Trx => "TRX",
            Self::Bsc => "BSC",
            Self::Eth => "ETH",
            Self::EthSepolia => "ETH_SEPOLIA",
            Self::Bitcoin => "BTC",
            Self::Xrp => "XRP",
        }
    }

    pub(super) fn full_name(self) -> &'static str {
        match self {
            Self::Polygon => "Polygon",
            Self::Trx => "TRON",
            Self::Bsc => "BNB Smart Chain",
            Self::Eth => "Ethereum",
            Self::EthSepolia => "Ethereum Sepolia",
            Self::Bitcoin => "Bitcoin",
            Self::Xrp => "XRP Ledger",
        }
    }

    /// The page of the chain's explorer.
    pub(super) fn explorer(self) -> &'static str {
        match self {
            Self::Polygon => "https://polygonscan.com",
            Self::Trx => "https://tronscan.org",
            Self::Bsc => "https://bscscan.com",
            Self::Eth => "https://etherscan.io",
            Self::EthSepolia => "https://sepolia.etherscan.io",
            Self::Bitcoin => "https://mempool.space",
            Self::Xrp => "https://xrpscan.com",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chain| chain.name() == name)
    }

    /// The blocks that confirm a payment (assumed).
    pub(super) fn confirmations(self) -> u64 {
        match self {
            Self::Polygon => 50,
            Self::Trx => 19,
            Self::Bsc => 15,
            Self::Eth | Self::EthSepolia => 12,
            Self::Bitcoin | Self::Xrp => 1,
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Polygon | Self::Bsc | Self::Eth | Self::EthSepolia => Format::Evm,
            Self::Trx => Format::Tron,
            Self::Bitcoin => Format::BitcoinP2sh,
            Self::Xrp => Format::Ripple,
        }
    }

    /// An owner has one address on all these chains.
    pub(super) fn is_evm(self) -> bool {
        self.format() == Format::Evm
    }

    /// Whether transactions have no single sender.
    pub(super) fn is_utxo(self) -> bool {
        self == Self::Bitcoin
    }

    pub(super) fn has_memo(self) -> bool {
        self == Self::Xrp
    }

    /// Where this owner is paid on the chain, always the same. On a chain with memos all owners share one address.
    pub(super) fn place(self, salt: &str, owner: &[&str]) -> Place {
        let group = if self.is_evm() { "EVM" } else { self.name() };
        let of = |format, owner: &[&str]| {
            let parts = [salt, "ccpayment_v2", group];
            let parts: Vec<&str> = parts.into_iter().chain(owner.iter().copied()).collect();
            address::derive(format, &parts)
        };
        if self.has_memo() {
            let digits = of(Format::Evm, owner);
            let number = u64::from_str_radix(digits.get(2..10).unwrap_or_default(), 16);
            return Place {
                address: of(self.format(), &[]),
                memo: number.unwrap_or_default().to_string(),
            };
        }
        Place {
            address: of(self.format(), owner),
            memo: String::new(),
        }
    }

    /// Whether coins can be sent to this text.
    pub(super) fn accepts(self, text: &str) -> bool {
        address::is_valid(self.format(), text)
    }

    /// Whether two texts are the same address: letters of EVM addresses are compared without their case.
    pub(super) fn same_address(self, one: &str, other: &str) -> bool {
        one == other || (self.is_evm() && one.eq_ignore_ascii_case(other))
    }

    /// The same text for texts that are the same address.
    pub(super) fn key_of(self, address: &str) -> String {
        match self.is_evm() {
            true => address.to_ascii_lowercase(),
            false => address.to_owned(),
        }
    }
}
