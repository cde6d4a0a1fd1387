//! `GET getExchangeRate` and `GET getExchangeRateForCreditCard` (specification, chapters 7 and 8), which have the same
//! parameters.

use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::{self, Outcome, Refusal};
use super::rates::{Pair, RESULT_DECIMALS};
use super::state::Cpay;
use super::verify::Verified;
use crate::shared::decimal::Decimal;

/// The parameters of both calls: a pair, and what would be exchanged.
fn asked(params: &Verified) -> Result<(Pair, Decimal), Refusal> {
    let pair = Pair::read(params)?;
    let by = params.one_of("purchaseType", &["0", "1"])?;
    // As many decimals as a result has: no document has a limit.
    let amount = params
        .amount_with("amount", RESULT_DECIMALS as usize)?
        .value();
    let exchanged = match by {
        "0" => pair.obtained(amount),
        _ => pair.cost(amount),
    };
    let exchanged = exchanged
        .ok_or_else(|| Refusal::field("amount", "comes to more than the sandbox can count"))?;
    Ok((pair, exchanged))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rate {
    /// A number in the example, a text in the table. Written from its digits, so it is exact.
    exchange_rate: Box<RawValue>,
}

pub(super) fn run(_: &Cpay, params: &Verified) -> Outcome {
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

pub(super) fn run_for_credit_card(_: &Cpay, params: &Verified) -> Outcome {
    let (pair, exchanged) = asked(params)?;
    answer::data(&CardRate {
        exchange_rate: pair.rate.to_string(),
        amount_exchanged: exchanged.to_string(),
    })
}
