//! Trials of handing over customers' data.

use payments_core::Kind;

use super::others::{failed, given, gone};
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried};

/// Customers are handed over, up to the most there may be.
pub(super) async fn hands_over(stage: Stage<'_>) -> Tried {
    let kyc = stage.gateway.kyc().ok_or_else(gone)?;
    let people = [given(stage.env.person(1))?, given(stage.env.person(2))?];
    let people = people.get(..kyc.most().clamp(1, 2)).unwrap_or_default();
    let checked = kyc.check(people);
    ensure!(checked.is_ok(), "check() refuses good people: {checked:?}");
    let receipt = kyc.submit(people).await.map_err(|error| failed(&error))?;
    let submitted = usize::try_from(receipt.submitted);
    ensure!(
        receipt.is_complete() && submitted == Ok(people.len()),
        "{} were handed over, and the receipt says {:?}",
        people.len(),
        *receipt
    );
    Ok(())
}

/// One too many are refused before any I/O.
pub(super) async fn refuses_too_many(stage: Stage<'_>) -> Tried {
    let kyc = stage.gateway.kyc().ok_or_else(gone)?;
    let too_many = u32::try_from(kyc.most())
        .ok()
        .and_then(|most| most.checked_add(1));
    let Some(too_many) = too_many.filter(|many| *many <= 10_000) else {
        return Err(Stop::Skipped("there is no limit worth the name"));
    };
    let people: Option<Vec<_>> = (0..too_many)
        .map(|number| stage.env.person(number))
        .collect();
    let people = given(people)?;
    let before = stage.env.requests();
    let result = kyc.submit(&people).await;
    ensure!(stage.env.requests() == before, "it was sent");
    ensure!(
        kyc.check(&people).is_err()
            && result
                .as_ref()
                .is_err_and(|error| error.kind() == Kind::Invalid),
        "must be refused as invalid: {result:?}"
    );
    Ok(())
}
