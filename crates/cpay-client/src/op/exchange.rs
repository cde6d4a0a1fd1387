//! `exchange`: one currency of the merchant's into another.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp, check,
    wire,
};
use serde::Deserialize;

use super::setters;
use crate::Rate;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// Exchanges an amount at the rate of the moment: `POST /openapi/v1/exchange`.
///
/// **Effect: unkeyed.** No document says what a second exchange with the same reference does, so once a byte
/// of it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference (that an exchange is found there is
/// `assumed`: the specification gives every order a reference and only that query).
///
/// The request names no rate and no least result: the gateway exchanges at its own.
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
}

impl Exchange {
    /// An exchange of `source_amount` of `source_currency` into `target_currency`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this exchange, unique, up to 64 characters.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `source_amount`: in units of the source currency, more than zero, up to 8 decimals.
    /// - `source_currency`, `target_currency`: passed on as they are, up to 16 characters.
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
            source_amount,
            source_currency: source_currency.into(),
            target_currency: target_currency.into(),
            create_time: None,
        }
    }
}

setters!(Exchange {
    /// When the merchant made the exchange; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for Exchange {
    type Output = Exchanged;
    const NAME: &'static str = "exchange";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        check::positive("source_amount", self.source_amount)?;
        check::decimals("source_amount", self.source_amount, 8)?;
        check::text("source_currency", &self.source_currency, 16)?;
        check::text("target_currency", &self.target_currency, 16)
    }
}

impl Wired for Exchange {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "exchange",
            &[
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

    fn read(&self, answer: Answer<'_>) -> Result<Exchanged, Fault> {
        let exchanged: Exchanged = answer.data()?;
        let told = exchanged.target_currency.as_deref();
        answer.expect_currency("targetCurrency", &self.target_currency, told)?;
        Ok(answer.keep(exchanged))
    }
}

/// What `exchange` answers.
///
/// The specification's example has a rate of 40000.000000, a fee of 0.003 and a target amount of 0.997, and no source
/// amount that belongs to them. That the fee is in the target currency and already taken off, so that 1.000 of the
/// target came of 40000 of the source, is computed back from these numbers and `assumed`.
///
/// A field the gateway leaves out or sends empty is absent, and a rate or fee that cannot be read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Exchanged {
    /// What the customer gets of the target currency, after the fee (`assumed`).
    #[serde(deserialize_with = "wire::amount")]
    pub target_amount: Amount,
    /// The target currency, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub target_currency: Option<String>,
    /// The rate it was exchanged at: units of the source for one unit of the target (`assumed`: see [`Rate`]).
    #[serde(
        default,
        rename = "exchangeRate",
        deserialize_with = "crate::informative::rate"
    )]
    pub rate: Option<Rate>,
    /// What the gateway kept, in units of the target currency (`assumed`).
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Exchanged);
