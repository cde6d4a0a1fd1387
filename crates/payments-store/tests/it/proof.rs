//! Figures of proofs: how many runs, and how many violations of what the store promises.
//!
//! `cargo xtask prove store --long` sets `STORE_PROOF=long`. Everything else runs the short form.

use std::fmt::Display;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many violations are printed. One is enough to fail, and a broken promise tends to be broken often.
const PRINTED: usize = 10;

/// The size of a proof in the form that was asked for.
pub(crate) fn size(short: usize, long: usize) -> usize {
    match std::env::var("STORE_PROOF").is_ok_and(|form| form == "long") {
        true => long,
        false => short,
    }
}

/// Counts the runs of one proof.
#[derive(Debug)]
pub(crate) struct Proof {
    claim: String,
    runs: AtomicUsize,
    violations: Mutex<Vec<String>>,
}

impl Proof {
    /// A proof of this claim.
    pub(crate) fn of(claim: impl Into<String>) -> Self {
        Self {
            claim: claim.into(),
            runs: AtomicUsize::new(0),
            violations: Mutex::new(Vec::new()),
        }
    }

    /// Counts a run, with everything that it violated.
    pub(crate) fn add_run<V: Display>(&self, name: &str, violations: impl IntoIterator<Item = V>) {
        self.add_runs(1, name, violations);
    }

    /// Counts so many runs, with everything that they violated.
    pub(crate) fn add_runs<V: Display>(
        &self,
        count: usize,
        name: &str,
        violations: impl IntoIterator<Item = V>,
    ) {
        self.runs.fetch_add(count, Ordering::SeqCst);
        let found = violations.into_iter().map(|it| format!("{name}: {it}"));
        self.violations.lock().unwrap().extend(found);
    }

    /// Prints the figures, as `cargo xtask prove` reads them, and fails if there was a violation.
    pub(crate) fn finish(self) {
        let violations = self.violations.into_inner().unwrap();
        let (runs, count) = (self.runs.into_inner(), violations.len());
        println!("store: {}: {runs} runs, {count} violations", self.claim);
        for violation in violations.iter().take(PRINTED) {
            println!("  {violation}");
        }
        assert!(runs > 0, "{}: nothing was run", self.claim);
        assert_eq!(count, 0, "{}: {count} violations", self.claim);
    }
}
