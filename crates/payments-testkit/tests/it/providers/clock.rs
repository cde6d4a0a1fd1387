//! A manual clock for both the sandbox and the executor.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use tokio::sync::watch;

/// One time for the gateway and the provider. A sleep ends when the clock is advanced far enough, so no deadline expires
/// during a real request.
#[derive(Clone, Debug)]
pub(crate) struct SimClock {
    time: payments_sandbox::Clock,
    start_ms: u64,
    moved: Arc<watch::Sender<u64>>,
}

impl SimClock {
    pub(crate) fn new() -> Self {
        let start_ms = 1_700_000_000_000;
        Self {
            time: payments_sandbox::Clock::manual(start_ms),
            start_ms,
            moved: Arc::new(watch::Sender::new(0)),
        }
    }

    /// The same clock, for the sandbox.
    pub(crate) fn of_sandbox(&self) -> payments_sandbox::Clock {
        self.time.clone()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.time.advance(by);
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.now_ms())
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.time.now_ms().saturating_sub(self.start_ms))
    }

    async fn sleep(&self, duration: Duration) {
        let due = self.monotonic().saturating_add(duration);
        let mut moved = self.moved.subscribe();
        while self.monotonic() < due {
            moved.changed().await.unwrap();
        }
    }
}
