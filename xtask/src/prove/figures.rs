//! The figures that proofs print, as a table.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::run::shown;

/// The figures of one proof after the other.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

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

impl Figures {
    /// Runs proofs to their end, passes on what they print, without what the test harness says, and keeps the figures. Returns
    /// why they failed.
    pub(super) fn add(&mut self, command: &mut Command) -> Result<Option<String>, String> {
        println!("\n$ {}", shown(command));
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child =
            child.map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
        let known = self.0.len();
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let is_of_harness = line.is_empty()
                    || line.starts_with("running ")
                    || line.starts_with("test ")
                    || line.trim_matches('.').is_empty();
                if !is_of_harness {
                    println!("{line}");
                }
                self.0.extend(Figure::read(&line));
            }
        }
        let status = child
            .wait()
            .map_err(|error| format!("{}: {error}", shown(command)))?;
        let proves = self.0.len() > known;
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
        } in &self.0
        {
            let name = match name.char_indices().nth(NAME) {
                Some(_) => format!("{}…", name.chars().take(NAME - 1).collect::<String>()),
                None => name.clone(),
            };
            let (runs, violations) = (grouped(*runs), grouped(*violations));
            writeln!(f, "{name:NAME$} {runs:>NUMBER$} {violations:>NUMBER$}")?;
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
        let figures = Figures(lines.iter().filter_map(|line| Figure::read(line)).collect());
        let table = figures.to_string();
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows.len(), 4, "{table}");
        assert!(rows.iter().all(|row| row.chars().count() <= 80), "{table}");
        assert!(rows[2].ends_with("10,000            0"), "{table}");
        assert!(rows[3].ends_with("1            2"), "{table}");
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
