//! Trials of exchange rates.

use payments_core::Amount;
use payments_facade::Money;
use payments_facade::rate::{RatePurpose, RateRequest, Side};

use super::context::{Context, TrialResult, call_failed, given, group_missing};
use super::report::ensure;

/// The quote repeats the requested amount, and twice the amount yields more.
pub(super) async fn returns_rate(context: Context<'_>, purpose: RatePurpose) -> TrialResult {
    let rates = context.gateway.rates().ok_or_else(group_missing)?;
    let request = given(context.env.rate(purpose))?;
    ensure!(
        request.purpose == purpose,
        "the environment's request has another purpose"
    );
    let checked = rates.check(&request);
    ensure!(
        checked.is_ok(),
        "check() refuses a valid request: {checked:?}"
    );
    let (asset, other) = match request.side {
        Side::Source => (&request.source, &request.target),
        Side::Target => (&request.target, &request.source),
    };
    let twice = request.amount.checked_add(request.amount);
    let mut results: Vec<Amount> = Vec::new();
    for amount in [request.amount, given(twice)?] {
        let request = RateRequest {
            amount,
            ..request.clone()
        };
        let quote = rates.quote(&request).await;
        let quote = quote.map_err(|error| call_failed(&error))?;
        ensure!(!quote.rate.is_zero(), "the rate is zero");
        let (echo, result) = match request.side {
            Side::Source => (&quote.source, &quote.target),
            Side::Target => (&quote.target, &quote.source),
        };
        let requested = Some(Money::new(amount, asset.clone()));
        ensure!(
            echo.is_none() || *echo == requested,
            "requested {requested:?}, the quote is for {echo:?}"
        );
        if let Some(result) = result {
            ensure!(
                result.asset.symbol() == other.symbol(),
                "the result is {result}"
            );
            results.push(result.amount);
        }
    }
    ensure!(
        results.is_sorted() && results.first() != results.get(1),
        "the result does not grow with the amount: {results:?}"
    );
    Ok(())
}

/// An unsupported purpose is refused before any I/O.
pub(super) async fn refuses_purpose(context: Context<'_>, purpose: RatePurpose) -> TrialResult {
    let rates = context.gateway.rates().ok_or_else(group_missing)?;
    let mut samples = RatePurpose::ALL.iter();
    let sample = samples.find_map(|purpose| context.env.rate(*purpose));
    let request = RateRequest {
        purpose,
        ..given(sample)?
    };
    let checked = rates.check(&request);
    ensure!(checked.is_err(), "check() must refuse the purpose");
    context
        .expect_unsupported(purpose.as_str(), rates.quote(&request))
        .await
}
