//! Everything that happens by chance.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::Entropy;

/// Draws from a seed. Clones draw from the same sequence.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    /// The sequence of this seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// A number below `end`, which is not zero.
    #[must_use]
    pub fn below(&self, end: u64) -> u64 {
        self.0.lock().unwrap().u64(0..end)
    }

    /// True once in so many times.
    #[must_use]
    pub fn one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// A time up to `longest`, in whole milliseconds.
    #[must_use]
    pub fn up_to(&self, longest: Duration) -> Duration {
        let millis = u64::try_from(longest.as_millis()).unwrap();
        Duration::from_millis(self.below(millis + 1))
    }

    /// One of these.
    #[must_use]
    pub fn pick<T: Copy>(&self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

impl Entropy for Chance {
    fn next_u64(&self) -> u64 {
        self.0.lock().unwrap().u64(..)
    }
}
