//! Simulated days: client, facade, store, reconciler and sandbox in one process on simulated time, with everything that goes wrong.
//!
//! A day is made from a seed. One thread runs it, every wait is simulated, and whatever happens by chance is drawn from the seed,
//! so the same seed takes the same course. No socket is used: requests and webhooks are handed over in memory, late, lost and
//! broken as the seed has it.

mod accounts;
mod chance;
mod claims;
mod customers;
mod database;
mod day;
mod defect;
mod faults;
mod inbox;
mod journal;
mod merchant;
mod payouts;
mod totals;
mod wire;

use std::fmt::Display;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub use claims::Violation;
pub use day::Day;
pub use defect::Defect;
pub use journal::Journal;
pub use totals::Totals;

/// A day that is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct Course {
    /// What happened.
    pub journal: Journal,
    /// What the claims found.
    pub violations: Vec<Violation>,
    /// How much happened.
    pub totals: Totals,
}

/// Lives one day to its end.
#[must_use]
pub fn live(day: Day) -> Course {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(day::live(day))
}

/// The days of many seeds.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// How many days.
    pub days: u64,
    /// How much happened.
    pub totals: Totals,
    /// Each violation with the command that repeats its day.
    pub violations: Vec<String>,
}

/// Lives the days of these seeds, on all cores.
#[must_use]
pub fn live_all(seeds: Range<u64>) -> Summary {
    let (next, totals) = (AtomicU64::new(seeds.start), Totals::default());
    let violations = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        return;
                    }
                    let course = live(Day::of(seed));
                    totals.add(&course.totals);
                    let found = course.violations.iter();
                    let found = found.map(|it| format!("{it}\n    repeat it: {}", repeat(seed)));
                    violations.lock().unwrap().extend(found);
                }
            });
        }
    });
    Summary {
        days: seeds.end - seeds.start,
        totals,
        violations: violations.into_inner().unwrap(),
    }
}

fn repeat(seed: u64) -> impl Display {
    format!("cargo xtask prove simulation --seed {seed}")
}

/// Looks for each defect in the days of up to so many seeds. Returns those that were found, and those that were not.
#[must_use]
pub fn find_defects(seeds: u64) -> (Vec<Defect>, Vec<Defect>) {
    Defect::ALL.into_iter().map(|it| it.0).partition(|&defect| {
        let expected = Defect::ALL.into_iter().find(|it| it.0 == defect);
        let expected = expected.map(|it| it.1);
        (0..seeds).any(|seed| {
            let found = live(Day::with(seed, defect)).violations;
            found.iter().any(|it| Some(it.claim()) == expected)
        })
    })
}
