//! `cargo xtask mutants`: changes one operator, value or function at a time by `cargo-mutants`, and asks whether a test notices.
//!
//! A mutant that no test notices is a survivor. `survivors.txt` lists those that are accepted, each with a reason. The command fails
//! if one is not listed there, or if fewer than 95 % of a part are caught.

mod outcome;
mod shard;

use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use crate::packages::target_directory;
use crate::run::{cargo, output, root};
use outcome::Outcome;
pub(crate) use shard::Shard;

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

/// The accepted survivors: a mutant as `cargo-mutants` names it without line and column, ` = `, and the reason. Before it stands how many
/// there are of the same name, if it is not one.
const SURVIVORS: &str = include_str!("../survivors.txt");

/// What is to be done.
pub(crate) struct Form {
    /// Only this part.
    pub(crate) part: Option<Part>,
    /// Only these of its mutants.
    pub(crate) shard: Shard,
    /// Nothing is run; the results of all shards count, which can come from other machines.
    pub(crate) sum: bool,
}

pub(crate) fn run(form: &Form) -> Result<(), String> {
    let folder = target_directory()?.join("mutants");
    let (mut total, mut rows, mut problems) = (Outcome::default(), Vec::new(), Vec::new());
    let parts = Part::value_variants().iter().copied();
    for part in parts.filter(|one| form.part.is_none_or(|only| only == *one)) {
        let name = part.name();
        let folder = folder.join(&name);
        let outcome = match form.sum {
            true => shard::sum(&folder),
            false => try_all(part, form.shard, &folder.join(form.shard.folder())),
        };
        match outcome {
            Ok(outcome) => {
                rows.push(outcome.row(&name, SURVIVORS));
                problems.extend(outcome.problems(&name, SURVIVORS));
                total.add(outcome);
            }
            Err(problem) => problems.push(format!("{name}: {problem}")),
        }
    }
    println!("\n{}", outcome::HEADS);
    println!("{}", rows.join("\n"));
    println!("{}", total.row("all", SURVIVORS));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("mutation testing:\n  {}", problems.join("\n  "))),
    }
}

/// Tries the mutants of a part. The commit is noted beside the results, because shards are of one.
fn try_all(part: Part, shard: Shard, folder: &Path) -> Result<Outcome, String> {
    let mut git = Command::new("git");
    git.current_dir(root())
        .args(["describe", "--always", "--dirty"])
        .args(["--exclude", "*", "--abbrev=40"]);
    let commit = output(&mut git)?;
    let mut mutants = cargo();
    mutants
        .args(["mutants", "--package", part.package(), "--output"])
        .arg(folder);
    for file in part.files() {
        mutants.args(["--file", &format!("crates/{}/src/{file}", part.package())]);
    }
    mutants
        .args(["--shard", &shard.to_string()])
        .args(["--sharding", "round-robin"])
        .args(["--", "--all-features", "--tests", "--"]);
    for test in part.skipped() {
        mutants.args(["--skip", test]);
    }
    let outcome = Outcome::of(&mut mutants, folder)?;
    shard::note(folder, &commit)?;
    Ok(outcome)
}
