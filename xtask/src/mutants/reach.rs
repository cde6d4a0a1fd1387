//! Which tests reach which mutants, and what those tests say about a mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::run::output;

use super::bounded;
use super::parallel::in_parallel;
use super::results::Verdict;
use super::tree::Tree;

/// How long a test may take that runs without a mutant.
const LONGEST: Duration = Duration::from_secs(600);
/// A program takes this long before it runs the first test.
const START: Duration = Duration::from_millis(200);

/// A test, and what is known of it.
struct Test {
    program: PathBuf,
    name: String,
    takes: Duration,
    reaches: BTreeSet<usize>,
}

/// The tests of a crate.
pub(super) struct Tests {
    tests: Vec<Test>,
    /// The folder of the crate, where they run.
    folder: PathBuf,
}

impl Tests {
    /// Runs each test without a mutant, and notes what it reaches. All have to pass.
    pub(super) fn record(
        tree: &Tree,
        folder: &str,
        programs: &[PathBuf],
        skipped: &[&str],
    ) -> Result<Self, String> {
        let folder = tree.folder.join(folder);
        let mut names = Vec::new();
        for program in programs {
            let list = output(Command::new(program).arg("--list").current_dir(&folder))?;
            let tests = list.lines().filter_map(|line| line.strip_suffix(": test"));
            let tests = tests.filter(|test| !skipped.iter().any(|skipped| test.contains(skipped)));
            names.extend(tests.map(|test| (program, test.to_owned())));
        }
        let reached = tempfile::tempdir().map_err(|error| error.to_string())?;
        let record = |number: usize, (program, name): &(&PathBuf, String)| {
            let file = reached.path().join(number.to_string());
            let mut command = command(tree, &folder, program, &[name]);
            command.env("MUTANTS_REACHED", &file);
            let ended = bounded::run(&mut command, LONGEST)?;
            let reaches = read(&file)?;
            if !ended.success {
                return Err(format!("the test {name} fails without a mutant"));
            }
            Ok(Test {
                program: program.to_path_buf(),
                name: name.clone(),
                takes: ended.after,
                reaches,
            })
        };
        let mut tests = Vec::new();
        in_parallel(&names, record, |test| {
            tests.push(test);
            Ok(())
        })?;
        Ok(Self { tests, folder })
    }

    pub(super) fn len(&self) -> usize {
        self.tests.len()
    }

    /// Those that reach a mutant. First comes what is fast and reaches little, which is most likely a test of just this code.
    fn of(&self, mutant: usize) -> Vec<&Test> {
        let reaching = self.tests.iter();
        let reaching = reaching.filter(|test| test.reaches.contains(&mutant));
        let mut tests: Vec<&Test> = reaching.collect();
        tests.sort_by_key(|test| (test.takes + START).as_millis() * test.reaches.len() as u128);
        tests
    }

    /// Runs those that reach a mutant, a few at first and then more, until one fails or does not end in time. Without a verdict, some
    /// failed by chance: their names.
    pub(super) fn try_with(
        &self,
        tree: &Tree,
        mutant: usize,
    ) -> Result<Result<Verdict, String>, String> {
        let tests = self.of(mutant);
        let (mut rest, mut size) = (tests.as_slice(), 3);
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(size.min(rest.len()));
            (rest, size) = (later, size * 4);
            let mut programs: BTreeMap<&Path, Vec<&Test>> = BTreeMap::new();
            for test in batch {
                programs.entry(&test.program).or_default().push(test);
            }
            for (program, tests) in programs {
                let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
                let takes: Duration = tests.iter().map(|test| test.takes).sum();
                let mut command = command(tree, &self.folder, program, &names);
                command.env("MUTANT_ON", mutant.to_string());
                let limit = Duration::from_secs(20) + 5 * takes;
                if bounded::run(&mut command, limit)?.success {
                    continue;
                }
                // A test that failed by chance, on a busy machine, has noticed nothing.
                command.env_remove("MUTANT_ON");
                return Ok(match bounded::run(&mut command, limit)?.success {
                    true => Ok(Verdict::Caught),
                    false => Err(names.join(", ")),
                });
            }
        }
        Ok(Ok(Verdict::Survivor))
    }
}

/// Runs these tests of a program, two at a time: several mutants are tried at the same time.
fn command(tree: &Tree, folder: &Path, program: &Path, tests: &[impl AsRef<str>]) -> Command {
    let mut command = bounded::program(program);
    tree.adapt(&mut command);
    command
        .arg("--exact")
        .args(tests.iter().map(AsRef::as_ref))
        .args(["--test-threads", "2"])
        .current_dir(folder)
        // As cargo sets them.
        .env("CARGO_MANIFEST_DIR", folder)
        .env("CARGO_PKG_NAME", folder.file_name().unwrap_or_default())
        .env_remove("MUTANT_ON")
        .env_remove("MUTANTS_REACHED");
    command
}

/// The numbers of the mutants that a test reached.
fn read(file: &Path) -> Result<BTreeSet<usize>, String> {
    // A test that reaches none writes nothing.
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        text => text.map_err(|error| error.to_string())?,
    };
    let numbers = text.lines().map(str::parse);
    numbers
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{}: {error}", file.display()))
}
