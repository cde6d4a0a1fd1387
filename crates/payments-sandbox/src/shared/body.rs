//! Reads the body of a request to a provider's API.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Reads a body of at most `limit` bytes, or returns a sentence that says why it could not be read.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, String> {
    tokio::time::timeout(BODY_TIME, to_bytes(body, limit))
        .await
        .map_err(|_| "the body did not arrive within 10 seconds".to_owned())?
        .map_err(|_| format!("the body broke off or is larger than {limit} bytes"))
}
