//! An address on a chain.

use payments_address::{AddressError, Checked, Reason};
use payments_core::{InvalidRequest, SensitiveString, check};
use serde::{Deserialize, Serialize};

use crate::network;

/// An address on a network, with a memo if the network needs one. `Debug` shows only the network.
///
/// [`check`](Self::check) checks the form of address and memo. Every adapter does it before it sends a payout, because a payment
/// to a mistyped address is lost.
///
/// ```
/// use payments_facade::{Destination, network};
///
/// let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON)?;
/// assert_eq!(to.memo(), None);
/// assert!(to.check().is_ok());
///
/// let mistyped = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv", network::TRON)?;
/// assert!(mistyped.check().is_err());
///
/// // Many payees share this address. Coins sent without the memo cannot be credited to one of them.
/// let shared = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";
/// assert!(Destination::new(shared, network::XRP).is_err());
/// let to = Destination::with_memo(shared, network::XRP, "1001")?;
/// assert_eq!(to.memo(), Some("1001"));
///
/// // A wallet whose keys one payee holds needs no memo. That has to be stated.
/// let own = Destination::without_memo(shared, network::XRP)?;
/// assert_eq!(own.memo(), None);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Destination {
    address: SensitiveString,
    network: String,
    memo: Option<SensitiveString>,
    waives_memo: bool,
    allows_unchecked: bool,
    coin: Option<Coin>,
}

/// As it is read by `serde`, before it is checked as by the constructors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    address: SensitiveString,
    network: String,
    memo: Option<SensitiveString>,
    waives_memo: bool,
    allows_unchecked: bool,
    coin: Option<Coin>,
}

impl TryFrom<Stored> for Destination {
    type Error = InvalidRequest;

    fn try_from(stored: Stored) -> Result<Self, InvalidRequest> {
        let (address, network) = (stored.address.expose(), stored.network.as_str());
        let checked = match &stored.memo {
            Some(memo) => Self::with_memo(address, network, memo.expose()),
            None if stored.waives_memo => Self::without_memo(address, network),
            None => Self::new(address, network),
        }?;
        Ok(Self {
            allows_unchecked: stored.allows_unchecked,
            coin: stored.coin,
            ..checked
        })
    }
}

/// Which coin of its network is paid to a [`Destination`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Coin {
    /// The network's own coin.
    Native,
    /// A token.
    Token {
        /// The address of its contract, mint or master.
        contract: String,
    },
}

/// The longest address and memo. A provider may accept less.
const MAX_CHARS: usize = 256;

impl Destination {
    /// An address on a network that has no memos.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the address or the network is empty, too long or has control characters, and when the network
    /// [needs a memo](network::needs_memo).
    pub fn new(address: &str, network: &str) -> Result<Self, InvalidRequest> {
        if network::needs_memo(network) {
            return Err(
                InvalidRequest::request("memo", "is missing").allowed("the payee's memo or tag")
            );
        }
        Self::checked(address, network, None)
    }

    /// An address whose keys only the payee holds, on any network. On a network that [needs a memo](network::needs_memo), use
    /// it only if the payee stated that the address has no memo: at an exchange or a custodian the coins would be lost.
    ///
    /// # Errors
    /// As [`new`](Self::new), except for the memo.
    pub fn without_memo(address: &str, network: &str) -> Result<Self, InvalidRequest> {
        let to = Self::checked(address, network, None)?;
        Ok(Self {
            waives_memo: true,
            ..to
        })
    }

    /// An address with a memo, destination tag or payment id. An adapter whose provider does not support memos refuses the
    /// payout.
    ///
    /// # Errors
    /// As [`new`](Self::new), and for an empty memo.
    pub fn with_memo(address: &str, network: &str, memo: &str) -> Result<Self, InvalidRequest> {
        check::text("memo", memo, MAX_CHARS)?;
        Self::checked(address, network, Some(SensitiveString::from(memo)))
    }

    fn checked(
        address: &str,
        network: &str,
        memo: Option<SensitiveString>,
    ) -> Result<Self, InvalidRequest> {
        check::text("address", address, MAX_CHARS)?;
        check::text("network", network, payments_core::Asset::MAX_CHARS)?;
        Ok(Self {
            address: SensitiveString::from(address),
            network: network.to_owned(),
            memo,
            waives_memo: false,
            allows_unchecked: false,
            coin: None,
        })
    }

    /// States which coin of the network is paid. For adapters, in the answer to an order: a payment URI needs it.
    #[must_use]
    pub fn paid_in(self, coin: Coin) -> Self {
        Self {
            coin: Some(coin),
            ..self
        }
    }

    /// Which coin of the network is paid, if the provider stated it.
    #[must_use]
    pub const fn coin(&self) -> Option<&Coin> {
        self.coin.as_ref()
    }

    /// Skips [`check`](Self::check), for an address that it refuses although the payee has confirmed it: a new form of
    /// address, or a test network under the name of its mainnet.
    #[must_use]
    pub fn allow_unchecked_address(self) -> Self {
        Self {
            allows_unchecked: true,
            ..self
        }
    }

    /// Checks the form of the address and its checksum, whether it belongs to this network, and the form of the memo. Effect:
    /// none. The result has a note if a person should know something before they pay: for a network that is not listed, the
    /// form is not checked.
    ///
    /// # Errors
    /// [`InvalidRequest`] about `address`, `memo` or both. After [`allow_unchecked_address`](Self::allow_unchecked_address), only for
    /// a private key in place of an address.
    pub fn check(&self) -> Result<Checked, InvalidRequest> {
        let checked = payments_address::check_payee(&self.network, self.address(), self.memo());
        let error = match checked {
            Ok(checked) => return Ok(checked),
            Err(error) => error,
        };
        if self.allows_unchecked && error.reason() != Reason::SecretKey {
            return Ok(Checked::SKIPPED);
        }
        // The first error may be about the address, and the memo wrong as well.
        let memo = self.memo().map_or(Ok(()), |memo| {
            payments_address::check_memo(&self.network, memo).map_err(invalid)
        });
        let first = invalid(error);
        let both = InvalidRequest::all([Err(first.clone()), memo]);
        Err(both.err().unwrap_or(first))
    }

    /// The address on its chain.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.expose()
    }

    /// The network, by its name in [`network`] or the provider's name.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// The memo.
    #[must_use]
    pub fn memo(&self) -> Option<&str> {
        self.memo.as_ref().map(SensitiveString::expose)
    }

    /// Whether it was made by [`without_memo`](Self::without_memo). An adapter that knows more than [`network`] about which
    /// coins have memos refuses an address without a memo unless this is true.
    #[must_use]
    pub fn waives_memo(&self) -> bool {
        self.waives_memo
    }
}

/// The error of an address or a memo, in the words of this crate.
fn invalid(error: AddressError) -> InvalidRequest {
    let allowed = match error.reason() {
        // It is certainly wrong, so nothing is suggested but the right one.
        Reason::Checksum | Reason::OtherNetwork | Reason::SecretKey | Reason::OtherMemo => {
            error.allowed().to_owned()
        }
        _ => format!(
            "{}; if the payee confirms it: allow_unchecked_address",
            error.allowed()
        ),
    };
    InvalidRequest::request(error.field(), error.problem().to_owned()).allowed(allowed)
}
