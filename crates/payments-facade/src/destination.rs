//! Where coins go.

use payments_core::{InvalidRequest, check};

use crate::{SensitiveString, network};

/// An address on a network, with its memo where the network needs one. `Debug` shows the network alone.
///
/// Whether the address is one of the network's is the provider's to check.
///
/// ```
/// use payments_facade::{Destination, network};
///
/// let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON)?;
/// assert_eq!(to.memo(), None);
///
/// // Many payees share this address: without the memo the coins are nobody's.
/// let shared = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";
/// assert!(Destination::new(shared, network::XRP).is_err());
/// let to = Destination::with_memo(shared, network::XRP, "1001")?;
/// assert_eq!(to.memo(), Some("1001"));
///
/// // A wallet that one payee holds the keys of: whoever says so on purpose needs none.
/// let own = Destination::without_memo(shared, network::XRP)?;
/// assert_eq!(own.memo(), None);
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    address: SensitiveString,
    network: String,
    memo: Option<SensitiveString>,
    waives_memo: bool,
}

/// The longest address and memo; a provider may take less.
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

    /// An address that one payee alone holds the keys of, on any network. On a network that
    /// [needs a memo](network::needs_memo) it is for payees who said themselves that they have none: at an exchange or a
    /// custodian the coins would be lost.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for the memo.
    pub fn without_memo(address: &str, network: &str) -> Result<Self, InvalidRequest> {
        let to = Self::checked(address, network, None)?;
        Ok(Self {
            waives_memo: true,
            ..to
        })
    }

    /// An address with a memo, destination tag or payment id. An adapter whose provider has no field for it refuses the
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
        })
    }

    /// The address on its chain.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.expose()
    }

    /// The network, by its name in [`network`] or the provider's.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// The memo.
    #[must_use]
    pub fn memo(&self) -> Option<&str> {
        self.memo.as_ref().map(SensitiveString::expose)
    }

    /// Whether it was made by [`without_memo`](Self::without_memo). An adapter that knows better than
    /// [`network`] which coins have memos refuses an address that has none and does not say this.
    #[must_use]
    pub fn waives_memo(&self) -> bool {
        self.waives_memo
    }
}
