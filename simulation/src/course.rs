//! Runs a day, and keeps what became of it.

use crate::clock::SimulatedClock;
use crate::journal::Journal;
use crate::panics;
use crate::totals::Totals;
use crate::violation::Violation;

/// A day that is over.
#[derive(Debug)]
pub struct Course {
    /// What happened.
    pub journal: Journal,
    /// What the claims found.
    pub violations: Vec<Violation>,
    /// How much happened.
    pub totals: Totals,
}

/// Runs a day to its end: on this thread, on simulated time. Each panic, also that of a task, is a violation. If the day panics
/// outside of its tasks, nothing else is known of it.
pub fn run_day(day: impl Future<Output = Course>) -> Course {
    let (course, panics) = panics::watched(|| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(day)
    });
    let mut course = course.unwrap_or_else(|| Course {
        journal: Journal::new(SimulatedClock::start()),
        violations: Vec::new(),
        totals: Totals::default(),
    });
    course.violations.extend(panics);
    course
}
