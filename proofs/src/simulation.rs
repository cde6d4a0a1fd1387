//! Simulated days: client, facade, store, reconciler and sandbox in one process on simulated time, with everything that goes wrong.
//!
//! A day is made from a seed (`simulation/`). No socket is used: requests and webhooks are handed over in memory, late, lost and
//! broken as the seed has it.

mod accounts;
mod claims;
mod customers;
mod day;
mod defect;
mod faults;
mod inbox;
mod merchant;
mod payouts;
mod wire;

use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Range;

use payments_simulation::{Course, Totals, of_seeds, run_day};

pub use day::Day;
pub use defect::Defect;

/// Runs one day to its end.
#[must_use]
pub fn run(day: Day) -> Course {
    run_day(day::run(day))
}

/// The days of many seeds.
#[derive(Debug)]
#[non_exhaustive]
pub struct Summary {
    /// How many days.
    pub days: u64,
    /// The same for the same courses of all days.
    pub hash: u64,
    /// How much happened.
    pub totals: Totals,
    /// Each violation with the command that repeats its day.
    pub violations: Vec<String>,
}

/// Runs the days of these seeds, on all cores.
#[must_use]
pub fn run_all(seeds: Range<u64>) -> Summary {
    let totals = Totals::default();
    let days = of_seeds(seeds, |seed| {
        let course = run(Day::of(seed));
        totals.add(&course.totals);
        let repeat = format!("cargo xtask prove simulation --seed {seed}");
        let found = course.violations.iter();
        let found: Vec<String> = found
            .map(|it| format!("{it}\n    repeat it: {repeat}"))
            .collect();
        (course.journal.hash(), found)
    });
    let mut hasher = DefaultHasher::new();
    days.iter().for_each(|(hash, _)| hasher.write_u64(*hash));
    Summary {
        days: days.len() as u64,
        hash: hasher.finish(),
        totals,
        violations: days.into_iter().flat_map(|(_, found)| found).collect(),
    }
}

/// Looks for each defect in the days of up to so many seeds. Returns those that were found, and those that were not.
#[must_use]
pub fn find_defects(seeds: u64) -> (Vec<Defect>, Vec<Defect>) {
    let are_found = of_seeds(0..Defect::ALL.len() as u64, |number| {
        let (defect, expected) = Defect::ALL[number as usize];
        (0..seeds).any(|seed| {
            let found = run(Day::with(seed, defect)).violations;
            found.iter().any(|it| it.claim() == expected)
        })
    });
    let mut are_found = are_found.into_iter();
    let defects = Defect::ALL.into_iter().map(|(defect, _)| defect);
    defects.partition(|_| are_found.next() == Some(true))
}
