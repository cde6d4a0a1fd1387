//! What became of mutants, by the lists that `cargo-mutants` writes.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// The columns of [`Outcome::row`].
pub(super) const HEADS: &str = "part      mutants  caught  survived  accepted";

/// How many of 100 mutants have to be caught.
const CAUGHT: usize = 95;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// How many a test noticed, be it by not coming to its end.
    caught: usize,
    survivors: Vec<String>,
}

impl Outcome {
    /// Runs `cargo-mutants`, which writes into this folder. Of an earlier run, nothing counts.
    pub(super) fn of(mutants: &mut Command, folder: &Path) -> Result<Self, String> {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(format!("{} cannot be removed: {error}", folder.display()));
            }
            _ => std::fs::create_dir_all(folder).map_err(|error| error.to_string())?,
        }
        let ended = mutants.status();
        let code = ended.as_ref().ok().and_then(|status| status.code());
        match (code, ended) {
            // All were caught; some survived; some tests timed out. All others mean that not all mutants were tried.
            (Some(0 | 2 | 3), _) => Self::read(folder),
            (_, Ok(status)) => Err(format!(
                "cargo-mutants did not finish ({status}); `cargo install cargo-mutants` if it is missing"
            )),
            (_, Err(error)) => Err(format!("cargo-mutants cannot be started: {error}")),
        }
    }

    /// Reads the lists of a run that came to its end.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let list = |name: &str| {
            let path = folder.join("mutants.out").join(name);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            Ok::<_, String>(text.lines().map(str::to_owned).collect::<Vec<_>>())
        };
        let outcome = Self {
            caught: list("caught.txt")?.len() + list("timeout.txt")?.len(),
            survivors: list("missed.txt")?,
        };
        match outcome.all() {
            0 => Err("no mutant was tried".to_owned()),
            _ => Ok(outcome),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.survivors.extend(other.survivors);
    }

    fn all(&self) -> usize {
        self.caught + self.survivors.len()
    }

    /// The figures as one line of a table.
    pub(super) fn row(&self, name: &str, accepted: &str) -> String {
        let (all, survived) = (self.all(), self.survivors.len());
        format!(
            "{name:<8} {all:>8} {:>6.1}% {survived:>9} {:>9}",
            self.caught as f64 * 100.0 / all.max(1) as f64,
            survived - self.unlisted(accepted).len()
        )
    }

    /// What is wrong with them, a line each.
    pub(super) fn problems(&self, name: &str, accepted: &str) -> Vec<String> {
        let unlisted = self.unlisted(accepted).into_iter();
        let mut problems: Vec<String> = unlisted
            .map(|mutant| {
                format!("{mutant}: write a test, or list it in xtask/survivors.txt with a reason")
            })
            .collect();
        if self.caught * 100 < self.all() * CAUGHT {
            problems.push(format!("{name}: fewer than {CAUGHT} % are caught"));
        }
        problems
    }

    /// The survivors that are not accepted.
    fn unlisted(&self, accepted: &str) -> Vec<&String> {
        let mut left = counts(accepted);
        let is_unlisted = |mutant: &&String| match left.get_mut(&without_place(mutant)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        self.survivors.iter().filter(is_unlisted).collect()
    }
}

/// How many of the mutants of the same text are accepted: the number before it, or one.
fn counts(accepted: &str) -> BTreeMap<String, usize> {
    let lines = accepted.lines().filter_map(|line| line.split_once(" = "));
    // Not the heading.
    let lines = lines.filter(|(mutant, _)| mutant.contains(".rs: "));
    let counts = lines.map(|(mutant, _)| {
        let counted = mutant.split_once(' ');
        let counted = counted.and_then(|(count, mutant)| Some((mutant, count.parse().ok()?)));
        let (mutant, count) = counted.unwrap_or((mutant, 1));
        (mutant.to_owned(), count)
    });
    counts.collect()
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

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A program in the place of `cargo-mutants`: it writes lists into the folder, and ends with this status.
    fn program(folder: &Path, missed: &str, status: i32) -> Command {
        let script = format!(
            "mkdir -p \"$0/mutants.out\" && cd \"$0/mutants.out\" && touch timeout.txt &&
             printf 'a.rs:1:1: one in f\\n' >caught.txt && printf '{missed}' >missed.txt; exit {status}"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).arg(folder);
        command
    }

    #[test]
    fn only_a_run_that_came_to_its_end_counts() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path().join("part");
        for status in [0, 2, 3] {
            let outcome = Outcome::of(&mut program(&folder, "", status), &folder);
            assert_eq!(outcome.unwrap().caught, 1, "{status}");
        }
        // Wrong arguments, tests that fail without a mutant, an error inside it, a missing `cargo mutants`.
        for status in [1, 4, 70, 101] {
            let outcome = Outcome::of(&mut program(&folder, "", status), &folder);
            assert!(outcome.unwrap_err().contains("did not finish"), "{status}");
        }
        // The lists of the run before are gone, whether or not the program can be started.
        Outcome::of(&mut program(&folder, "", 0), &folder).unwrap();
        Outcome::of(&mut Command::new("/nowhere/cargo"), &folder).unwrap_err();
        assert!(Outcome::read(&folder).is_err());
        // As if it had come to its end without a list.
        let missing = Outcome::of(&mut Command::new("true"), &folder).unwrap_err();
        assert!(missing.contains("caught.txt"), "{missing}");
    }

    #[test]
    fn a_line_accepts_as_many_survivors_as_it_says() {
        let survivors = ["a.rs:1:2: x in f", "a.rs:9:2: x in f", "a.rs:9:9: y in f"];
        let outcome = Outcome {
            caught: 97,
            survivors: survivors.map(str::to_owned).to_vec(),
        };
        let unlisted = |accepted: &str| outcome.unlisted(accepted).len();
        assert_eq!(unlisted("A heading.\n"), 3);
        assert_eq!(unlisted("a.rs: x in f = reason\na.rs: y in f = reason"), 1);
        let all = "2 a.rs: x in f = reason\na.rs: y in f = reason\n";
        assert_eq!(unlisted(all), 0);
        assert_eq!(outcome.problems("amount", all), Vec::<String>::new());
        let row = outcome.row("amount", all);
        assert_eq!(row, "amount        100   97.0%         3         3");
        assert_eq!(HEADS.len(), row.len());
    }

    #[test]
    fn fewer_than_95_of_100_are_a_problem() {
        for (caught, survived, expected) in [(95, 5, 0), (94, 6, 1)] {
            let outcome = Outcome {
                caught,
                survivors: vec!["a.rs:1:2: x in f".to_owned(); survived],
            };
            let problems = outcome.problems("amount", "100 a.rs: x in f = reason");
            assert_eq!(problems.len(), expected, "{problems:?}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let list = super::super::SURVIVORS;
        let lines = list.lines().skip(1).filter(|line| !line.is_empty()).count();
        assert_eq!(
            counts(list).len(),
            lines,
            "a line is repeated or lacks a reason"
        );
    }
}
