use crate::Timestamp;
use async_trait::async_trait;
use std::fmt::Debug;
use std::time::Duration;

/// The source of time, and of waiting.
///
/// Library code never reads the system clock itself: an application passes it in, and a test passes a manual one.
#[async_trait]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The wall clock: what goes into a request's timestamp.
    fn now(&self) -> Timestamp;

    /// Time since a fixed point. It never goes back; deadlines are measured with it.
    fn monotonic(&self) -> Duration;

    /// Waits for this long, measured by [`monotonic`](Self::monotonic) from the call, not from the first poll. Dropping
    /// the future cancels the wait.
    async fn sleep(&self, duration: Duration);
}

/// The source of jitter. It only affects how long to wait, so it need not be cryptographic.
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Sixty-four evenly distributed bits.
    fn next_u64(&self) -> u64;
}
