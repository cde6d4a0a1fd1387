//! `getMerchantBalance`: the balances of the merchant's account.

use bytes::Bytes;
use payments_core::wire::{FromText, Optional};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};

/// Gets the merchant's balances: `GET /openapi/v1/getMerchantBalance`.
///
/// **Effect: read.** The only parameter is the merchant id of the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BalanceQuery;

impl BalanceQuery {
    /// All currencies at once: the gateway has no filter.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Operation for BalanceQuery {
    type Output = Balances;
    const NAME: &'static str = "balances";
    const EFFECT: Effect = Effect::Read;
}

impl Call for BalanceQuery {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            "getMerchantBalance",
            &mut [("merchantId", account.merchant_id())],
        )
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Balances, Fault> {
        let balances = Balances {
            balances: answer.rows()?,
            raw: None,
        };
        Ok(answer.keep(balances))
    }
}

/// The answer to `getMerchantBalance`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Balances {
    /// One row for each currency, including those with a balance of zero.
    pub balances: Vec<Balance>,
    raw: Option<RawAnswer>,
}

impl Balances {
    /// The balance in `currency`, in the spelling of the gateway: `USDT`, `EUR`.
    #[must_use]
    pub fn of(&self, currency: &str) -> Option<&Balance> {
        self.balances
            .iter()
            .find(|balance| balance.currency == currency)
    }
}

keeps_raw!(Balances);

/// The balance of one currency, in units of it. The specification names the fields without explaining them.
///
/// A value that is not an [`Amount`], for example a negative one, is `None` here, so that the other rows stay readable.
/// Its text is in [`available_text`](Self::available_text) or [`frozen_text`](Self::frozen_text).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Row")]
#[non_exhaustive]
pub struct Balance {
    /// `ETH`, `TRX`, `BTC`, `USDT`, `BNB`, and `EUR` and `USD` as well.
    pub currency: String,
    /// What can be paid out or exchanged now (`assumed` from the name `availableBalance`).
    pub available: Option<Amount>,
    /// What is reserved, for example by pending payouts (`assumed` from the name `freezeBalance`).
    pub frozen: Option<Amount>,
    available_text: Option<String>,
    frozen_text: Option<String>,
}

impl Balance {
    /// `availableBalance` as the gateway wrote it, even if [`available`](Self::available) could not be read from it.
    #[must_use]
    pub fn available_text(&self) -> Option<&str> {
        self.available_text.as_deref()
    }

    /// `freezeBalance` as the gateway wrote it, even if [`frozen`](Self::frozen) could not be read from it.
    #[must_use]
    pub fn frozen_text(&self) -> Option<&str> {
        self.frozen_text.as_deref()
    }
}

/// A row on the wire. The specification calls the currency `cryptoCurrency`; the provider's later document adds
/// `currency` with the same value and calls the first one deprecated.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde_as(as = "Optional")]
    currency: Option<String>,
    #[serde_as(as = "Optional")]
    crypto_currency: Option<String>,
    #[serde_as(as = "Optional")]
    available_balance: Option<Sum>,
    #[serde_as(as = "Optional")]
    freeze_balance: Option<Sum>,
}

/// An amount and the text it was read from.
struct Sum {
    amount: Option<Amount>,
    text: String,
}

impl FromText for Sum {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self {
            amount: Amount::from_text(text),
            text: text.to_owned(),
        })
    }
}

impl TryFrom<Row> for Balance {
    type Error = &'static str;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let currency = row.currency.or(row.crypto_currency);
        let amount = |sum: &Option<Sum>| sum.as_ref().and_then(|sum| sum.amount);
        Ok(Self {
            currency: currency.ok_or("a balance without a currency")?,
            available: amount(&row.available_balance),
            frozen: amount(&row.freeze_balance),
            available_text: row.available_balance.map(|sum| sum.text),
            frozen_text: row.freeze_balance.map(|sum| sum.text),
        })
    }
}
