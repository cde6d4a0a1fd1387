use crate::InvalidRequest;
use crate::ids::well_formed;
use smol_str::SmolStr;
use std::fmt;

/// What is paid with: a symbol and, for a crypto asset, the network it moves on.
///
/// Both are the provider's own spellings. Providers add assets without a release of ours, so the
/// set is open; comparison is exact, letter case included.
///
/// ```
/// use payments_core::Asset;
///
/// let asset = Asset::new("USDT")?.on_network("TRON(TRC-20)")?;
/// assert_eq!(asset.to_string(), "USDT on TRON(TRC-20)");
/// assert_eq!(Asset::new("EUR")?.network(), None);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asset {
    symbol: SmolStr,
    network: Option<SmolStr>,
}

impl Asset {
    /// The most characters that a symbol or a network may have.
    pub const MAX_CHARS: usize = 64;

    /// An asset without a network: a currency, or a coin whose network goes without saying.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the symbol is empty, longer than 64 characters, has control characters or
    /// white space around it.
    pub fn new(symbol: impl AsRef<str>) -> Result<Self, InvalidRequest> {
        let symbol = well_formed("asset symbol", symbol, Self::MAX_CHARS)?;
        Ok(Self {
            symbol,
            network: None,
        })
    }

    /// The same asset on this network.
    ///
    /// # Errors
    /// [`InvalidRequest`], by the same rules as for the symbol.
    pub fn on_network(mut self, network: impl AsRef<str>) -> Result<Self, InvalidRequest> {
        let network = well_formed("asset network", network, Self::MAX_CHARS)?;
        self.network = Some(network);
        Ok(self)
    }

    /// The symbol: `USDT`, `EUR`.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// The network: `TRON(TRC-20)`.
    pub fn network(&self) -> Option<&str> {
        self.network.as_deref()
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol)?;
        match &self.network {
            Some(network) => write!(f, " on {network}"),
            None => Ok(()),
        }
    }
}
