//! Reads a body within the limits.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;

/// Why a request has no complete body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyProblem {
    /// Longer than this many bytes.
    TooLarge(usize),
    /// It took longer than this.
    TooSlow(Duration),
    /// The bodies of other requests use the memory.
    Busy,
    /// The sender ended it early, or it is no HTTP body.
    Broken,
}

impl BodyProblem {
    /// 413, 408, 503 or 400.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

impl std::fmt::Display for BodyProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(limit) => write!(f, "the body is larger than {limit} bytes"),
            Self::TooSlow(limit) => {
                write!(
                    f,
                    "the body did not arrive within {} seconds",
                    limit.as_secs()
                )
            }
            Self::Busy => f.write_str("too many large requests at one time; send it again later"),
            Self::Broken => f.write_str("the body broke off"),
        }
    }
}

impl std::error::Error for BodyProblem {}

/// How much of a refused body is read and thrown away, so that its sender gets the response instead of a reset connection.
const DRAINED_BYTES: usize = 8 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_millis(500);

/// The body, and the memory that it uses until the permit is dropped.
pub(crate) async fn read(
    headers: &HeaderMap,
    mut body: Incoming,
    limits: &Limits,
    memory: &Arc<Semaphore>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), BodyProblem> {
    let stated = body.size_hint().lower();
    let outcome = if usize::try_from(stated).is_ok_and(|stated| stated <= limits.body_bytes) {
        let read = tokio::time::timeout(limits.body_time, collect(&mut body, limits, memory)).await;
        read.unwrap_or(Err(BodyProblem::TooSlow(limits.body_time)))
    } else {
        Err(BodyProblem::TooLarge(limits.body_bytes))
    };
    // A sender that waits for `100 Continue` has sent nothing.
    let drains = matches!(outcome, Err(BodyProblem::TooLarge(_) | BodyProblem::Busy));
    if drains && !headers.contains_key(header::EXPECT) {
        let _ = tokio::time::timeout(DRAIN_TIME, drain(&mut body)).await;
    }
    outcome
}

async fn collect(
    body: &mut Incoming,
    limits: &Limits,
    memory: &Arc<Semaphore>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), BodyProblem> {
    let (mut all, mut used) = (Vec::new(), None::<OwnedSemaphorePermit>);
    while let Some(frame) = body.frame().await {
        let Ok(part) = frame.map_err(|_| BodyProblem::Broken)?.into_data() else {
            continue; // trailers
        };
        if part.len() > limits.body_bytes.saturating_sub(all.len()) {
            return Err(BodyProblem::TooLarge(limits.body_bytes));
        }
        let size = u32::try_from(part.len()).map_err(|_| BodyProblem::Busy)?;
        let more = Arc::clone(memory).try_acquire_many_owned(size);
        let more = more.map_err(|_| BodyProblem::Busy)?;
        match &mut used {
            Some(used) => used.merge(more),
            None => used = Some(more),
        }
        all.extend_from_slice(&part);
    }
    Ok((all.into(), used))
}

async fn drain(body: &mut Incoming) {
    let mut left = DRAINED_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(less) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else {
            return;
        };
        left = less;
    }
}
