//! Tables and lists for people.

use std::io::IsTerminal as _;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::failure::Failure;
use crate::output::{printable, say};

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Rows under headings. A heading that ends with `#` is of a column of numbers, which stand at its right.
pub(crate) struct Rows {
    table: Table,
}

impl Rows {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut table = Table::new();
        let names = headings.iter().map(|heading| heading.trim_end_matches('#'));
        table.load_style(UTF8_FULL_CONDENSED).set_header(names);
        // Elsewhere, a row stays one line.
        if std::io::stdout().is_terminal()
            && let Some((width, _)) = terminal_size::terminal_size()
        {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width.0);
        }
        for (place, heading) in headings.iter().enumerate() {
            if heading.ends_with('#')
                && let Some(column) = table.column_mut(place)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self { table }
    }

    pub(crate) fn add<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<String> = cells
            .into_iter()
            .map(|cell| printable(cell.as_ref()).into_owned())
            .collect();
        self.table.add_row(cells);
    }

    /// The headings are bold on a terminal.
    pub(crate) fn print(&self) -> Result<(), Failure> {
        let text = self.table.to_string();
        for (place, line) in text.lines().enumerate() {
            if place == 1 {
                say!("{BOLD}{line}{PLAIN}")?;
            } else {
                say!("{line}")?;
            }
        }
        Ok(())
    }
}

/// Names and values, aligned; those without a value are left out.
#[derive(Default)]
pub(crate) struct Details(Vec<(&'static str, String, Option<Tone>)>);

/// How a value looks on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Waiting,
    Bad,
}

impl Details {
    pub(crate) fn add(&mut self, name: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push((name, value.to_string(), None));
        }
    }

    pub(crate) fn add_toned(&mut self, name: &'static str, value: impl ToString, tone: Tone) {
        self.0.push((name, value.to_string(), Some(tone)));
    }

    pub(crate) fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let width = self.0.iter().map(|(name, ..)| name.len()).max();
        let width = width.unwrap_or_default();
        let line = |(name, value, tone): &(&'static str, String, Option<Tone>)| {
            let value = printable(value);
            match tone {
                None => format!("{name:width$}  {value}"),
                Some(tone) => format!("{name:width$}  {}{value}{PLAIN}", tone.code()),
            }
        };
        self.0.iter().map(line).collect()
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        self.lines().iter().try_for_each(|line| say!("{line}"))
    }
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Good => "\u{1b}[32m",
            Self::Waiting => "\u{1b}[33m",
            Self::Bad => "\u{1b}[31m",
        }
    }
}
