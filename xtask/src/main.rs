//! Maintainers' commands, run as `cargo xtask <command>` from the workspace's root.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks on the terminal"
)]

mod bench;
mod budget;
mod coverage;
mod fixtures;
mod fuzz;
mod golden;
mod matrix;
mod mutants;
mod packages;
mod prove;
mod release;
mod run;
mod screenshots;
#[cfg(test)]
#[path = "../../fixtures/skip.rs"]
mod skip;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tests, golden cases, fixtures, dependency rules and benchmarks of the payments workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything that must pass: format, lints, tests, docs, golden cases, dependency rules
    Test,
    /// Regenerate the independent signature fixtures with openssl and python3
    Fixtures {
        /// Change nothing; fail when a fixture differs from what the independent tools make
        #[arg(long)]
        check: bool,
    },
    /// Run every golden signature case of a folder; a file without a known case is a failure
    Golden {
        /// The folder to read, with its subfolders
        #[arg(long, default_value = golden::DEFAULT_DIR)]
        dir: PathBuf,
    },
    /// Check which crates depend on which, and print how many crates each build takes
    Budget,
    /// Write the table of capabilities, `docs/capabilities.md`, from the gateways' code
    Matrix {
        /// Change nothing; fail when the page differs from the code
        #[arg(long)]
        check: bool,
    },
    /// Prove what the workspace promises, each proof with its figures
    Prove {
        /// Only this proof
        name: Option<prove::Name>,
        /// The long forms: 10,000 simulated days, 1,000,000 forgeries of each scheme, more than 1,000 killed processes, …
        #[arg(long)]
        long: bool,
        /// Also measure the store's speed and growth, and fail on a ratio that misses its target
        #[arg(long)]
        ratios: bool,
        /// Only the simulated day of this seed, with its course
        #[arg(long, conflicts_with_all = ["long", "ratios"])]
        seed: Option<u64>,
    },
    /// Make the guide's pictures, `docs/pictures`, with Chromium; needs the ports 3000 and 8420
    Screenshots,
    /// Run the benchmarks and print each as a ratio to the bare primitive of the same run
    Bench {
        /// Only the benchmarks whose group contains this text
        filter: Option<String>,
    },
    /// Mutate recorded messages, keys and files, and check what must hold for every input
    Fuzz {
        /// Only this target
        target: Option<String>,
        /// Mutations of each target
        #[arg(long, default_value_t = 100_000)]
        mutations: u64,
        /// Instead, guided by coverage, for so many seconds each; needs cargo-fuzz and a nightly compiler
        #[arg(long, value_name = "SECONDS", conflicts_with = "mutations")]
        guided: Option<u64>,
    },
    /// Change the code in one place at a time, and ask whether a test notices; needs cargo-mutants and takes long
    Mutants {
        /// Only this part
        part: Option<mutants::Part>,
        /// Only files whose path contains this text
        #[arg(long = "file", value_name = "TEXT")]
        files: Vec<String>,
    },
    /// Print the share of each crate's lines that a test runs; needs cargo-llvm-cov
    Coverage,
    /// Check that a crate is ready to be published: changelog, version, packages, documentation, licences
    Release {
        /// The crate's name, as payments-signing
        name: String,
        /// There is no earlier version; required if no tag shows one
        #[arg(long)]
        first: bool,
        /// If every check passed, run all tests, which takes long, and tag the version
        #[arg(long)]
        tag: bool,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Test => test::run(),
        Command::Fixtures { check } => fixtures::run(check),
        Command::Golden { dir } => golden::run(&dir),
        Command::Budget => budget::run(),
        Command::Matrix { check } => matrix::run(check),
        Command::Prove {
            name,
            long,
            ratios,
            seed,
        } => prove::run(&prove::Form {
            name,
            long,
            ratios,
            seed,
        }),
        Command::Screenshots => screenshots::run(),
        Command::Bench { filter } => bench::run(filter.as_deref()),
        Command::Fuzz {
            target,
            guided: Some(seconds),
            ..
        } => fuzz::guided(target.as_deref(), seconds),
        Command::Fuzz {
            target, mutations, ..
        } => fuzz::run(target.as_deref(), mutations),
        Command::Mutants { part, files } => mutants::run(part, &files),
        Command::Coverage => coverage::run(),
        Command::Release { name, first, tag } => release::run(&name, first, tag),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
