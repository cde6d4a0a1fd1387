//! The results of many runs.

use std::fmt;

/// The result of one run.
#[derive(Debug, Default)]
pub(crate) struct RunResult {
    /// Whether the provider had the order right after the call.
    pub(crate) applied: bool,
    /// The orders at the provider at the end.
    pub(crate) held: u64,
    pub(crate) has_ticket: bool,
    pub(crate) resolutions: u64,
    pub(crate) violations: Vec<String>,
}

/// The sum of all runs.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) runs: u64,
    pub(crate) applied: u64,
    pub(crate) not_applied: u64,
    pub(crate) tickets: u64,
    pub(crate) resolutions: u64,
    pub(crate) violations: Vec<String>,
    /// The orders of the runs since the sandbox was reset.
    held: u64,
}

impl Figures {
    pub(crate) fn add(&mut self, run: RunResult) {
        self.runs += 1;
        self.applied += u64::from(run.applied);
        self.not_applied += u64::from(!run.applied);
        self.tickets += u64::from(run.has_ticket);
        self.resolutions += run.resolutions;
        self.held += run.held;
        self.violations.extend(run.violations);
    }

    /// Call it before the sandbox is reset: the provider must have the orders of the runs and no others.
    pub(crate) fn compare_orders(&mut self, actual: u64, name: &str) {
        let expected = std::mem::take(&mut self.held);
        if actual != expected {
            self.violations.push(format!(
                "{name}: the runs created {expected} orders, but the provider has {actual}"
            ));
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "faults: {} runs, {} violations ({} applied, {} not applied, {} tickets, {} resolutions)",
            self.runs,
            self.violations.len(),
            self.applied,
            self.not_applied,
            self.tickets,
            self.resolutions
        )
    }
}
