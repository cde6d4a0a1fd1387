//! Runs a proof, and prints a line of figures.
#![allow(
    clippy::print_stdout,
    reason = "a command of maintainers, which prints its figures"
)]

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use payments_proofs::simulation::{self, Day, Defect};
use payments_proofs::{constant_time, forgery};

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

fn one_day(seed: u64) -> bool {
    let course = simulation::live(Day::of(seed));
    print!("{}", course.journal.text());
    let (log, count) = (course.journal.hash(), course.violations.len());
    println!("simulation: seed {seed}, log {log:016x}, {count} violations");
    course.violations.is_empty()
}

fn days(seeds: u64) -> bool {
    let started = Instant::now();
    let summary = simulation::live_all(0..seeds);
    let seconds = started.elapsed().as_secs_f64();
    let (days, count) = (summary.days, summary.violations.len());
    println!(
        "simulation: {days} days in {seconds:.0} s, {count} violations ({})",
        summary.totals
    );
    for violation in summary.violations.iter().take(PRINTED) {
        println!("  {violation}");
    }
    let (found, missed) = simulation::find_defects(100);
    let all = Defect::ALL.len();
    println!("simulation: {} of {all} defects found", found.len());
    for defect in &missed {
        println!("  not found: {defect:?}");
    }
    summary.violations.is_empty() && missed.is_empty()
}

fn forgeries(count: u64) -> bool {
    let started = Instant::now();
    let all = forgery::forge(count);
    for it in &all {
        let (scheme, tried, same) = (it.scheme, it.tried, it.same_meaning);
        let accepted = it.accepted.len();
        println!(
            "forgery: {scheme}: {tried} tried, {accepted} accepted with another meaning, {same} with the same one"
        );
        for message in it.accepted.iter().take(PRINTED) {
            println!("  {message}");
        }
    }
    println!("forgery: {:.0} s", started.elapsed().as_secs_f64());
    all.iter().all(|it| it.accepted.is_empty())
}

fn times(samples: usize) -> bool {
    let all = constant_time::measure(samples);
    for it in &all {
        let (name, samples, t) = (it.name, it.samples, it.t.abs());
        let verdict = match (it.is_as_expected(), it.is_leaky) {
            (true, true) => "found, as it has to be",
            (true, false) => "no difference",
            (false, true) => "not found: the measurement proves nothing",
            (false, false) => "a difference: repeat it on a quiet machine",
        };
        println!("constant time: {name}: |t| = {t:.2} of {samples} samples, {verdict}");
    }
    all.iter().all(constant_time::Timing::is_as_expected)
}
