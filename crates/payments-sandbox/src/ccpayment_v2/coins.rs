//! The coins, networks and currencies of the sandbox: a fixed table. The ids 1280, 1329 and 1891, and 1033 and 1022 for the
//! currencies, are CCPayment's; the ids from 9001 on and all numbers are made up.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::chains::Chain;
use crate::shared::decimal::Decimal;

/// A coin, with one balance for all its networks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Coin {
    pub(super) id: u64,
    pub(super) symbol: &'static str,
    pub(super) name: &'static str,
    /// In USD, fixed (assumed).
    pub(super) price: Decimal,
    /// `Normal`, or `Pre-delisting`: it takes no deposits.
    pub(super) status: &'static str,
    pub(super) swappable: bool,
    /// The opening balance.
    pub(super) opening: &'static str,
}

/// A coin on a chain.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) coin: &'static Coin,
    pub(super) chain: Chain,
    /// The contract's address; for a native coin the chain's number.
    pub(super) contract: &'static str,
    pub(super) precision: i32,
    pub(super) can_deposit: bool,
    pub(super) can_withdraw: bool,
    pub(super) min_withdraw: Decimal,
    /// Zero for none.
    pub(super) max_withdraw: Decimal,
    /// The coin and the amount of the fee of a withdrawal.
    pub(super) fee_coin: &'static Coin,
    pub(super) fee: Decimal,
}

/// A currency of prices.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fiat {
    pub(super) id: u64,
    pub(super) symbol: &'static str,
    pub(super) mark: &'static str,
    /// This many for one USD (assumed).
    pub(super) usd_rate: Decimal,
}

impl Coin {
    pub(super) fn on(&'static self, chain: Chain) -> Option<&'static Network> {
        self.networks().find(|network| network.chain == chain)
    }

    pub(super) fn networks(&'static self) -> impl Iterator<Item = &'static Network> {
        NETWORKS.iter().filter(|network| network.coin.id == self.id)
    }

    /// The icon.
    pub(super) fn logo(&self) -> String {
        let symbol = self.symbol.to_ascii_lowercase();
        format!("https://resource.cwallet.com/token/icon/{symbol}.png")
    }
}

impl Network {
    /// The least amount with the network's decimals that is not below `value`.
    pub(super) fn round_up(&self, value: Decimal) -> Option<Decimal> {
        let cut = value.cut(self.precision);
        if cut == value {
            return Some(cut);
        }
        let places = u32::try_from(self.precision).ok()?;
        cut.plus(Decimal::constant(1, places))
    }

    /// The service fee of a deposit: 0.5 % (as in samples), rounded up at the network's decimals.
    pub(super) fn service_fee(&self, amount: Decimal) -> Option<Decimal> {
        self.round_up(amount.times_up(number(5, 3))?)
    }

    pub(super) fn takes_deposits(&self) -> bool {
        self.can_deposit && self.coin.status == "Normal"
    }
}

/// In documents as its id.
impl Serialize for Coin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Coin {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let found = coin(u64::deserialize(input)?);
        found.ok_or_else(|| D::Error::custom("no coin has this id"))
    }
}

/// In documents as the coin's id and the chain.
impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.coin, self.chain).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Network {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let (coin, chain) = <(&'static Coin, Chain)>::deserialize(input)?;
        let found = coin.on(chain);
        found.ok_or_else(|| D::Error::custom("the coin does not exist on this chain"))
    }
}

/// In documents as its id.
impl Serialize for Fiat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for &'static Fiat {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let found = fiat(u64::deserialize(input)?);
        found.ok_or_else(|| D::Error::custom("no currency has this id"))
    }
}

pub(super) fn coin(id: u64) -> Option<&'static Coin> {
    COINS.into_iter().find(|coin| coin.id == id)
}

pub(super) fn fiat(id: u64) -> Option<&'static Fiat> {
    FIATS.iter().find(|fiat| fiat.id == id)
}

const fn number(digits: i128, places: u32) -> Decimal {
    Decimal::constant(digits, places)
}

const fn make(id: u64, symbol: &'static str, name: &'static str, price: Decimal) -> Coin {
    Coin {
        id,
        symbol,
        name,
        price,
        status: "Normal",
        swappable: true,
        opening: "100000",
    }
}

static USDT: Coin = make(1280, "USDT", "Tether USD", number(1, 0));
static POL: Coin = make(1329, "POL", "Polygon", number(25, 2));
static TETH: Coin = Coin {
    swappable: false,
    ..make(1891, "TETH", "Sepolia Ether", number(1, 0))
};
static TRX: Coin = make(9001, "TRX", "TRON", number(8, 2));
static ETH: Coin = Coin {
    opening: "100",
    ..make(9002, "ETH", "Ethereum", number(3_000, 0))
};
static BTC: Coin = Coin {
    opening: "10",
    ..make(9003, "BTC", "Bitcoin", number(40_000, 0))
};
static XRP: Coin = make(9004, "XRP", "XRP", number(5, 1));
static BNB: Coin = Coin {
    status: "Pre-delisting",
    swappable: false,
    opening: "100",
    ..make(9005, "BNB", "BNB", number(300, 0))
};

/// In the order of the lists.
pub(super) static COINS: [&Coin; 8] = [&USDT, &POL, &TETH, &TRX, &ETH, &BTC, &XRP, &BNB];

const fn network(
    coin: &'static Coin,
    chain: Chain,
    contract: &'static str,
    precision: i32,
    fee_coin: &'static Coin,
    fee: Decimal,
) -> Network {
    Network {
        coin,
        chain,
        contract,
        precision,
        can_deposit: true,
        can_withdraw: true,
        min_withdraw: number(1, 0),
        max_withdraw: number(0, 0),
        fee_coin,
        fee,
    }
}

const fn least(min_withdraw: Decimal, network: Network) -> Network {
    Network {
        min_withdraw,
        ..network
    }
}

/// In the order of the pages.
pub(super) static NETWORKS: [Network; 11] = [
    Network {
        max_withdraw: number(50_000, 0),
        ..network(
            &USDT,
            Chain::Polygon,
            "0xc2132d05d31c914a87c6611c10748aeb04b58e8f",
            6,
            &USDT,
            number(1, 1),
        )
    },
    // A fee in another coin.
    network(
        &USDT,
        Chain::Trx,
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        6,
        &TRX,
        number(14, 0),
    ),
    network(
        &USDT,
        Chain::Eth,
        "0xdac17f958d2ee523a2206206994597c13d831ec7",
        6,
        &USDT,
        number(2, 0),
    ),
    // Closed for both directions.
    Network {
        can_deposit: false,
        can_withdraw: false,
        ..network(
            &USDT,
            Chain::Bsc,
            "0x55d398326f99059ff775485246999027b3197955",
            18,
            &USDT,
            number(5, 1),
        )
    },
    network(&POL, Chain::Polygon, "137", 18, &POL, number(2, 2)),
    least(
        number(1, 2),
        network(
            &TETH,
            Chain::EthSepolia,
            "11155111",
            18,
            &TETH,
            number(1, 4),
        ),
    ),
    network(&TRX, Chain::Trx, "TRX", 6, &TRX, number(1, 0)),
    least(
        number(1, 3),
        network(&ETH, Chain::Eth, "1", 18, &ETH, number(4, 4)),
    ),
    least(
        number(1, 4),
        network(&BTC, Chain::Bitcoin, "0", 8, &BTC, number(2, 5)),
    ),
    network(&XRP, Chain::Xrp, "144", 6, &XRP, number(2, 1)),
    least(
        number(1, 2),
        network(&BNB, Chain::Bsc, "56", 18, &BNB, number(5, 4)),
    ),
];

const fn currency(id: u64, symbol: &'static str, mark: &'static str, usd_rate: Decimal) -> Fiat {
    Fiat {
        id,
        symbol,
        mark,
        usd_rate,
    }
}

pub(super) static FIATS: [Fiat; 3] = [
    currency(1033, "USD", "$", number(1, 0)),
    currency(1022, "DKK", "kr", number(64, 1)),
    currency(9101, "EUR", "€", number(8, 1)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_every_coin_has_a_network() {
        let coins = COINS.into_iter().map(|coin| coin.id);
        let ids: BTreeSet<u64> = coins.chain(FIATS.iter().map(|fiat| fiat.id)).collect();
        assert_eq!(ids.len(), COINS.len() + FIATS.len());
        assert!(
            COINS
                .into_iter()
                .all(|coin| coin.networks().next().is_some())
        );
    }

    #[test]
    fn a_service_fee_is_rounded_up_as_in_the_sample() {
        let amount = Decimal::parse("6.97841").unwrap();
        let fee = NETWORKS[0].service_fee(amount).unwrap();
        assert_eq!(fee.to_string(), "0.034893");
        let fee = NETWORKS[0].service_fee(Decimal::parse("0.5").unwrap());
        assert_eq!(fee.unwrap().to_string(), "0.0025");
    }
}
