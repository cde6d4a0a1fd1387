//! The figures that proofs print, as a table.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::run::shown;

/// The figures of one proof after the other.
#[derive(Default)]
pub(crate) struct Figures {
    rows: Vec<Figure>,
    /// The tools without which a part of the proofs was not run.
    missing: BTreeSet<String>,
}

/// What a proof prints as `NAME: 100 runs, 0 violations`.
struct Figure {
    name: String,
    runs: u64,
    violations: u64,
}

/// The columns, with their two separators, fit 80 characters.
const NAME: usize = 52;
const NUMBER: usize = 12;

impl Figure {
    fn read(line: &str) -> Option<Self> {
        let (name, figures) = line.rsplit_once(": ")?;
        let (runs, violations) = figures.split_once(" runs, ")?;
        Some(Self {
            name: name.to_owned(),
            runs: runs.parse().ok()?,
            violations: violations.strip_suffix(" violations")?.parse().ok()?,
        })
    }
}

/// The tool that a test misses and says so, as `fixtures/skip.rs` writes it.
fn missing(line: &str) -> Option<&str> {
    line.strip_prefix("skipped: ")?.strip_suffix(" is missing")
}

impl Figures {
    /// Whether all was run.
    pub(super) fn are_complete(&self) -> bool {
        self.missing.is_empty()
    }

    fn read(&mut self, line: &str) {
        self.rows.extend(Figure::read(line));
        self.missing.extend(missing(line).map(str::to_owned));
    }

    /// Runs proofs to their end, passes on what they print, without what the test harness says, and keeps the figures. Returns
    /// why they failed.
    pub(super) fn add(&mut self, command: &mut Command) -> Result<Option<String>, String> {
        println!("\n$ {}", shown(command));
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child =
            child.map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
        let known = self.rows.len();
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let is_of_harness = line.is_empty()
                    || line.starts_with("running ")
                    || line.starts_with("test ")
                    || line.trim_matches('.').is_empty();
                if !is_of_harness {
                    println!("{line}");
                }
                // In its quiet form, the harness prints a dot for each test that ended.
                self.read(line.trim_start_matches('.'));
            }
        }
        let status = child
            .wait()
            .map_err(|error| format!("{}: {error}", shown(command)))?;
        let proves = self.rows.len() > known;
        Ok(match (status.success(), proves) {
            (true, true) => None,
            (true, false) => Some(format!("{} printed no figure", shown(command))),
            (false, _) => Some(format!("{} failed ({status})", shown(command))),
        })
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:NAME$} {:>NUMBER$} {:>NUMBER$}",
            "proof", "runs", "violations"
        )?;
        writeln!(f, "{}", "-".repeat(NAME + 2 * NUMBER + 2))?;
        for Figure {
            name,
            runs,
            violations,
        } in &self.rows
        {
            let name = match name.char_indices().nth(NAME) {
                Some(_) => format!("{}…", name.chars().take(NAME - 1).collect::<String>()),
                None => name.clone(),
            };
            let (runs, violations) = (grouped(*runs), grouped(*violations));
            writeln!(f, "{name:NAME$} {runs:>NUMBER$} {violations:>NUMBER$}")?;
        }
        for tool in &self.missing {
            let name = format!("what needs {tool}");
            writeln!(f, "{name:NAME$} {:>NUMBER$}", "not run")?;
        }
        Ok(())
    }
}

/// `1,000,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_proofs_are_a_table_in_80_columns() {
        let lines = [
            "simulation: days: 10000 runs, 0 violations",
            "running 3 tests",
            "  violated: no payout is sent twice: payout-01 was sent although its order exists",
            "a name that is longer than its column and therefore cut off at its end: 1 runs, 2 violations",
        ];
        let mut figures = Figures::default();
        lines.iter().for_each(|line| figures.read(line));
        assert!(figures.are_complete());
        let table = figures.to_string();
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows.len(), 4, "{table}");
        assert!(rows.iter().all(|row| row.chars().count() <= 80), "{table}");
        assert!(rows[2].ends_with("10,000            0"), "{table}");
        assert!(rows[3].ends_with("1            2"), "{table}");
    }

    #[test]
    fn what_could_not_be_run_is_a_row() {
        let mut printed = Command::new("echo");
        printed.arg("crash: 3 runs, 0 violations\n.skipped: postgresql is missing");
        let mut figures = Figures::default();
        for _ in 0..2 {
            assert_eq!(figures.add(&mut printed), Ok(None));
        }
        assert!(!figures.are_complete());
        let table = figures.to_string();
        assert_eq!(table.lines().count(), 5, "{table}");
        let last = table.lines().last().unwrap_or_default();
        assert!(last.starts_with("what needs postgresql  "), "{table}");
        assert!(last.ends_with(" not run"), "{table}");
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
