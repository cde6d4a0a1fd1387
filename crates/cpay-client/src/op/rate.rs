//! `getExchangeRate` and `getExchangeRateForCreditCard`: what a conversion would come to.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check, wire,
};
use serde::Deserialize;

use crate::Rate;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// From what into what, how much, and on which side the amount stands.
///
/// ```
/// use cpay_client::Conversion;
///
/// // "I want to spend 100 USD", and "I want to get 0.5 ETH".
/// let spend = Conversion::spending("100".parse()?, "USD", "ETH");
/// let get = Conversion::getting("0.5".parse()?, "USD", "ETH");
/// # let _ = (spend, get);
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    amount: Amount,
    side: Side,
    source: String,
    target: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Source,
    Target,
}

impl Conversion {
    /// `amount` units of `source` are given away for `target`: `purchaseType` 0.
    ///
    /// The amount is more than zero, up to 11 decimals, which is `assumed`: no document limits it here, and the
    /// gateway's own results have as many. Both currencies are passed on as they are, up to 16 characters.
    #[must_use]
    pub fn spending(amount: Amount, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            amount,
            side: Side::Source,
            source: source.into(),
            target: target.into(),
        }
    }

    /// `amount` units of `target` are to be had for `source`: `purchaseType` 1. That the gateway's result is then what
    /// is to be paid, `target * rate`, is `assumed`: the documents have no example of it.
    ///
    /// The same limits hold as for [`spending`](Self::spending).
    #[must_use]
    pub fn getting(amount: Amount, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            amount,
            side: Side::Target,
            source: source.into(),
            target: target.into(),
        }
    }

    /// The other side of this conversion at `rate`: what is obtained of the target when
    /// [`spending`](Self::spending), what is to be paid of the source when [`getting`](Self::getting).
    ///
    /// For spending it follows the specification's numbers, exactly; for getting it is `assumed`. See
    /// [`Rate::target_for`] and [`Rate::source_for`], also for when there is none.
    ///
    /// ```
    /// use cpay_client::{Conversion, Rate};
    ///
    /// let rate = Rate::new("2999.342".parse()?);
    /// let obtained = Conversion::spending("100".parse()?, "USD", "ETH").at(rate);
    /// assert_eq!(obtained, Some("0.03334064604".parse()?));
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    #[must_use]
    pub fn at(&self, rate: Rate) -> Option<Amount> {
        match self.side {
            Side::Source => rate.target_for(self.amount),
            Side::Target => rate.source_for(self.amount),
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        check::positive("amount", self.amount)?;
        check::decimals("amount", self.amount, Rate::TARGET_DECIMALS)?;
        check::text("source_currency", &self.source, 16)?;
        check::text("target_currency", &self.target, 16)
    }

    fn get(&self, method: &str, account: &Account) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            method,
            &[
                ("amount", &self.amount.to_text()),
                ("merchantId", account.merchant_id()),
                (
                    "purchaseType",
                    match self.side {
                        Side::Source => "0",
                        Side::Target => "1",
                    },
                ),
                ("sourceCurrency", &self.source),
                ("targetCurrency", &self.target),
            ],
        )
    }
}

/// Asks for the rate of a conversion, of money into coins or of coins into coins:
/// `GET /openapi/v1/getExchangeRate`.
///
/// **Effect: read.** Nothing is reserved: no document says how long a rate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::exchange_rate`"]
pub struct RateQuery(Conversion);

impl RateQuery {
    /// The rate of this conversion.
    pub fn new(conversion: Conversion) -> Self {
        Self(conversion)
    }
}

impl Operation for RateQuery {
    type Output = ExchangeRate;
    const NAME: &'static str = "exchange_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.0.check()
    }
}

impl Wired for RateQuery {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.0.get("getExchangeRate", account)
    }

    fn read(&self, answer: Answer<'_>) -> Result<ExchangeRate, Fault> {
        let rate: ExchangeRate = answer.data()?;
        Ok(answer.keep(rate))
    }
}

/// What `getExchangeRate` answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExchangeRate {
    /// Units of the source for one unit of the target: `assumed`, for the specification's own example of this call
    /// shows no rate, but the number `0` (text by its table), at which nothing can be converted.
    #[serde(rename = "exchangeRate", deserialize_with = "Rate::read")]
    pub rate: Rate,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(ExchangeRate);

/// Asks what a conversion by credit card would come to: `GET /openapi/v1/getExchangeRateForCreditCard`.
///
/// **Effect: read.** Nothing is reserved: no document says how long a rate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::card_exchange_rate`"]
pub struct CardRateQuery(Conversion);

impl CardRateQuery {
    /// The rate of this conversion.
    pub fn new(conversion: Conversion) -> Self {
        Self(conversion)
    }
}

impl Operation for CardRateQuery {
    type Output = CardExchangeRate;
    const NAME: &'static str = "card_exchange_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.0.check()
    }
}

impl Wired for CardRateQuery {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.0.get("getExchangeRateForCreditCard", account)
    }

    fn read(&self, answer: Answer<'_>) -> Result<CardExchangeRate, Fault> {
        let rate: CardExchangeRate = answer.data()?;
        Ok(answer.keep(rate))
    }
}

/// What `getExchangeRateForCreditCard` answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardExchangeRate {
    /// Units of the source for one unit of the target.
    #[serde(rename = "exchangeRate", deserialize_with = "Rate::read")]
    pub rate: Rate,
    /// The gateway's own result: what is obtained of the target when spending, what is to be paid of the source
    /// when getting. It has up to 11 decimals in the example, more than an order takes.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub amount_exchanged: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CardExchangeRate);
