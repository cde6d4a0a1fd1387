//! The system clock and random numbers: the only place on the client side that reads them.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the implementation of the injected clock"
)]

use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use payments_core::{Clock, Entropy, Timestamp};

/// The machine's clock; sleeps on tokio's timer, so it needs a tokio runtime with time enabled.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose [`monotonic`](Clock::monotonic) time starts at zero now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from(SystemTime::now())
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Random numbers for the jitter between attempts. Not for keys or nonces.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        fastrand::u64(..)
    }
}
