use crate::Timestamp;
use async_trait::async_trait;
use std::fmt::Debug;
use std::time::Duration;

/// Where time comes from, and how to wait.
///
/// Nothing in this workspace's library code reads a clock of its own: an application passes the
/// system's, a test passes one that stands still.
#[async_trait]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The wall clock: what goes into a request's timestamp.
    fn now(&self) -> Timestamp;

    /// Time since any fixed point. It never goes back, whatever happens to the wall clock;
    /// deadlines are counted on it.
    fn monotonic(&self) -> Duration;

    /// Waits this long by [`monotonic`](Self::monotonic), from the call and not from the first poll on: a test's clock may
    /// be moved in between. Dropping the future cancels the wait.
    async fn sleep(&self, duration: Duration);
}

/// Where jitter comes from. It decides nothing but how long to wait, so it need not be
/// cryptographic.
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Sixty-four evenly distributed bits.
    fn next_u64(&self) -> u64;
}
