//! The coins of orders. Which coins exist and how many decimals they have is assumed: it differs between tenants.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shared::document::by_name;

/// A coin, by the platform's internal symbol, which may end with digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coin {
    pub(super) symbol: &'static str,
    /// The name on the payment page.
    pub(super) name: &'static str,
    pub(super) decimals: usize,
}

/// In documents as `symbol`.
impl Serialize for Coin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.symbol.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Coin {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, find)
    }
}

const fn coin(symbol: &'static str, name: &'static str, decimals: usize) -> Coin {
    Coin {
        symbol,
        name,
        decimals,
    }
}

pub(super) static ALL: [Coin; 6] = [
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
