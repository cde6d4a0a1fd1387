//! Runs the proofs, and prints a line of figures for each.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a command of maintainers, which prints its figures"
)]

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use payments_proofs::simulation::{self, Day, Defect};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    proof: Proof,
}

#[derive(Subcommand)]
enum Proof {
    /// Simulated days
    Simulation {
        /// How many days
        #[arg(long, default_value_t = 100)]
        seeds: u64,
        /// Only the day of this seed, with its course
        #[arg(long)]
        seed: Option<u64>,
    },
}

fn main() -> ExitCode {
    let is_proven = match Arguments::parse().proof {
        Proof::Simulation {
            seed: Some(seed), ..
        } => one_day(seed),
        Proof::Simulation { seeds, .. } => days(seeds),
    };
    if is_proven {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn one_day(seed: u64) -> bool {
    let course = simulation::live(Day::of(seed));
    println!("{}", course.journal.text());
    println!(
        "simulation: seed {seed}, log {:016x}, {} violations",
        course.journal.hash(),
        course.violations.len()
    );
    course.violations.is_empty()
}

fn days(seeds: u64) -> bool {
    let started = Instant::now();
    let summary = simulation::live_all(0..seeds);
    for violation in summary.violations.iter().take(10) {
        println!("  {violation}");
    }
    let (found, missed) = simulation::find_defects(40);
    println!(
        "simulation: {} days in {:.0} s, {} violations, {} of {} defects found ({})",
        summary.days,
        started.elapsed().as_secs_f64(),
        summary.violations.len(),
        found.len(),
        Defect::ALL.len(),
        summary.totals,
    );
    for defect in &missed {
        println!("  not found: {defect:?}");
    }
    summary.violations.is_empty() && missed.is_empty()
}
