//! The coins and tokens of the sandbox: a fixed table, because no document lists CCPayment's.
//!
//! The ids of USDT on TRC20, ERC20 and BEP20 and of BTC are CCPayment's: the documents or the samples of its SDKs have them.
//! All other ids, also those of coins, are made up.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::chains::Chain;
use crate::shared::decimal::Decimal;
use crate::shared::document::by_name;

/// A coin, with one balance for all its chains.
#[derive(Debug)]
pub(super) struct Coin {
    pub(super) id: &'static str,
    pub(super) symbol: &'static str,
    pub(super) name: &'static str,
    /// Its average price in USD.
    pub(super) price: Decimal,
    /// Whether its price moves with the clock.
    pub(super) moves: bool,
    pub(super) precision: usize,
    /// The least withdrawal.
    pub(super) min: &'static str,
    pub(super) status: Status,
    /// The opening balance.
    pub(super) opening: &'static str,
}

/// A coin on a chain.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) id: &'static str,
    pub(super) coin: &'static Coin,
    pub(super) network: &'static str,
    pub(super) chain: Chain,
    /// The contract's address; for a native coin the chain's number.
    pub(super) contract: &'static str,
    pub(super) status: Status,
    /// The coin and the amount of the network fee of a withdrawal.
    pub(super) fee_coin: &'static Coin,
    pub(super) fee: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Normal = 1,
    Maintenance = 2,
    /// Can be withdrawn, but not paid with.
    Delisting = 3,
}

impl Coin {
    /// The published pattern of the icons.
    pub(super) fn logo(&self) -> String {
        let symbol = self.symbol.to_ascii_lowercase();
        format!("https://resource.cwallet.com/token/icon/{symbol}.png")
    }

    pub(super) fn tokens(&'static self) -> impl Iterator<Item = &'static Token> {
        TOKENS.iter().filter(|token| token.coin.id == self.id)
    }
}

impl Token {
    pub(super) fn receives(&self) -> bool {
        self.status == Status::Normal && self.coin.status == Status::Normal
    }

    pub(super) fn pays_out(&self) -> bool {
        self.status != Status::Maintenance && self.coin.status != Status::Maintenance
    }
}

/// In documents as `symbol`.
impl Serialize for Coin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.symbol.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Coin {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, by_symbol)
    }
}

/// In documents as `id`.
impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Token {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, token)
    }
}

pub(super) fn token(id: &str) -> Option<&'static Token> {
    TOKENS.iter().find(|token| token.id == id)
}

pub(super) fn coin(id: &str) -> Option<&'static Coin> {
    COINS.into_iter().find(|coin| coin.id == id)
}

pub(super) fn by_symbol(symbol: &str) -> Option<&'static Coin> {
    COINS.into_iter().find(|coin| coin.symbol == symbol)
}

const fn number(digits: i128, places: u32) -> Decimal {
    Decimal::constant(digits, places)
}

/// The most common values.
const USUAL: Coin = Coin {
    id: "",
    symbol: "",
    name: "",
    price: number(1, 0),
    moves: true,
    precision: 6,
    min: "1",
    status: Status::Normal,
    opening: "100000",
};

static USDT: Coin = Coin {
    id: "5bc8fbbc-bde5-4099-8164-d8399f767c45",
    symbol: "USDT",
    name: "Tether USD",
    moves: false,
    ..USUAL
};
static TRX: Coin = Coin {
    id: "d76d4330-f144-4bea-b0c1-1fdecb91ce37",
    symbol: "TRX",
    name: "TRON",
    price: number(8, 2),
    ..USUAL
};
static ETH: Coin = Coin {
    id: "87b0b125-ec1d-4da0-a6eb-8c9ebd69fe29",
    symbol: "ETH",
    name: "Ethereum",
    price: number(3_000, 0),
    precision: 18,
    min: "0.001",
    opening: "100",
    ..USUAL
};
static BNB: Coin = Coin {
    id: "c6a53877-7733-4bdb-9721-0dff076ce2ef",
    symbol: "BNB",
    name: "BNB",
    price: number(300, 0),
    precision: 18,
    min: "0.01",
    opening: "100",
    ..USUAL
};
static BTC: Coin = Coin {
    id: "0d464138-a623-4255-bfc1-ea36f17fd374",
    symbol: "BTC",
    name: "Bitcoin",
    price: number(40_000, 0),
    precision: 8,
    min: "0.0001",
    opening: "10",
    ..USUAL
};
static XRP: Coin = Coin {
    id: "5f2dd97f-1cfb-40f6-a827-688de6a16a3b",
    symbol: "XRP",
    name: "XRP",
    price: number(5, 1),
    ..USUAL
};
static SATS: Coin = Coin {
    id: "617959ce-3f1f-45a8-9e52-71007814e8a2",
    symbol: "SATS",
    name: "Satoshi",
    price: number(4, 4),
    precision: 0,
    min: "100",
    opening: "10000000",
    ..USUAL
};
static FTM: Coin = Coin {
    id: "3fd42359-92ed-4f45-9a1a-fe878b33e968",
    symbol: "FTM",
    name: "Fantom",
    price: number(3_582, 4),
    precision: 18,
    status: Status::Delisting,
    ..USUAL
};

/// In the order of `coin/all`, of `assets` and of the pages.
pub(super) static COINS: [&Coin; 8] = [&USDT, &TRX, &ETH, &BNB, &BTC, &XRP, &SATS, &FTM];

/// The first one pays a checkout without a chosen coin.
pub(super) static TOKENS: [Token; 11] = [
    Token {
        // The id in the documents.
        id: "0912e09a-d8e2-41d7-a0bc-a25530892988",
        coin: &USDT,
        network: "TRC20",
        chain: Chain::Trx,
        contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        status: Status::Normal,
        fee_coin: &TRX,
        fee: number(14, 0),
    },
    Token {
        id: "264f4725-3cfd-4ff6-bc80-ff9d799d5fb2",
        coin: &USDT,
        network: "ERC20",
        chain: Chain::Eth,
        contract: "0xdac17f958d2ee523a2206206994597c13d831ec7",
        status: Status::Normal,
        fee_coin: &ETH,
        fee: number(6, 4),
    },
    Token {
        id: "92b15088-7973-4813-b0f3-1895588a5df7",
        coin: &USDT,
        network: "BEP20",
        chain: Chain::Bsc,
        contract: "0x55d398326f99059ff775485246999027b3197955",
        status: Status::Normal,
        fee_coin: &USDT,
        fee: number(5, 1),
    },
    Token {
        id: "c30d8b76-28db-425e-a3b2-29f1c4069545",
        coin: &USDT,
        network: "Polygon",
        chain: Chain::Polygon,
        contract: "0xc2132d05d31c914a87c6611c10748aeb04b58e8f",
        status: Status::Maintenance,
        fee_coin: &USDT,
        fee: number(2, 1),
    },
    Token {
        id: "9e30691c-2386-42ea-926a-1e48cc11d357",
        coin: &TRX,
        network: "TRC20",
        chain: Chain::Trx,
        contract: "195",
        status: Status::Normal,
        fee_coin: &TRX,
        fee: number(1, 0),
    },
    Token {
        id: "21da8978-206f-4c66-b1e0-c07e9e115e4b",
        coin: &ETH,
        network: "ERC20",
        chain: Chain::Eth,
        contract: "1",
        status: Status::Normal,
        fee_coin: &ETH,
        fee: number(4, 4),
    },
    Token {
        id: "015c33b2-df14-41aa-b8eb-18b900745130",
        coin: &BNB,
        network: "BEP20",
        chain: Chain::Bsc,
        contract: "56",
        status: Status::Normal,
        fee_coin: &BNB,
        fee: number(5, 4),
    },
    Token {
        id: "f36ad1cf-222a-4933-9ad0-86df8069f916",
        coin: &BTC,
        network: "BTC",
        chain: Chain::Bitcoin,
        contract: "0",
        status: Status::Normal,
        fee_coin: &BTC,
        fee: number(2, 5),
    },
    Token {
        id: "2a9eba0c-df56-4d80-aa75-9159fb7ff337",
        coin: &XRP,
        network: "XRP",
        chain: Chain::Xrp,
        contract: "144",
        status: Status::Normal,
        fee_coin: &XRP,
        fee: number(2, 1),
    },
    Token {
        id: "32ea6928-f623-4bf2-904b-74ba4a0fe75d",
        coin: &SATS,
        network: "Lightning",
        chain: Chain::Lightning,
        contract: "0",
        status: Status::Normal,
        fee_coin: &SATS,
        fee: number(10, 0),
    },
    Token {
        id: "a02fdaa1-ad86-4c44-a049-548e8a0a8c96",
        coin: &FTM,
        network: "Fantom",
        chain: Chain::Fantom,
        contract: "250",
        status: Status::Delisting,
        fee_coin: &FTM,
        fee: number(5, 1),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_uuids() {
        let coins = COINS.into_iter().map(|coin| coin.id);
        let ids: Vec<&str> = coins.chain(TOKENS.iter().map(|token| token.id)).collect();
        assert!(ids.iter().all(|id| id.len() == 36));
        let different: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(different.len(), ids.len());
        assert!(COINS.into_iter().all(|coin| coin.tokens().next().is_some()));
    }
}
