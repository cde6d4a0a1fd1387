//! A life of the merchant's process.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

/// A life of the merchant's process, which ends at a step of its database, or when it is killed.
#[derive(Debug)]
pub struct Life {
    is_over: AtomicBool,
    /// The steps of the database that it lives to see.
    steps: AtomicU64,
    end: Notify,
    is_calm: bool,
}

impl Life {
    /// A life of so many steps. In a calm one, the database works without faults.
    #[must_use]
    pub fn of(steps: u64, is_calm: bool) -> Self {
        Self {
            is_over: AtomicBool::new(false),
            steps: AtomicU64::new(steps),
            end: Notify::new(),
            is_calm,
        }
    }

    /// Whether the process is dead.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Ready at its end.
    pub async fn end(&self) {
        self.end.notified().await;
    }

    /// Ends it now.
    pub fn kill(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.end.notify_one();
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm
    }

    /// Takes a step. Returns whether it is lived to see.
    pub(crate) fn step(&self) -> bool {
        if self.steps.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.kill();
        }
        !self.is_over()
    }
}
