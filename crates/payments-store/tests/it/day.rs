//! Simulated days: a merchant's process, its customers and a provider on simulated time, with everything that goes wrong.
//!
//! `STORE_SEED=7` runs one seed and prints its course.

mod claims;
mod customers;
mod merchant;
mod network;
mod wire;
mod world;

use std::collections::BTreeSet;

use payments_simulation::{Course, Totals, of_seeds, run_day};

use self::world::{Day, Defect};
use crate::proof::{Proof, size};

/// Runs one day to its end.
fn run(day: Day) -> Course {
    run_day(world::run(day))
}

#[test]
fn days_of_many_seeds_keep_every_promise() {
    let proof = Proof::of("simulated days");
    if let Ok(seed) = std::env::var("STORE_SEED") {
        let day = run(Day::of(seed.parse().unwrap()));
        print!("{}", day.journal.text());
        proof.add_run(&format!("seed {seed}"), day.violations);
        return proof.finish();
    }
    let totals = Totals::default();
    let days = of_seeds(0..size(1_000, 10_000) as u64, |seed| {
        let day = run(Day::of(seed));
        totals.add(&day.totals);
        day.violations
    });
    for (seed, violations) in days.into_iter().enumerate() {
        let repeat = format!(
            "STORE_SEED={seed} cargo test -p payments-store --all-features --test it days_of -- --nocapture"
        );
        proof.add_run(&repeat, violations);
    }
    println!("{totals}");
    proof.finish();
}

#[test]
fn the_same_seed_takes_the_same_course() {
    let mut hashes = BTreeSet::new();
    for seed in 0..20 {
        let first = run(Day::of(seed)).journal;
        let again = run(Day::of(seed)).journal;
        assert!(first.text().lines().count() > 20, "{}", first.text());
        assert_eq!(first.text(), again.text(), "seed {seed}");
        assert_eq!(first.hash(), again.hash(), "seed {seed}");
        hashes.insert(first.hash());
    }
    assert_eq!(hashes.len(), 20, "different seeds take different courses");
}

/// A claim that nothing can violate proves nothing.
#[test]
fn the_claims_notice_a_store_that_breaks_its_promises() {
    for (defect, expected) in Defect::ALL {
        let mut found = BTreeSet::new();
        let mut seeds = 0..100;
        while let (false, Some(seed)) = (found.contains(expected), seeds.next()) {
            let day = run(Day::with(seed, defect));
            found.extend(day.violations.into_iter().map(|it| it.claim()));
        }
        assert!(found.contains(expected), "{defect:?}: {found:?}");
    }
}
