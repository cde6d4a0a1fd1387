//! `cargo xtask mutants`: changes one operator, value or function at a time, and asks whether a test notices.
//!
//! `cargo-mutants` lists the mutants. All of a part are compiled in at once, each behind a switch, and only the tests that reach a mutant
//! run with it. Mutants that cannot be behind a switch are tried by `cargo-mutants`, each alone.
//!
//! A mutant that no test notices is a survivor. `survivors.txt` lists those that are accepted, each with a reason. The command fails
//! if one is not listed there, or if fewer than 95 % of a part are caught.

mod alone;
mod bounded;
mod build;
mod constant;
mod list;
mod outcome;
mod parallel;
mod reach;
mod results;
mod rewrite;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

use clap::ValueEnum;

use crate::packages::target_directory;
use build::Crate;
use list::Mutant;
use outcome::Outcome;
use parallel::in_parallel;
use reach::Tests;
use results::{Results, Verdict};
use tree::Tree;

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

    /// Tests that take long and find nothing that the others do not, and tests that measure allocations: the switch allocates.
    const fn skipped(self) -> &'static [&'static str] {
        match self {
            Self::Signing => &[
                "both_agree_on_a_thousand_messages",
                "accepts_no_forgery_of_a_forger",
                "random_forgeries_get_no_specific_cause",
                "opens_a_statement_of_two_thousand_rows",
                "without_allocating",
            ],
            Self::Store => &[
                "crash::",
                "load::",
                "days_of_many_seeds",
                "the_claims_notice_a_store",
                "the_same_seed_takes",
            ],
            Self::Amount | Self::Decide => &["amounts_do_not_allocate"],
            Self::Merge | Self::Ticket => &[],
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

/// Tries all parts or one, and all files or those whose path contains one of these texts.
pub(crate) fn run(only: Option<Part>, files: &[String]) -> Result<(), String> {
    let folder = target_directory()?.join("mutants");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tree = Tree::new(&folder)?;
    let (mut total, mut rows, mut problems) = (Outcome::default(), Vec::new(), Vec::new());
    let parts = Part::value_variants().iter().copied();
    for part in parts.filter(|part| only.is_none_or(|only| only == *part)) {
        let name = part.name();
        match try_all(part, files, &tree, &folder) {
            Ok(outcome) => {
                rows.push(outcome.row(&name, SURVIVORS));
                problems.extend(outcome.unlisted(SURVIVORS));
                if files.is_empty() {
                    problems.extend(outcome.too_few(&name));
                }
                total.add(outcome);
            }
            Err(problem) => problems.push(format!("{name}: {problem}")),
        }
    }
    if only.is_none() && files.is_empty() && problems.is_empty() {
        problems = total.needless(SURVIVORS);
    }
    if total == Outcome::default() && problems.is_empty() {
        problems.push("no mutant is in these files".to_owned());
    }
    println!("\n{}", outcome::HEADS);
    println!("{}", rows.join("\n"));
    println!("{}", total.row("all", SURVIVORS));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("mutation testing:\n  {}", problems.join("\n  "))),
    }
}

/// Tries the mutants of a part that have no verdict yet.
fn try_all(part: Part, files: &[String], tree: &Tree, folder: &Path) -> Result<Outcome, String> {
    let name = part.name();
    tree.restore()?;
    let mut mutants = list::mutants(part, &tree.folder)?;
    let is_asked = |file: &str| files.is_empty() || files.iter().any(|asked| file.contains(asked));
    mutants.retain(|mutant| is_asked(&mutant.file));
    if mutants.is_empty() {
        return Ok(Outcome::default());
    }
    let state = tree.state_of(part.package())?;
    let mut results = Results::open(&folder.join(format!("{name}.jsonl")), &state)?;
    let of_crate = Crate::new(tree, part.package(), &mutants)?;
    let (switchable, refused) = of_crate.switchable()?;
    for mutant in refused.iter().filter_map(|number| mutants.get(*number)) {
        results.note(&mutant.name, Verdict::Uncompiled)?;
    }
    let left = |results: &Results| -> BTreeSet<usize> {
        let numbered = mutants.iter().enumerate();
        let left = numbered.filter(|(_, mutant)| results.get(&mutant.name).is_none());
        left.map(|(number, _)| number).collect()
    };
    println!(
        "\n== {name}: {} mutants, {} of them to be tried, {} behind switches",
        mutants.len(),
        left(&results).len(),
        switchable.len()
    );
    let switched = &left(&results) & &switchable;
    if !switched.is_empty() {
        try_switched(part, &of_crate, tree, &mutants, switched, &mut results)?;
    }
    let alone = left(&results);
    if !alone.is_empty() {
        println!("{name}: {} are tried alone", alone.len());
        alone::check(part, tree)?;
    }
    for number in alone {
        let Some(mutant) = mutants.get(number) else {
            continue;
        };
        let verdict = alone::try_one(part, mutant, tree, &folder.join("alone"))?;
        results.note(&mutant.name, verdict)?;
    }
    let mut outcome = Outcome::default();
    for mutant in &mutants {
        if let Some(verdict) = results.get(&mutant.name) {
            outcome.count(&mutant.name, verdict);
        }
    }
    Ok(outcome)
}

/// Tries these mutants in one build.
fn try_switched(
    part: Part,
    of_crate: &Crate<'_>,
    tree: &Tree,
    mutants: &[Mutant],
    asked: BTreeSet<usize>,
    results: &mut Results,
) -> Result<(), String> {
    let name = |number: usize| mutants.get(number).map_or("", |mutant| &mutant.name);
    let mut compiled = asked.clone();
    let programs = of_crate.build(&mut compiled)?;
    for number in &asked - &compiled {
        results.note(name(number), Verdict::Uncompiled)?;
    }
    let tests = Tests::record(tree, &of_crate.folder(), &programs, part.skipped())?;
    println!(
        "{}: {} mutants compile, and {} tests pass without them",
        part.name(),
        compiled.len(),
        tests.len()
    );
    let compiled: Vec<usize> = compiled.into_iter().collect();
    let (mut tried, mut chance) = (0, Vec::new());
    in_parallel(
        &compiled,
        |_, number| Ok((*number, tests.try_with(tree, *number)?)),
        |(number, verdict)| {
            match verdict {
                Ok(verdict) => results.note(name(number), verdict)?,
                Err(tests) => chance.push(format!("{}: {tests}", name(number))),
            }
            tried += 1;
            if tried % 50 == 0 {
                println!("{}: {tried} of {} tried", part.name(), compiled.len());
            }
            Ok(())
        },
    )?;
    match chance.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "run this again, because some of these tests failed by chance:\n  {}",
            chance.join("\n  ")
        )),
    }
}
