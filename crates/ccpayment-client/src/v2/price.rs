//! A price in a fiat currency or a coin.

use payments_core::{Amount, InvalidRequest, check};

use super::limits;

/// What an order or an invoice costs: an amount in a fiat currency or a coin, named by the gateway's ids.
///
/// ```
/// use ccpayment_client::v2::Price;
///
/// let price = Price::usd("25.50".parse()?);
/// assert_eq!(price.fiat_id(), Some(Price::USD));
/// assert_eq!(Price::coin("1.5".parse()?, 1280).coin_id(), Some(1280));
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    amount: Amount,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Fiat(u64),
    Coin(u64),
}

impl Price {
    /// The gateway's id of the US dollar.
    pub const USD: u64 = 1033;

    /// An amount of US dollars, of up to two decimals.
    #[must_use]
    pub fn usd(amount: Amount) -> Self {
        Self::fiat(amount, Self::USD)
    }

    /// An amount of a fiat currency, of up to two decimals. The ids are those of [`Client::fiats`](super::Client::fiats).
    #[must_use]
    pub fn fiat(amount: Amount, fiat_id: u64) -> Self {
        Self {
            amount: amount.without_zeros_beyond(2),
            unit: Unit::Fiat(fiat_id),
        }
    }

    /// An amount of a coin, of up to 18 decimals. The ids are those of [`Client::coins`](super::Client::coins).
    #[must_use]
    pub fn coin(amount: Amount, coin_id: u64) -> Self {
        Self {
            amount: amount.without_zeros_beyond(0),
            unit: Unit::Coin(coin_id),
        }
    }

    /// The amount.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// The id of the fiat currency, unless it is a price in a coin.
    #[must_use]
    pub const fn fiat_id(&self) -> Option<u64> {
        match self.unit {
            Unit::Fiat(id) => Some(id),
            Unit::Coin(_) => None,
        }
    }

    /// The id of the coin, unless it is a price in a fiat currency.
    #[must_use]
    pub const fn coin_id(&self) -> Option<u64> {
        match self.unit {
            Unit::Coin(id) => Some(id),
            Unit::Fiat(_) => None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let (decimals, id) = match self.unit {
            Unit::Fiat(id) => (2, limits::id("fiat_id", id)),
            Unit::Coin(id) => (18, limits::id("coin_id", id)),
        };
        InvalidRequest::all([
            check::positive("price", self.amount),
            check::decimals("price", self.amount, decimals),
            id,
        ])
    }
}
