//! Simulated days: a merchant's process, its customers and a provider on simulated time, with everything that goes wrong.
//!
//! A day is made from a seed. One thread runs it, every wait is simulated, and whatever happens by chance is drawn from the seed,
//! so the same seed takes the same course. `STORE_SEED=7` runs one seed and prints its course.

mod chance;
mod claims;
mod customers;
mod database;
mod journal;
mod merchant;
mod network;
mod wire;
mod world;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use self::world::{Day, Defect, World};
use crate::proof::{Proof, size};

const CLAIM: &str =
    "days without a lost event, a double effect, a phantom or a double send, and with convergence";

/// Lives one day to its end.
fn live(day: Day) -> World {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(World::live(day))
}

#[test]
fn days_of_many_seeds_keep_every_promise() {
    let proof = Proof::of(CLAIM);
    if let Ok(seed) = std::env::var("STORE_SEED") {
        let world = live(Day::of(seed.parse().unwrap()));
        println!("{}", world.journal.text());
        proof.add_run(&format!("seed {seed}"), world.violations);
        return proof.finish("");
    }
    let seeds = size(1_000, 10_000) as u64;
    let next = AtomicU64::new(0);
    let totals = world::Totals::default();
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds {
                        return;
                    }
                    let world = live(Day::of(seed));
                    let repeat = format!(
                        "STORE_SEED={seed} cargo test -p payments-store --all-features --test it days_of -- --nocapture"
                    );
                    proof.add_run(&repeat, world.violations);
                    totals.add(&world.totals);
                }
            });
        }
    });
    proof.finish(&format!(" ({totals})"));
}

#[test]
fn the_same_seed_takes_the_same_course() {
    let mut hashes = BTreeSet::new();
    for seed in 0..20 {
        let first = live(Day::of(seed)).journal;
        let again = live(Day::of(seed)).journal;
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
            let world = live(Day::with(seed, defect));
            found.extend(world.violations.into_iter().map(|it| it.claim));
        }
        assert!(found.contains(expected), "{defect:?}: {found:?}");
    }
}
