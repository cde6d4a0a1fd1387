//! The coins that can be asked for. Which there are, and how many decimals each has, is assumed: it differs by tenant.

/// A coin by the platform's internal symbol, which may carry digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coin {
    pub(crate) symbol: &'static str,
    /// The name people are shown.
    pub(crate) name: &'static str,
    pub(crate) decimals: usize,
}

const fn coin(symbol: &'static str, name: &'static str, decimals: usize) -> Coin {
    Coin {
        symbol,
        name,
        decimals,
    }
}

pub(crate) const ALL: [Coin; 6] = [
    coin("BTC", "BTC", 8),
    coin("ETH", "ETH", 8),
    coin("USDT", "USDT", 6),
    coin("USDT1742", "USDT", 6),
    coin("TRX", "TRX", 6),
    coin("BTCTEST1760", "BTCTEST", 8),
];

pub(super) fn find(symbol: &str) -> Option<&'static Coin> {
    ALL.iter().find(|coin| coin.symbol == symbol)
}
