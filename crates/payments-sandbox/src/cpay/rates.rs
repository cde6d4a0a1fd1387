//! Exchange rates from a fixed table.
//!
//! A rate is the number of source units for ONE target unit, as in the document's illustration (USDT to BTC is 40000) and
//! its numbers (100 / 2999.342 = 0.03334064604). The document's sentence ("source:target = 1:rate") contradicts them.

use super::answer::Refusal;
use super::coins;
use super::verify::Verified;
use crate::shared::decimal::Decimal;

/// Decimals of a printed exchange result; more are cut, as in the document's example.
pub(super) const RESULT_DECIMALS: i32 = 11;

/// The value of one unit in USD. BTC and ETH are those of the document's examples, the others are assumed.
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
                Refusal::field(name, format!("must be one of {known} (in capitals)"))
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

    /// How much of the target this amount of the source buys.
    pub(super) fn obtained(&self, source: Decimal) -> Option<Decimal> {
        Some(source.over(self.rate)?.cut(RESULT_DECIMALS))
    }

    /// How much of the source this amount of the target costs.
    pub(super) fn cost(&self, target: Decimal) -> Option<Decimal> {
        Some(target.times(self.rate)?.cut(RESULT_DECIMALS))
    }
}
