//! `getWalletAddress`: where a customer sends coins without an order.

use bytes::Bytes;
use payments_core::redact::Masked;
use payments_core::{Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check};
use serde::Deserialize;

use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// Asks for the deposit addresses of a customer: `GET /openapi/v1/getWalletAddress`.
///
/// **Effect: keyed** by the customer. The call makes addresses for a customer who has none yet, and the
/// specification describes it as the query for a customer's addresses: that a repeat gives the same ones is
/// `assumed` from that. It moves no money, so an [`Outcome::Unknown`](payments_core::Outcome) means at worst
/// that addresses exist which nobody has seen: make the same call again.
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
        check::separable("user_id", &self.user_id, 64)
    }
}

impl Wired for WalletAddressQuery {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let fields = [
            ("merchantId", account.merchant_id()),
            ("userId", &*self.user_id),
        ];
        account.get("getWalletAddress", &fields)
    }

    fn read(&self, answer: Answer<'_>) -> Result<WalletAddresses, Fault> {
        let addresses = WalletAddresses {
            addresses: answer.rows()?,
            raw: None,
        };
        Ok(answer.keep(addresses))
    }
}

/// What `getWalletAddress` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WalletAddresses {
    /// One row for each coin on each network; the coins of a network share an address.
    pub addresses: Vec<WalletAddress>,
    raw: Option<RawAnswer>,
}

keeps_raw!(WalletAddresses);

/// Where to send one coin on one network. Coins sent over another network are lost, so a row that lacks one of
/// the three is no row.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub struct WalletAddress {
    /// The address on its chain.
    #[serde(deserialize_with = "super::present_text")]
    pub address: String,
    /// The coin: `USDT`, `TRX`, `BNB`, `ETH` and `BTC` in the example.
    #[serde(deserialize_with = "super::present_text")]
    pub currency: String,
    /// The network in its long form: `TRON(TRC-20)`, `BSC(BEP-20)`, `Ethereum(ERC-20)`, `Bitcoin`. Orders and
    /// webhooks say `TRON` for the first of them.
    #[serde(deserialize_with = "super::present_text")]
    pub network: String,
}

/// Without the address: it is a customer's.
impl std::fmt::Debug for WalletAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WalletAddress")
            .field("address", &Masked)
            .field("currency", &self.currency)
            .field("network", &self.network)
            .finish()
    }
}
