//! The currencies and networks of C-Pay, spelled as in its documents.

use serde::{Deserialize, Deserializer, Serialize};

use crate::shared::address::{self, Format};
use crate::shared::document::by_name;

/// C-Pay supports eight decimals.
pub(super) const DECIMALS: usize = 8;

/// The currencies with a balance: the rows of the specification's example in its order, and BRL, which its fiat payout is
/// made from (assumed: the example has no row of it).
pub(super) const CURRENCIES: [&str; 8] = ["ETH", "TRX", "EUR", "USD", "BTC", "USDT", "BNB", "BRL"];

/// The default opening balances.
pub(super) const START_BALANCES: [(&str, &str); 8] = [
    ("ETH", "100"),
    ("TRX", "100000"),
    ("EUR", "100000"),
    ("USD", "100000"),
    ("BTC", "10"),
    ("USDT", "100000"),
    ("BNB", "100"),
    ("BRL", "100000"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Network {
    Tron,
    Bsc,
    Ethereum,
    Bitcoin,
}

/// Every coin with its networks, in the order of the example of `getWalletAddress`. That the other calls accept exactly
/// these pairs is assumed.
pub(super) const PAIRS: [(&str, Network); 7] = [
    ("USDT", Network::Tron),
    ("TRX", Network::Tron),
    ("USDT", Network::Bsc),
    ("BNB", Network::Bsc),
    ("USDT", Network::Ethereum),
    ("ETH", Network::Ethereum),
    ("BTC", Network::Bitcoin),
];

impl Network {
    const ALL: [Self; 4] = [Self::Tron, Self::Bsc, Self::Ethereum, Self::Bitcoin];

    /// The name in requests and in `getWalletAddress`.
    pub(super) fn long(self) -> &'static str {
        match self {
            Self::Tron => "TRON(TRC-20)",
            Self::Bsc => "BSC(BEP-20)",
            Self::Ethereum => "Ethereum(ERC-20)",
            Self::Bitcoin => "Bitcoin",
        }
    }

    /// The name in orders and webhooks. Only `TRON` is documented; the others are assumed.
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Tron => "TRON",
            Self::Bsc => "BSC",
            Self::Ethereum => "Ethereum",
            Self::Bitcoin => "Bitcoin",
        }
    }

    pub(super) fn by_long_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.long() == name)
    }

    pub(super) fn by_any_name(name: &str) -> Option<Self> {
        let short = |network: &Self| network.short() == name;
        Self::by_long_name(name).or_else(|| Self::ALL.into_iter().find(short))
    }

    /// The deposit address of a user on this network.
    pub(super) fn address_of_user(self, salt: &str, user_id: &str) -> String {
        self.address(salt, "user", user_id)
    }

    /// The deposit address of a single order on this network.
    pub(super) fn address_of_order(self, salt: &str, order_id: &str) -> String {
        self.address(salt, "order", order_id)
    }

    fn address(self, salt: &str, kind: &str, id: &str) -> String {
        let format = match self {
            Self::Tron => Format::Tron,
            Self::Bsc | Self::Ethereum => Format::Evm,
            Self::Bitcoin => Format::BitcoinP2sh,
        };
        address::derive(format, &[salt, self.short(), kind, id])
    }
}

/// The currency with this name.
pub(super) fn currency(name: &str) -> Option<&'static str> {
    CURRENCIES.into_iter().find(|known| *known == name)
}

/// The name of a currency. An alias, because serde would borrow a field of this type.
pub(super) type Currency = &'static str;

/// The currency that a document names.
pub(super) fn read_currency<'de, D: Deserializer<'de>>(input: D) -> Result<Currency, D::Error> {
    by_name(input, currency)
}

/// The coin with this name, if it exists on this network.
pub(super) fn coin_on(name: &str, network: Network) -> Option<&'static str> {
    PAIRS
        .into_iter()
        .find(|pair| *pair == (name, network))
        .map(|(coin, _)| coin)
}
