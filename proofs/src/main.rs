//! Runs a proof, and prints its figures.
#![allow(
    clippy::print_stdout,
    reason = "a command of maintainers, which prints its figures"
)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use payments_proofs::simulation::{self, Day};
use payments_proofs::{constant_time, forgery};

/// A day is many small allocations, which it makes faster than the allocator of glibc.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Proofs over all crates together. `cargo xtask prove` runs them.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Subcommand)]
enum Proof {
    /// Simulated days, and defects that have to be found
    Simulation {
        /// How many days
        #[arg(long, default_value_t = 100)]
        seeds: u64,
        /// Only the day of this seed, with its course
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Forged webhooks
    Forgery {
        /// How many of each scheme
        #[arg(long, default_value_t = 10_000)]
        count: u64,
    },
    /// Times of comparisons and of decryption, by Welch's t
    ConstantTime {
        /// How many measurements
        #[arg(long, default_value_t = 100_000)]
        samples: usize,
    },
}

/// How many violations are printed. One is enough to fail, and a broken promise tends to be broken often.
const PRINTED: usize = 10;

fn main() -> ExitCode {
    let is_proven = match Arguments::parse().proof {
        Proof::Simulation {
            seed: Some(seed), ..
        } => one_day(seed),
        Proof::Simulation { seeds, .. } => days(seeds),
        Proof::Forgery { count } => forgeries(count),
        Proof::ConstantTime { samples } => times(samples),
    };
    match is_proven {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Prints the figures of a proof, as `cargo xtask prove` reads them, and the first violations. Returns whether every claim holds.
fn figure(name: &str, runs: u64, violations: &[String]) -> bool {
    println!("{name}: {runs} runs, {} violations", violations.len());
    for violation in violations.iter().take(PRINTED) {
        println!("  {violation}");
    }
    violations.is_empty()
}

fn one_day(seed: u64) -> bool {
    let course = simulation::run(Day::of(seed));
    print!("{}", course.journal.text());
    println!("{}\nlog {:016x}", course.totals, course.journal.hash());
    let violations = course.violations.iter().map(ToString::to_string);
    figure("simulation: a day", 1, &violations.collect::<Vec<_>>())
}

fn days(seeds: u64) -> bool {
    let summary = simulation::run_all(0..seeds);
    println!("{}\nall logs {:016x}", summary.totals, summary.hash);
    let is_proven = figure("simulation: days", summary.days, &summary.violations);
    let (found, missed) = simulation::find_defects(100);
    let runs = (found.len() + missed.len()) as u64;
    let missed = missed.iter().map(|it| format!("not found: {it:?}"));
    let name = "simulation: deliberate defects found";
    figure(name, runs, &missed.collect::<Vec<_>>()) && is_proven
}

fn forgeries(count: u64) -> bool {
    let are_proven = forgery::SCHEMES.iter().map(|scheme| {
        let it = forgery::forge(scheme, count);
        println!("{} accepted with the same meaning", it.same_meaning);
        figure(&format!("forgery: {}", scheme.name), it.tried, &it.accepted)
    });
    all(are_proven)
}

fn times(samples: usize) -> bool {
    let are_proven = constant_time::measure(samples).map(|it| {
        let verdict = match (it.is_as_expected(), it.is_leaky) {
            (true, true) => "the difference is found, as it has to be",
            (true, false) => "no difference",
            (false, true) => "no difference is found, so the measurement proves nothing",
            (false, false) => "a difference: repeat it on a quiet machine",
        };
        println!("Welch's |t| = {:.2}: {verdict}", it.t.abs());
        let violation = (!it.is_as_expected()).then(|| verdict.to_owned());
        let name = format!("constant time: {}", it.name);
        figure(&name, it.samples as u64, violation.as_slice())
    });
    all(are_proven)
}

/// Runs every proof, also after one that failed.
fn all(are_proven: impl Iterator<Item = bool>) -> bool {
    are_proven.filter(|is_proven| !is_proven).count() == 0
}
