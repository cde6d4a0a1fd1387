//! Exchange rates: a fixed table, and `getExchangeRate` and `getExchangeRateForCreditCard` (chapters 7 and 8).
//!
//! A rate is the number of source units for ONE target unit. The sheet's sentence ("source:target = 1:rate") says
//! the opposite of its illustration (USDT to BTC is 40000) and of its numbers (100 / 2999.342 = 0.03334064604).

use serde::Serialize;
use serde_json::value::RawValue;

use super::Outcome;
use super::answer::{self, Refusal};
use super::coins;
use super::verify::Verified;
use crate::app::App;
use crate::decimal::Decimal;

/// Decimals of a printed exchange result; more are cut, as the sheet's example shows.
pub(super) const RESULT_DECIMALS: u32 = 11;

/// What one unit is worth in USD. BTC and ETH are those of the sheet's examples, the others assumed.
fn worth(currency: &str) -> Option<Decimal> {
    Some(match currency {
        "USD" | "USDT" => Decimal::constant(1, 0),
        "EUR" => Decimal::constant(125, 2),
        "BRL" => Decimal::constant(2, 1),
        "TRX" => Decimal::constant(8, 2),
        "BNB" => Decimal::constant(300, 0),
        "ETH" => Decimal::constant(2_999_342, 3),
        "BTC" => Decimal::constant(40_000, 0),
        _ => return None,
    })
}

/// A source and a target currency with their rate.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) source: &'static str,
    pub(super) target: &'static str,
    pub(super) rate: Decimal,
}

impl Pair {
    pub(super) fn read(params: &Verified) -> Result<Self, Refusal> {
        let known = |name| {
            let text = params.required(name, 16)?;
            coins::currency(text).ok_or_else(|| {
                let known = coins::CURRENCIES.join(", ");
                Refusal::field(name, format!("is none of {known} (in capitals)"))
            })
        };
        let (source, target) = (known("sourceCurrency")?, known("targetCurrency")?);
        if source == target {
            return Err(Refusal::field("targetCurrency", "is the source currency"));
        }
        let rate = worth(target)
            .zip(worth(source))
            .and_then(|(target, source)| target.over(source))
            .ok_or_else(|| Refusal::new("system error", "the table of rates has no such pair"))?;
        Ok(Self {
            source,
            target,
            rate,
        })
    }

    /// What so much of the source gives of the target.
    pub(super) fn obtained(&self, source: Decimal) -> Option<Decimal> {
        Some(source.over(self.rate)?.cut(RESULT_DECIMALS))
    }

    /// What so much of the target costs of the source.
    fn cost(&self, target: Decimal) -> Option<Decimal> {
        Some(target.times(self.rate)?.cut(RESULT_DECIMALS))
    }
}

/// The question of both calls: a pair, and what would be exchanged.
fn asked(params: &Verified) -> Result<(Pair, Decimal), Refusal> {
    let pair = Pair::read(params)?;
    let by = params.one_of("purchaseType", &["0", "1"])?;
    let amount = params.amount("amount")?.value();
    let exchanged = match by {
        "0" => pair.obtained(amount),
        _ => pair.cost(amount),
    };
    let exchanged = exchanged.ok_or_else(|| {
        Refusal::field("amount", "exchanged is larger than the sandbox can count")
    })?;
    Ok((pair, exchanged))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rate {
    /// A number in the example, whatever the table says. Written from its digits, so it is exact.
    exchange_rate: Box<RawValue>,
}

pub(super) fn plain(_app: &App, params: &Verified) -> Outcome {
    let (pair, _) = asked(params)?;
    let number = RawValue::from_string(pair.rate.to_string())
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    answer::data(&Rate {
        exchange_rate: number,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CardRate {
    exchange_rate: String,
    amount_exchanged: String,
}

pub(super) fn card(_app: &App, params: &Verified) -> Outcome {
    let (pair, exchanged) = asked(params)?;
    answer::data(&CardRate {
        exchange_rate: pair.rate.to_string(),
        amount_exchanged: exchanged.to_string(),
    })
}
