//! `support/token` and `token/chain`: what `coin/all` took the place of.
#![allow(deprecated)] // the types are used where they are defined

use payments_core::{Effect, Fault, InvalidRequest, Operation, RawAnswer, check};
use serde::{Deserialize, Serialize};

use crate::v1::TokenStatus;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, NoParameters, keeps_raw};
use crate::v1::rules;

/// Asks for the supported tokens: `POST support/token`. In every official SDK, in no list of the documents any more.
///
/// **Effect: read.**
#[deprecated(note = "the documents no longer list support/token: use `CoinsQuery`")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SupportedTokensQuery;

impl SupportedTokensQuery {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Operation for SupportedTokensQuery {
    type Output = LegacyTokens;
    const NAME: &'static str = "supported_tokens";
    const EFFECT: Effect = Effect::Read;
}

impl Wired for SupportedTokensQuery {
    const PATH: &'static str = "support/token";

    fn body(&self) -> impl Serialize {
        NoParameters {}
    }

    fn read(&self, answer: Answer<'_>) -> Result<LegacyTokens, Fault> {
        let tokens = answer.rows()?;
        Ok(answer.keep(LegacyTokens { tokens, raw: None }))
    }
}

/// Asks for the chains of a token: `POST token/chain`. In every official SDK, in no list of the documents any more.
///
/// **Effect: read.**
#[deprecated(note = "the documents no longer list token/chain: use `CoinsQuery`")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenChainsQuery {
    token_id: String,
}

impl TokenChainsQuery {
    /// By the token's id.
    #[must_use]
    pub fn new(token_id: impl Into<String>) -> Self {
        Self {
            token_id: token_id.into(),
        }
    }
}

impl Operation for TokenChainsQuery {
    type Output = LegacyTokens;
    const NAME: &'static str = "token_chains";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("token_id", &self.token_id, rules::ID)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    token_id: &'a str,
}

impl Wired for TokenChainsQuery {
    const PATH: &'static str = "token/chain";

    fn body(&self) -> impl Serialize {
        Body {
            token_id: &self.token_id,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<LegacyTokens, Fault> {
        let tokens = answer.rows()?;
        Ok(answer.keep(LegacyTokens { tokens, raw: None }))
    }
}

/// What `support/token` and `token/chain` answer.
#[deprecated(note = "use `Coins`")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LegacyTokens {
    /// The rows.
    pub tokens: Vec<LegacyToken>,
    raw: Option<RawAnswer>,
}

keeps_raw!(LegacyTokens);

/// A row of either call. No page describes it: these are the fields that the official SDKs read.
#[deprecated(note = "use `Token`")]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LegacyToken {
    /// The id of the token.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub token_id: Option<String>,
    /// The id of the coin.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub coin_id: Option<String>,
    /// The symbol of the coin.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub crypto: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub name: Option<String>,
    /// The network.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub network: Option<String>,
    /// The chain.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub chain: Option<String>,
    /// The token's contract.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub contract: Option<String>,
    /// `type_symbol`, of `token/chain` only.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub type_symbol: Option<String>,
    /// What can be done with it.
    #[serde(default, deserialize_with = "crate::v1::informative::word")]
    pub status: Option<TokenStatus>,
}
