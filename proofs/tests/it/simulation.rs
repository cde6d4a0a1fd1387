//! Simulated days.

use std::collections::BTreeSet;

use payments_proofs::simulation::{self, Day, Defect};

use crate::leaks;

#[test]
fn days_of_many_seeds_keep_every_promise() {
    let summary = simulation::run_all(0..40);
    println!("{} days: {}", summary.days, summary.totals);
    assert!(
        summary.violations.is_empty(),
        "{}",
        summary.violations.join("\n")
    );
}

#[test]
fn the_same_seed_takes_the_same_course() {
    let mut hashes = BTreeSet::new();
    for seed in 0..10 {
        let first = simulation::run(Day::of(seed)).journal;
        let again = simulation::run(Day::of(seed)).journal;
        assert!(first.text().lines().count() > 100, "{}", first.text());
        leaks::check("the journal of a day", &first.text());
        for (one, other) in first.text().lines().zip(again.text().lines()) {
            assert_eq!(one, other, "seed {seed}");
        }
        assert_eq!(first.hash(), again.hash(), "seed {seed}");
        hashes.insert(first.hash());
    }
    assert_eq!(hashes.len(), 10, "different seeds take different courses");
}

/// A claim that nothing can violate proves nothing.
#[test]
fn the_claims_notice_a_program_that_breaks_its_promises() {
    let (found, missed) = simulation::find_defects(100);
    println!("{} of {} defects found", found.len(), Defect::ALL.len());
    assert_eq!(missed, []);
}
