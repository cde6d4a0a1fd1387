//! How long-running tasks learn that no further work may be started.

use tokio::sync::watch;

/// Becomes true when no further work may be started.
pub(crate) type Stopped = watch::Receiver<bool>;

/// Also if the call that started the task is gone.
pub(crate) fn is_stopped(stopped: &Stopped) -> bool {
    *stopped.borrow() || stopped.has_changed().is_err()
}
