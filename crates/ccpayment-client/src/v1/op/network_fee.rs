//! `network/fee`: the network fee of a withdrawal.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString,
    Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::fee::Fee;
use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// Asks for the network fee of a withdrawal: `POST network/fee`, "Network Fee Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::network_fee`"]
pub struct NetworkFeeQuery {
    token_id: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    address: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
}

impl NetworkFeeQuery {
    /// For a token, from [`Client::coins`](crate::v1::Client::coins).
    pub fn new(token_id: impl Into<String>) -> Self {
        Self {
            token_id: token_id.into(),
            address: SensitiveString::default(),
            memo: SensitiveString::default(),
        }
    }

    /// To this address, as in [`Withdraw::new`](crate::v1::Withdraw::new): to a Cwallet user it is free.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = SensitiveString::from(address);
        self
    }

    /// With this memo. Only the provider's SDKs have this parameter, not its page.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }
}

impl Operation for NetworkFeeQuery {
    type Output = NetworkFee;
    const NAME: &'static str = "network_fee";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("token_id", &self.token_id, limits::ID),
            check::optional_text("address", &self.address, limits::ADDRESS),
            check::optional_text("memo", &self.memo, limits::MEMO),
        ])
    }
}

impl Call for NetworkFeeQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("network/fee", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<NetworkFee, Fault> {
        let wire: WireNetworkFee = answer.data()?;
        answer.expect("token_id", &*self.token_id, wire.token_id.as_deref())?;
        Ok(answer.keep(NetworkFee {
            token_id: wire.token_id,
            fee: Fee::new(wire.fee).in_crypto(wire.crypto),
            raw: None,
        }))
    }
}

#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
struct WireNetworkFee {
    #[serde_as(as = "Optional")]
    token_id: Option<String>,
    #[serde_as(as = "NonEmpty")]
    crypto: String,
    #[serde_as(as = "Scalar")]
    fee: Amount,
}

/// The answer to `network/fee`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NetworkFee {
    /// The token, as requested.
    pub token_id: Option<String>,
    /// The fee and its coin, which may differ from the token's.
    pub fee: Fee,
    raw: Option<RawAnswer>,
}

keeps_raw!(NetworkFee);
