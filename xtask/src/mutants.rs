//! `cargo xtask mutants`: changes one operator, value or function at a time by `cargo-mutants`, and asks whether a test notices.
//!
//! A mutant that no test notices is a survivor. `survivors.txt` lists those that are accepted, each with a reason. The command fails
//! if one is not listed there, or if fewer than 95 % are caught.

use std::path::Path;

use clap::ValueEnum;

use crate::run::{cargo, target_directory};

/// What is mutated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Signing rules of all schemes
    Signing,
    /// Exact amounts
    Amount,
    /// What an attempt proves, and whether it is repeated
    Decide,
    /// Payments merged from observations
    Merge,
    /// Tickets and how they are resolved
    Ticket,
    /// The durable store
    Store,
}

impl Part {
    const fn package(self) -> &'static str {
        match self {
            Self::Signing => "payments-signing",
            Self::Amount | Self::Decide => "payments-core",
            Self::Merge | Self::Ticket => "payments-facade",
            Self::Store => "payments-store",
        }
    }

    /// The files, inside the package's `src`.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Signing | Self::Store => &["**"],
            Self::Amount => &["amount.rs", "amount/**"],
            Self::Decide => &["decide.rs", "decide/**"],
            Self::Merge => &["payment.rs", "payment/**"],
            Self::Ticket => &["ticket.rs", "ticket/**"],
        }
    }

    /// Tests that take long and find nothing that the others do not.
    const fn skipped(self) -> &'static [&'static str] {
        match self {
            Self::Signing => &[
                "both_agree_on_a_thousand_messages",
                "accepts_no_forgery_of_a_forger",
                "random_forgeries_get_no_specific_cause",
                "opens_a_statement_of_two_thousand_rows",
            ],
            Self::Store => &["crash::", "load::", "day::"],
            _ => &[],
        }
    }

    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The accepted survivors: a mutant as `cargo-mutants` names it without its line, ` = `, and the reason.
const SURVIVORS: &str = include_str!("../survivors.txt");

pub(crate) fn run(part: Option<Part>, shard: Option<&str>) -> Result<(), String> {
    let parts = Part::value_variants().iter().copied();
    let mut problems = Vec::new();
    println!(
        "{:<8} {:>8} {:>7} {:>9} {:>9}",
        "part", "mutants", "caught", "survived", "accepted"
    );
    for part in parts.filter(|one| part.is_none_or(|only| only == *one)) {
        problems.extend(one(part, shard)?);
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("mutation testing:\n  {}", problems.join("\n  ")))
}

/// Runs the mutants of one part, prints its line and returns what is wrong with it.
fn one(part: Part, shard: Option<&str>) -> Result<Vec<String>, String> {
    let output = target_directory()?.join("mutants").join(part.name());
    let mut mutants = cargo();
    mutants
        .args(["mutants", "--package", part.package(), "--output"])
        .arg(&output);
    for file in part.files() {
        mutants.args(["--file", &format!("crates/{}/src/{file}", part.package())]);
    }
    if let Some(shard) = shard {
        mutants.args(["--shard", shard, "--sharding", "round-robin"]);
    }
    mutants.args(["--", "--all-features", "--tests", "--"]);
    for test in part.skipped() {
        mutants.args(["--skip", test]);
    }
    // Its status is also a failure if a mutant survives, so the lists decide.
    let status = mutants.status().map_err(|error| error.to_string())?;
    let lists = output.join("mutants.out");
    let caught = listed(&lists, "caught.txt").len() + listed(&lists, "timeout.txt").len();
    let survivors = listed(&lists, "missed.txt");
    let all = caught + survivors.len();
    if all == 0 {
        return Err(format!(
            "no mutant of {} was tried ({status}); `cargo install cargo-mutants` if the command is missing",
            part.name()
        ));
    }
    let unknown: Vec<&String> = survivors
        .iter()
        .filter(|mutant| !is_accepted(mutant))
        .collect();
    println!(
        "{:<8} {all:>8} {:>6.1}% {:>9} {:>9}",
        part.name(),
        caught as f64 * 100.0 / all as f64,
        survivors.len(),
        survivors.len() - unknown.len()
    );
    let mut problems: Vec<String> = unknown
        .into_iter()
        .map(|mutant| {
            format!("{mutant}: write a test, or list it in xtask/survivors.txt with a reason")
        })
        .collect();
    if caught * 100 < all * 95 {
        problems.push(format!("{}: fewer than 95 % are caught", part.name()));
    }
    Ok(problems)
}

/// The lines of a list of `cargo-mutants`.
fn listed(folder: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn is_accepted(mutant: &str) -> bool {
    let mut lines = SURVIVORS.lines().filter_map(|line| line.split_once(" = "));
    lines.any(|(accepted, _)| accepted == without_place(mutant))
}

/// `src/amount.rs:118:29: replace > with >= in f` without line and column, which change with every edit.
fn without_place(mutant: &str) -> String {
    match mutant.split_once(": ") {
        Some((place, what)) => {
            let file = place.split(':').next().unwrap_or(place);
            format!("{file}: {what}")
        }
        None => mutant.to_owned(),
    }
}
