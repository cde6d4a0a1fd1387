//! `getMerchantBalance`: what the merchant's account holds.

use bytes::Bytes;
use payments_core::wire::{self, Json};
use payments_core::{Amount, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp};
use serde::{Deserialize, Deserializer, de};

use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// Asks for the merchant's balances: `GET /openapi/v1/getMerchantBalance`.
///
/// **Effect: read.** It takes nothing but the merchant, who is in the client's configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BalanceQuery;

impl BalanceQuery {
    /// All currencies at once: the gateway offers no choice.
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

impl Wired for BalanceQuery {
    fn write(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            "getMerchantBalance",
            &[("merchantId", account.merchant_id())],
        )
    }

    fn read(&self, answer: Answer<'_>) -> Result<Balances, Fault> {
        let balances = Balances {
            balances: answer.rows()?,
            raw: None,
        };
        Ok(answer.keep(balances))
    }
}

/// What `getMerchantBalance` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Balances {
    /// One row for each currency, also those of which there is nothing.
    pub balances: Vec<Balance>,
    raw: Option<RawAnswer>,
}

impl Balances {
    /// The balance in `currency`, spelt as the gateway spells it: `USDT`, `EUR`.
    #[must_use]
    pub fn of(&self, currency: &str) -> Option<&Balance> {
        self.balances
            .iter()
            .find(|balance| balance.currency == currency)
    }
}

keeps_raw!(Balances);

/// What there is of one currency, in units of it. The specification names the fields and explains none.
///
/// A balance that is no [`Amount`], a negative one for example, is none here and stands as it came in
/// [`available_text`](Self::available_text) or [`frozen_text`](Self::frozen_text): it leaves the other rows readable.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Row")]
#[non_exhaustive]
pub struct Balance {
    /// `ETH`, `TRX`, `BTC`, `USDT`, `BNB`, and `EUR` and `USD` as well.
    pub currency: String,
    /// What can be paid out or exchanged now (`assumed` from its name, `availableBalance`).
    pub available: Option<Amount>,
    /// What is held back, by open payouts for one (`assumed` from its name, `freezeBalance`).
    pub frozen: Option<Amount>,
    available_text: Option<String>,
    frozen_text: Option<String>,
}

impl Balance {
    /// `availableBalance` as the gateway wrote it, also where [`available`](Self::available) could not be read from it.
    #[must_use]
    pub fn available_text(&self) -> Option<&str> {
        self.available_text.as_deref()
    }

    /// `freezeBalance` as the gateway wrote it, also where [`frozen`](Self::frozen) could not be read from it.
    #[must_use]
    pub fn frozen_text(&self) -> Option<&str> {
        self.frozen_text.as_deref()
    }
}

/// A row on the wire. The specification calls the currency `cryptoCurrency`; the provider's later document adds
/// `currency` with the same value and calls the first one deprecated.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default, deserialize_with = "wire::optional_text")]
    currency: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    crypto_currency: Option<String>,
    #[serde(default)]
    available_balance: Sum,
    #[serde(default)]
    freeze_balance: Sum,
}

/// An amount and the text it was read from.
#[derive(Default)]
struct Sum {
    amount: Option<Amount>,
    text: Option<String>,
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let mut written = serde_json::Deserializer::from_str(json.as_str());
        let text = wire::optional_text(&mut written).map_err(de::Error::custom)?;
        let mut written = serde_json::Deserializer::from_str(json.as_str());
        let amount = crate::informative::amount(&mut written).map_err(de::Error::custom)?;
        Ok(Self { amount, text })
    }
}

impl TryFrom<Row> for Balance {
    type Error = &'static str;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let currency = row
            .currency
            .or(row.crypto_currency)
            .ok_or("a balance without a currency")?;
        Ok(Self {
            currency,
            available: row.available_balance.amount,
            frozen: row.freeze_balance.amount,
            available_text: row.available_balance.text,
            frozen_text: row.freeze_balance.text,
        })
    }
}
