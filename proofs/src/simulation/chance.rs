//! Time and chance of a simulated day.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Entropy, Timestamp};
use tokio::time::Instant;

/// When every day begins.
pub(super) const START: Timestamp = Timestamp::from_secs(1_700_000_000);

/// The clock of the runtime, which is paused: when every task waits, it goes to the end of the shortest wait.
#[derive(Clone, Debug)]
pub(super) struct SimulatedClock(Instant);

impl SimulatedClock {
    pub(super) fn start() -> Self {
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

/// Everything that happens by chance.
#[derive(Clone, Debug)]
pub(super) struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap().u64(0..end)
    }

    pub(super) fn one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// A time up to `longest`, in whole milliseconds.
    pub(super) fn up_to(&self, longest: Duration) -> Duration {
        let millis = u64::try_from(longest.as_millis()).unwrap();
        Duration::from_millis(self.below(millis + 1))
    }

    pub(super) fn pick<T: Copy>(&self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

impl Entropy for Chance {
    fn next_u64(&self) -> u64 {
        self.0.lock().unwrap().u64(..)
    }
}
