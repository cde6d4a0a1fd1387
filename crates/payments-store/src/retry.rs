//! Repeats transactions that lost against another one.

use std::future::Future;

use crate::engine::EngineErrorKind;
use crate::error::StoreError;

/// How often a transaction is tried. Each loss means that another transaction succeeded.
const TRIES: u32 = 10;

/// Runs a transaction until it does not fail with [`EngineErrorKind::Conflict`], up to a limit.
pub(crate) async fn retry<T, F>(mut transaction: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut tries = 1;
    loop {
        match transaction().await {
            Err(StoreError::Engine(error))
                if error.kind() == EngineErrorKind::Conflict && tries < TRIES =>
            {
                tries += 1;
                tokio::task::yield_now().await;
            }
            result => return result,
        }
    }
}
