//! A list of the provider that is kept for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::Timestamp;

/// The time at which a list was queried, and the list.
type Kept<T> = Option<(Timestamp, Arc<[T]>)>;

/// A list, once it was queried. Clones share it.
#[derive(Debug)]
pub(in crate::adapter) struct Cached<T>(Arc<Mutex<Kept<T>>>);

impl<T> Cached<T> {
    /// The list and its age. `None` before it was read, or if the clock was set back before its time.
    pub(in crate::adapter) fn get(&self, now: Timestamp) -> Option<(Arc<[T]>, Duration)> {
        let kept = self.locked();
        let (at, list) = kept.as_ref().filter(|(at, _)| *at <= now)?;
        Some((Arc::clone(list), now.since(*at)))
    }

    /// The list, whatever its age.
    pub(in crate::adapter) fn latest(&self) -> Option<Arc<[T]>> {
        self.locked().as_ref().map(|(_, list)| Arc::clone(list))
    }

    pub(in crate::adapter) fn keep(&self, at: Timestamp, list: Arc<[T]>) {
        *self.locked() = Some((at, list));
    }

    /// A panic elsewhere cannot leave the list inconsistent.
    fn locked(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
