//! `exchange`: exchanges one currency of the merchant into another.

use bytes::Bytes;
use payments_core::wire::{Lenient, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp,
    check, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};
use crate::rate::Rate;
use crate::rules::{self, Names};

/// Exchanges an amount at the current rate: `POST /openapi/v1/exchange`.
///
/// **Effect: unkeyed.** No document states what a second exchange with the same reference does, so it is never sent
/// again once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
/// [`order_detail`](crate::Client::order_detail) with the same reference (that it finds exchanges is `assumed`: the
/// specification gives every order a reference and only that query).
///
/// The request contains neither a rate nor a minimum result: the gateway uses its own rate.
///
/// ```
/// use cpay_client::Exchange;
/// use payments_core::MerchantRef;
///
/// let exchange =
///     Exchange::new(MerchantRef::new("exchange-1")?, "customer-7", "9.12345678".parse()?, "USDT", "BTC");
/// # let _ = exchange;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an exchange is made by `Client::exchange`"]
pub struct Exchange {
    merchant_trade_no: MerchantRef,
    user_id: String,
    source_amount: Amount,
    source_currency: String,
    target_currency: String,
    create_time: Option<Timestamp>,
    names: Names,
}

impl Exchange {
    /// An exchange of `source_amount` of `source_currency` into `target_currency`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this exchange, unique, up to 64 characters.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `source_amount`: in units of the source currency, more than zero, up to 8 decimals.
    /// - `source_currency`, `target_currency`: those of the documents' balances; see
    ///   [`allow_unlisted`](Self::allow_unlisted).
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        source_amount: Amount,
        source_currency: impl Into<String>,
        target_currency: impl Into<String>,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            source_amount: source_amount.without_zeros_beyond(8),
            source_currency: source_currency.into(),
            target_currency: target_currency.into(),
            create_time: None,
            names: Names::Listed,
        }
    }

    /// Sends a currency that C-Pay's documents do not list, as it is. Default: such a name is refused before anything is sent,
    /// because it is more often a typing error, and the gateway's answer to one proves nothing.
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// When the merchant created the exchange; sent in milliseconds. Default: the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for Exchange {
    type Output = Exchanged;
    const NAME: &'static str = "exchange";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let listed = rules::CURRENCIES;
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            check::positive("source_amount", self.source_amount),
            check::decimals("source_amount", self.source_amount, 8),
            self.names
                .check("source_currency", &self.source_currency, listed),
            self.names
                .check("target_currency", &self.target_currency, listed),
        ])
    }
}

impl Call for Exchange {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "exchange",
            &mut [
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("sourceAmount", &self.source_amount.to_text()),
                ("sourceCurrency", &self.source_currency),
                ("targetCurrency", &self.target_currency),
                ("userId", &self.user_id),
            ],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Exchanged, Fault> {
        let exchanged: Exchanged = answer.data()?;
        let received = exchanged.target_currency.as_deref();
        answer.expect_currency("targetCurrency", &self.target_currency, received)?;
        Ok(answer.keep(exchanged))
    }
}

/// The answer to `exchange`.
///
/// The specification's example has a rate of 40000.000000, a fee of 0.003 and a target amount of 0.997, and no matching
/// source amount. That the fee is in the target currency and already deducted, so that 40000 of the source gave 1.000
/// of the target, is `assumed` from these numbers.
///
/// Missing and empty fields are `None`, and so are a malformed rate or fee.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Exchanged {
    /// The amount of the target currency that the customer gets, after the fee (`assumed`).
    #[serde_as(as = "Scalar")]
    pub target_amount: Amount,
    /// The target currency, as sent.
    #[serde_as(as = "Optional")]
    pub target_currency: Option<String>,
    /// The rate it was exchanged at: units of the source for one unit of the target (`assumed`: see [`Rate`]).
    #[serde(rename = "exchangeRate")]
    #[serde_as(as = "Lenient")]
    pub rate: Option<Rate>,
    /// The fee of the gateway, in units of the target currency (`assumed`).
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Exchanged);
