//! `cargo xtask prove`: what the workspace promises, each proof with its figures. A violation fails the command.
//!
//! The proofs of the store are tests of its crate, and the targets of `fuzz` tests of theirs, so their short forms run with all other
//! tests. So do those of `proofs/`, which needs all crates together.

mod figures;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use clap::ValueEnum;

use self::figures::Figures;
use crate::fuzz;
use crate::run::{cargo, succeed};

/// A proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// Days of client, facade, store, reconciler and sandbox on simulated time
    Simulation,
    /// What `payments-store` promises: killed processes, sums, simulated days
    Store,
    /// Forged webhooks of every scheme
    Forgery,
    /// Comparisons and decryption take the same time, by Welch's t
    ConstantTime,
    /// Mutated inputs of every parser
    Fuzz,
}

/// What is to be run.
pub(crate) struct Form {
    /// Only this proof.
    pub(crate) name: Option<Name>,
    /// The long forms.
    pub(crate) long: bool,
    /// Measure the ratios of the store, too, and fail on one that is missed.
    pub(crate) ratios: bool,
    /// Only the simulated day of this seed.
    pub(crate) seed: Option<u64>,
}

/// The tests of the store that print figures, by the start of their names.
const STORE: &[&str] = &[
    "crash::a_process_killed_at_any_point",
    "crash::a_process_killed_at_any_moment",
    "load::shuffled_and_repeated",
    "day::",
];

/// Runs the proofs one after the other, also after one that failed, and prints the figures of all at the end.
pub(crate) fn run(form: &Form) -> Result<(), String> {
    let started = Instant::now();
    let (mut figures, mut failures) = (Figures::default(), Vec::new());
    let all = Name::value_variants().iter().copied();
    for name in all.filter(|name| form.name.is_none_or(|only| only == *name)) {
        for mut command in commands(name, form) {
            failures.extend(figures.add(&mut command)?);
        }
    }
    if form.ratios && form.name.is_none_or(|name| name == Name::Store) {
        failures.extend(succeed(&mut ratios()).err());
    }
    println!("\n{figures}");
    let seconds = started.elapsed().as_secs();
    match failures.is_empty() {
        true => {
            println!("No violation, in {seconds} s.");
            Ok(())
        }
        false => Err(failures.join("\nxtask: ")),
    }
}

fn commands(name: Name, form: &Form) -> Vec<Command> {
    let own = |proof: &str, option: &str, value: u64| {
        let mut command = cargo();
        command.args(["run", "--quiet", "--profile", "bench"]);
        command.args(["--package", "payments-proofs", "--"]);
        command.args([proof, option, &value.to_string()]);
        command
    };
    let size = |short, long| if form.long { long } else { short };
    match (name, form.seed) {
        (Name::Simulation, Some(seed)) => vec![own("simulation", "--seed", seed)],
        (Name::Simulation, None) => vec![own("simulation", "--seeds", size(100, 10_000))],
        (Name::Store, _) => STORE.iter().map(|test| store(test, form.long)).collect(),
        (Name::Forgery, _) => vec![own("forgery", "--count", size(10_000, 1_000_000))],
        (Name::ConstantTime, _) => {
            vec![own("constant-time", "--samples", size(200_000, 2_000_000))]
        }
        (Name::Fuzz, _) => vec![fuzz::command(None, size(10_000, 100_000))],
    }
}

fn store(test: &str, is_long: bool) -> Command {
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "payments-store"]);
    command.args(["--all-features", "--test", "it"]);
    if is_long {
        command
            .args(["--profile", "bench"])
            .env("STORE_PROOF", "long");
        // A killed process loses nothing that the kernel has, so the databases need no disk.
        if let (None, true) = (std::env::var_os("TMPDIR"), Path::new("/dev/shm").is_dir()) {
            command.env("TMPDIR", "/dev/shm");
        }
    }
    command.args(["--", "--nocapture", "--test-threads=1", test]);
    command
}

fn ratios() -> Command {
    let mut command = cargo();
    command.args(["bench", "--quiet", "--package", "payments-store"]);
    command.args(["--all-features", "--bench", "store"]);
    command.env("FAIL_ON_MISSED_RATIO", "1");
    command
}
