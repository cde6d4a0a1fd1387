//! The order of a log: first that the sandbox is ready.

use std::sync::{Mutex, MutexGuard, PoisonError};

type Line = Box<dyn FnOnce() + Send>;

/// Holds the lines of a log back until the sandbox is ready: webhooks of a state file may be due as soon as it starts.
pub(crate) struct ReadyFirst {
    /// `None` once the sandbox is ready.
    waiting: Mutex<Option<Vec<Line>>>,
}

impl ReadyFirst {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::new(Some(Vec::new())),
        }
    }

    /// Prints a line, now or as soon as the sandbox is ready.
    pub(crate) fn print(&self, line: impl FnOnce() + Send + 'static) {
        let mut waiting = self.waiting();
        match &mut *waiting {
            Some(lines) => lines.push(Box::new(line)),
            None => {
                drop(waiting);
                line();
            }
        }
    }

    /// The line that says so was printed: prints what waited.
    pub(crate) fn ready(&self) {
        // Locked to the end, so that no later line comes before those that waited.
        let mut waiting = self.waiting();
        for line in waiting.take().unwrap_or_default() {
            line();
        }
    }

    /// A line that panics leaves the list usable.
    fn waiting(&self) -> MutexGuard<'_, Option<Vec<Line>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn lines_wait_until_the_sandbox_is_ready_and_keep_their_order() {
        let printed = Arc::new(Mutex::new(Vec::new()));
        let line = |number: u8| {
            let printed = Arc::clone(&printed);
            move || printed.lock().unwrap().push(number)
        };
        let log = ReadyFirst::new();
        log.print(line(1));
        log.print(line(2));
        assert!(printed.lock().unwrap().is_empty());
        log.ready();
        log.print(line(3));
        assert_eq!(*printed.lock().unwrap(), [1, 2, 3]);
    }
}
