//! Every target over its corpus and mutations of it, with a stable compiler.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)] // a failed unwrap fails the test

mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};

use payments_fuzz_targets::{TARGETS, Target};

use crate::mutate::Mutator;

/// Mutations of each target: `FUZZ_MUTATIONS`, or a number that suits every test run.
fn mutations() -> u64 {
    let asked = std::env::var("FUZZ_MUTATIONS").ok();
    asked.map_or(1_000, |number| {
        number.parse().expect("FUZZ_MUTATIONS is a number")
    })
}

#[test]
fn no_input_breaks_a_claim() {
    let (mutations, only) = (mutations(), std::env::var("FUZZ_TARGET").ok());
    let chosen = |target: &&Target| only.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(chosen).collect();
    assert!(!targets.is_empty(), "no target {only:?}");
    for target in targets {
        let corpus = (target.corpus)();
        assert!(!corpus.is_empty(), "{} has no corpus", target.name);
        for input in &corpus {
            attempt(target, input, "of the corpus");
        }
        let mut mutator = Mutator::new(&corpus);
        for number in 0..mutations {
            let input = mutator.next();
            attempt(target, &input, &format!("mutation {number}"));
        }
        println!(
            "{}: {} inputs, {mutations} mutations",
            target.name,
            corpus.len()
        );
    }
}

/// A failure names the input, so that it can become a fixture.
fn attempt(target: &Target, input: &[u8], which: &str) {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    assert!(
        outcome.is_ok(),
        "{} fails for {which}: \"{}\"",
        target.name,
        input.escape_ascii()
    );
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
        let calls = format!("target(\"{}\")", target.name);
        assert!(std::fs::read_to_string(path).unwrap().contains(&calls));
    }
}
