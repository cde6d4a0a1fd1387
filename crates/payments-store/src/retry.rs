//! Repeats transactions that lost against another one.

use std::future::Future;
use std::time::Duration;

use payments_core::{Clock, Entropy};

use crate::engine::EngineErrorKind;
use crate::error::StoreError;

/// How long a transaction is tried. A provider waits about as long for the reply to a webhook.
const LONGEST: Duration = Duration::from_secs(5);

/// The longest first wait, and the longest of all. Each is twice as long as the one before, until then.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LAST_WAIT: Duration = Duration::from_millis(256);

/// How often a transaction without a clock is tried. Each loss means that another transaction succeeded.
const TRIES: u32 = 10;

/// Runs a transaction until it does not fail with [`EngineErrorKind::Conflict`], for a limited time. It waits ever longer, and never
/// as long as another one that lost at the same moment.
pub(crate) async fn retry<T, F>(
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    mut transaction: impl FnMut() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let start = clock.monotonic();
    let mut wait = FIRST_WAIT;
    loop {
        match transaction().await {
            Err(error)
                if is_conflict(&error) && clock.monotonic().saturating_sub(start) < LONGEST =>
            {
                let parts = u32::try_from(entropy.next_u64() % 1024).unwrap_or(0);
                clock.sleep(wait * parts / 1024).await;
                wait = (wait * 2).min(LAST_WAIT);
            }
            result => return result,
        }
    }
}

/// As [`retry`], without waits: for what is done before there is a store.
pub(crate) async fn retry_at_once<T, F>(mut transaction: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut tries = 1;
    loop {
        match transaction().await {
            Err(error) if is_conflict(&error) && tries < TRIES => {
                tries += 1;
                tokio::task::yield_now().await;
            }
            result => return result,
        }
    }
}

fn is_conflict(error: &StoreError) -> bool {
    matches!(error, StoreError::Engine(error) if error.kind() == EngineErrorKind::Conflict)
}

#[cfg(test)]
mod tests {
    use payments_core::scripted::{FixedEntropy, ManualClock};

    use super::*;
    use crate::engine::EngineError;

    #[tokio::test]
    async fn a_transaction_that_lost_is_tried_again_for_less_than_five_seconds() {
        for (took, expected) in [(4_999, 2), (5_000, 1)] {
            let (clock, mut tries) = (ManualClock::new(), 0);
            let lost: Result<(), _> = retry(&clock, &FixedEntropy::new(512), || {
                tries += 1;
                clock.advance(Duration::from_millis(took));
                async { Err(EngineError::new(EngineErrorKind::Conflict, "lost").into()) }
            })
            .await;
            lost.unwrap_err();
            assert_eq!(tries, expected, "{took} ms");
        }
    }
}
