//! An amount of an asset.

use std::fmt;

use payments_core::{Amount, Asset, InvalidRequest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::network;

/// An amount of an asset. Amounts of different assets are never added or compared.
///
/// The asset's network uses the names in [`network`](crate::network) if it is listed there: adapters translate them to and
/// from the provider's names.
///
/// ```
/// use payments_facade::Money;
/// use payments_core::Asset;
///
/// let price = Money::new("10.50".parse()?, Asset::new("USDT")?);
/// assert_eq!(price.to_string(), "10.50 USDT");
/// assert_eq!(price, Money::of("10.5", "USDT")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount.
    pub amount: Amount,
    /// The asset.
    pub asset: Asset,
}

impl Money {
    /// An amount of an asset.
    #[must_use]
    pub const fn new(amount: Amount, asset: Asset) -> Self {
        Self { amount, asset }
    }

    /// Parses the amount and the symbol. The asset has no network.
    ///
    /// # Errors
    /// [`InvalidRequest`] if the amount is not a plain decimal or the symbol is not a valid [`Asset`].
    pub fn of(amount: &str, symbol: &str) -> Result<Self, InvalidRequest> {
        let amount = amount
            .parse()
            .map_err(|error: payments_core::AmountError| {
                InvalidRequest::request("amount", format!("is {error}"))
            })?;
        Ok(Self::new(amount, Asset::new(symbol)?))
    }

    /// The same amount of the asset on this network.
    ///
    /// # Errors
    /// [`InvalidRequest`] if `network` is not a valid name.
    pub fn on_network(mut self, network: &str) -> Result<Self, InvalidRequest> {
        self.asset = self.asset.on_network(network)?;
        Ok(self)
    }

    /// The same amount without a network.
    pub(crate) fn on_any_network(&self) -> Self {
        // The symbol of an asset is always valid.
        let asset = Asset::new(self.asset.symbol());
        let asset = asset.unwrap_or_else(|_| self.asset.clone());
        Self::new(self.amount, asset)
    }

    /// Whether both are of the same asset: the same symbol, ignoring case, and not on two different networks, as
    /// [`network::is_same`] compares them. Providers often omit the network.
    #[must_use]
    pub fn is_comparable(&self, other: &Self) -> bool {
        comparable(&self.asset, &other.asset)
    }

    /// The sum. `None` if the assets differ or the sum has more than 38 digits.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let fits = self.is_comparable(other);
        let sum = self.amount.checked_add(other.amount).filter(|_| fits)?;
        Some(Self::new(sum, self.asset.clone()))
    }
}

/// See [`Money::is_comparable`].
pub(crate) fn comparable(left: &Asset, right: &Asset) -> bool {
    let networks = match (left.network(), right.network()) {
        (Some(left), Some(right)) => network::is_same(left, right),
        _ => true,
    };
    networks && left.symbol().eq_ignore_ascii_case(right.symbol())
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.asset)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({self})")
    }
}

/// Money as JSON: the amount is text, and the network is omitted if it is not known.
#[derive(Serialize, Deserialize)]
struct Wire {
    amount: Amount,
    asset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<String>,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            amount: self.amount,
            asset: self.asset.symbol().to_owned(),
            network: self.asset.network().map(str::to_owned),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let asset = asset(&wire.asset, wire.network.as_deref()).map_err(de::Error::custom)?;
        Ok(Self::new(wire.amount, asset))
    }
}

/// An asset from its parts.
pub(crate) fn asset(symbol: &str, network: Option<&str>) -> Result<Asset, InvalidRequest> {
    let asset = Asset::new(symbol)?;
    match network {
        Some(network) => asset.on_network(network),
        None => Ok(asset),
    }
}
