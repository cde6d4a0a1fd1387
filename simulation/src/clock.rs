//! Simulated time.

use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use tokio::time::Instant;

/// When every day begins.
pub const START: Timestamp = Timestamp::from_secs(1_700_000_000);

/// The clock of the runtime, which is paused: when every task waits, it goes to the end of the shortest wait.
#[derive(Clone, Debug)]
pub struct SimulatedClock(Instant);

impl SimulatedClock {
    /// Shows [`START`] now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        START.checked_add(self.monotonic()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
