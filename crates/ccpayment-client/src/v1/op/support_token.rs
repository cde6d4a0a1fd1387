//! `support/token`: the supported tokens, replaced by `coin/all`.
#![allow(deprecated)] // the types are used where they are defined

use bytes::Bytes;
use http::Request;
use payments_core::wire::Lenient;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::protocol::{Account, Call, rows};
use crate::v1::status::TokenStatus;

/// Asks for the supported tokens: `POST support/token`. It is in every official SDK and no longer in the documents.
///
/// **Effect: read.**
#[deprecated(note = "the documents no longer list support/token: use `CoinsQuery`")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SupportedTokensQuery {}

impl SupportedTokensQuery {
    /// All tokens: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for SupportedTokensQuery {
    type Output = LegacyTokens;
    const NAME: &'static str = "supported_tokens";
    const EFFECT: Effect = Effect::Read;
}

impl Call for SupportedTokensQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("support/token", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<LegacyTokens, Fault> {
        LegacyTokens::decode(answer)
    }
}

/// The answer to `support/token` and to `token/chain`.
#[deprecated(note = "use `Coins`")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LegacyTokens {
    /// The rows.
    pub tokens: Vec<LegacyToken>,
    raw: Option<RawAnswer>,
}

impl LegacyTokens {
    pub(super) fn decode(answer: Answer<'_>) -> Result<Self, Fault> {
        let tokens = rows(&answer)?;
        Ok(answer.keep(Self { tokens, raw: None }))
    }
}

keeps_raw!(LegacyTokens);

/// A row of either call. No page describes it: these are the fields that the official SDKs read.
#[deprecated(note = "use `Token`")]
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LegacyToken {
    /// The id of the token.
    pub token_id: Option<String>,
    /// The id of the coin.
    pub coin_id: Option<String>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The network.
    pub network: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract.
    pub contract: Option<String>,
    /// `type_symbol`, of `token/chain` only.
    pub type_symbol: Option<String>,
    /// What can be done with it.
    pub status: Option<TokenStatus>,
}
