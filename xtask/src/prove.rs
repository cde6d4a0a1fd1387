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

impl Form {
    /// The proofs that are to be run. Refuses an option that none of them has.
    fn names(&self) -> Result<Vec<Name>, String> {
        let only = |option: &str, of: Name| match self.name {
            Some(name) if name != of => Err(format!(
                "{option} is an option of `prove {}`, not of `prove {}`",
                shown(of),
                shown(name)
            )),
            _ => Ok(()),
        };
        if self.ratios {
            only("--ratios", Name::Store)?;
        }
        if self.seed.is_some() {
            only("--seed", Name::Simulation)?;
            return Ok(vec![Name::Simulation]);
        }
        let all = Name::value_variants().iter().copied();
        Ok(all
            .filter(|one| self.name.is_none_or(|only| only == *one))
            .collect())
    }
}

/// As it is typed.
fn shown(name: Name) -> String {
    let value = name.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Runs the proofs one after the other, also after one that failed, and prints the figures of all at the end.
pub(crate) fn run(form: &Form) -> Result<(), String> {
    let names = form.names()?;
    let started = Instant::now();
    let (mut figures, mut failures) = (Figures::default(), Vec::new());
    for name in names {
        for mut command in commands(name, form) {
            failures.extend(figures.add(&mut command)?);
        }
    }
    if form.ratios {
        failures.extend(succeed(&mut ratios()).err());
    }
    println!("\n{figures}");
    let seconds = started.elapsed().as_secs();
    match (failures.is_empty(), figures.are_complete()) {
        (true, true) => println!("No violation, in {seconds} s."),
        (true, false) => println!("No violation in what was run, in {seconds} s."),
        (false, _) => return Err(failures.join("\nxtask: ")),
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: Option<Name>, ratios: bool, seed: Option<u64>) -> Result<Vec<Name>, String> {
        let long = false;
        Form {
            name,
            long,
            ratios,
            seed,
        }
        .names()
    }

    #[test]
    fn an_option_of_another_proof_is_refused() {
        let one = |name| Ok(vec![name]);
        assert_eq!(names(None, true, None).unwrap().len(), 5);
        assert_eq!(names(Some(Name::Store), true, None), one(Name::Store));
        assert_eq!(names(None, false, Some(7)), one(Name::Simulation));
        let refused = names(Some(Name::Store), false, Some(7)).unwrap_err();
        assert_eq!(
            refused,
            "--seed is an option of `prove simulation`, not of `prove store`"
        );
        let refused = names(Some(Name::ConstantTime), true, None).unwrap_err();
        assert_eq!(
            refused,
            "--ratios is an option of `prove store`, not of `prove constant-time`"
        );
    }
}
