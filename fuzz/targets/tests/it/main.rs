//! Every target over its corpus and mutations of it, with a stable compiler.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap fails the test

mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use payments_fuzz_targets::{TARGETS, Target};

use crate::mutate::Mutator;

/// Mutations of each target: `FUZZ_MUTATIONS`, or a number that suits every test run.
fn mutations() -> u64 {
    let asked = std::env::var("FUZZ_MUTATIONS").ok();
    asked.map_or(1_000, |number| {
        number.parse().expect("FUZZ_MUTATIONS is a number")
    })
}

/// How many inputs that break a claim are printed for each target.
const PRINTED: usize = 10;

#[test]
fn no_input_breaks_a_claim() {
    let (mutations, only) = (mutations(), std::env::var("FUZZ_TARGET").ok());
    let chosen = |target: &&Target| only.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(chosen).collect();
    assert!(!targets.is_empty(), "no target {only:?}");
    let (next, broken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(target) = targets.get(next.fetch_add(1, Ordering::SeqCst)) {
                    broken.fetch_add(try_all(target, mutations), Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(broken.into_inner(), 0, "inputs break a claim");
}

/// Runs a target over its corpus and mutations of it, and prints the figures, as `cargo xtask prove` reads them. Returns how many
/// inputs break the claim.
fn try_all(target: &Target, mutations: u64) -> usize {
    let started = Instant::now();
    let corpus = (target.corpus)();
    assert!(!corpus.is_empty(), "{} has no corpus", target.name);
    let (mut read, mut broken) = (0, Vec::new());
    let mut run = |input: Vec<u8>| match catch_unwind(AssertUnwindSafe(|| (target.run)(&input))) {
        Ok(is_read) => read += u64::from(is_read),
        Err(_) => broken.push(input),
    };
    corpus.iter().cloned().for_each(&mut run);
    let mut mutator = Mutator::new(&corpus);
    (0..mutations).for_each(|_| run(mutator.next()));
    assert!(read > 0, "{} refuses its corpus", target.name);
    let (name, count, runs) = (target.name, broken.len(), corpus.len() as u64 + mutations);
    let (recorded, seconds) = (corpus.len(), started.elapsed().as_secs_f64());
    let mut text = format!("{name}: {recorded} recorded inputs, {read} read, {seconds:.1} s\n");
    text += &format!("fuzz: {name}: {runs} runs, {count} violations\n");
    // Each can become a fixture.
    for input in broken.iter().take(PRINTED) {
        text += &format!("  \"{}\"\n", input.escape_ascii());
    }
    // At once, because several threads print.
    print!("{text}");
    count
}

#[test]
fn every_target_has_a_fuzz_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz_targets");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut names: Vec<String> = TARGETS
        .iter()
        .map(|target| format!("{}.rs", target.name))
        .collect();
    names.sort();
    assert_eq!(files, names);
    for target in TARGETS {
        let path = format!("{folder}/{}.rs", target.name);
        let calls = format!("payments_fuzz_targets::run(\"{}\", bytes)", target.name);
        assert!(std::fs::read_to_string(path).unwrap().contains(&calls));
    }
}
