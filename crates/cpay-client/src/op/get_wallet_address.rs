//! `getWalletAddress`: the addresses where a customer deposits coins without an order.

use bytes::Bytes;
use payments_core::redact::Masked;
use payments_core::wire::NonEmpty;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};

/// Gets the deposit addresses of a customer: `GET /openapi/v1/getWalletAddress`.
///
/// **Effect: keyed** by the customer. The call creates addresses for a customer who has none yet. The specification
/// describes it as the query for a customer's addresses; that a repeat returns the same ones is `assumed` from that. It
/// moves no money: after [`Outcome::Unknown`](payments_core::Outcome), make the same call again.
///
/// ```
/// use cpay_client::WalletAddressQuery;
///
/// let query = WalletAddressQuery::new("customer-7");
/// # let _ = query;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::wallet_addresses`"]
pub struct WalletAddressQuery {
    user_id: String,
}

impl WalletAddressQuery {
    /// The addresses of `user_id`, the customer in the merchant's system, up to 64 characters.
    pub fn new(user_id: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
        }
    }
}

impl Operation for WalletAddressQuery {
    type Output = WalletAddresses;
    const NAME: &'static str = "wallet_addresses";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::no_ampersand("user_id", &self.user_id, 64)
    }
}

impl Call for WalletAddressQuery {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            "getWalletAddress",
            &mut [
                ("merchantId", account.merchant_id()),
                ("userId", &*self.user_id),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<WalletAddresses, Fault> {
        let addresses = WalletAddresses {
            addresses: answer.rows()?,
            raw: None,
        };
        Ok(answer.keep(addresses))
    }
}

/// The answer to `getWalletAddress`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WalletAddresses {
    /// One row for each coin on each network; the coins of a network share an address.
    pub addresses: Vec<WalletAddress>,
    raw: Option<RawAnswer>,
}

keeps_raw!(WalletAddresses);

/// The address for one coin on one network. Coins sent over another network are lost, so all three fields are required.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub struct WalletAddress {
    /// The address on its chain.
    #[serde_as(as = "NonEmpty")]
    pub address: String,
    /// The coin: `USDT`, `TRX`, `BNB`, `ETH` and `BTC` in the example.
    #[serde_as(as = "NonEmpty")]
    pub currency: String,
    /// The network in its long form: `TRON(TRC-20)`, `BSC(BEP-20)`, `Ethereum(ERC-20)`, `Bitcoin`. Orders and webhooks
    /// use `TRON` for the first one.
    #[serde_as(as = "NonEmpty")]
    pub network: String,
}

/// Masks the address: it belongs to a customer.
impl std::fmt::Debug for WalletAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WalletAddress")
            .field("address", &Masked)
            .field("currency", &self.currency)
            .field("network", &self.network)
            .finish()
    }
}
