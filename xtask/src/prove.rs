//! `cargo xtask prove`: what the workspace promises, each proof with its figures. A violation fails the command.
//!
//! The proofs of the store are tests of its crate, and the targets of `fuzz` tests of theirs, so their short forms run with all other
//! tests. So do those of `proofs/`, which needs all crates together.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::ValueEnum;

use crate::fuzz;
use crate::run::{cargo, shown, succeed};

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

pub(crate) fn run(form: &Form) -> Result<(), String> {
    let started = Instant::now();
    let all = Name::value_variants().iter().copied();
    for name in all.filter(|name| form.name.is_none_or(|only| only == *name)) {
        match name {
            Name::Simulation => simulation(form)?,
            Name::Store => store(form)?,
            Name::Forgery => {
                let count = if form.long { "1000000" } else { "10000" };
                figures(own(form.long).args(["forgery", "--count", count]))?;
            }
            Name::ConstantTime => {
                let samples = if form.long { "2000000" } else { "200000" };
                figures(own(true).args(["constant-time", "--samples", samples]))?;
            }
            Name::Fuzz => {
                let mutations = if form.long { 100_000 } else { 10_000 };
                figures(&mut fuzz::command(None, mutations))?;
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("No violation, in {seconds:.0} s.");
    Ok(())
}

fn simulation(form: &Form) -> Result<(), String> {
    let mut command = own(form.long);
    command.arg("simulation");
    match form.seed {
        Some(seed) => command.args(["--seed", &seed.to_string()]),
        None => command.args(["--seeds", if form.long { "10000" } else { "100" }]),
    };
    succeed(&mut command)
}

fn store(form: &Form) -> Result<(), String> {
    for proof in STORE {
        let mut test = cargo();
        test.args(["test", "--quiet", "--package", "payments-store"]);
        test.args(["--all-features", "--test", "it"]);
        if form.long {
            test.args(["--profile", "bench"]).env("STORE_PROOF", "long");
            // A killed process loses nothing that the kernel has, so the databases need no disk.
            if let (None, true) = (std::env::var_os("TMPDIR"), Path::new("/dev/shm").is_dir()) {
                test.env("TMPDIR", "/dev/shm");
            }
        }
        figures(test.args(["--", "--nocapture", "--test-threads=1", proof]))?;
    }
    if form.ratios {
        let mut bench = cargo();
        bench.args(["bench", "--quiet", "--package", "payments-store"]);
        bench.args(["--all-features", "--bench", "store"]);
        succeed(bench.env("FAIL_ON_MISSED_RATIO", "1"))?;
    }
    Ok(())
}

/// The program of `proofs/`, optimised if it runs for long or measures.
fn own(optimised: bool) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "payments-proofs"]);
    if optimised {
        command.args(["--profile", "bench"]);
    }
    command.arg("--");
    command
}

/// Runs to the end, and passes on what is printed, without what the test harness says.
fn figures(command: &mut Command) -> Result<(), String> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let is_of_harness = line.is_empty()
                || line.starts_with("running ")
                || line.starts_with("test ")
                || line.trim_matches('.').is_empty();
            if !is_of_harness {
                println!("{line}");
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("{}: {error}", shown(command)))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{} failed ({status})", shown(command))),
    }
}
