//! Tables and lists for people.

use std::io::{IsTerminal as _, Result};

use clap::builder::styling::{AnsiColor, Style};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::output::{printable, say};

/// Rows under headings. A heading that ends with `#` aligns its column to the right.
pub(crate) struct Rows {
    table: Table,
}

impl Rows {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut table = Table::new();
        let names = headings.iter().map(|heading| heading.trim_end_matches('#'));
        table.load_style(UTF8_FULL_CONDENSED).set_header(names);
        // In files and pipes a row stays on one line.
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

    pub(crate) fn print(&self) -> Result<()> {
        let bold = Style::new().bold();
        let text = self.table.to_string();
        for (place, line) in text.lines().enumerate() {
            if place == 1 {
                say!("{bold}{line}{bold:#}")?;
            } else {
                say!("{line}")?;
            }
        }
        Ok(())
    }
}

/// Names and values, aligned. Names without a value are left out.
#[derive(Default)]
pub(crate) struct Details(Vec<(&'static str, String, Option<Tone>)>);

/// The colour of a value on a terminal.
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
                Some(tone) => {
                    let style = tone.style();
                    format!("{name:width$}  {style}{value}{style:#}")
                }
            }
        };
        self.0.iter().map(line).collect()
    }

    pub(crate) fn print(&self) -> Result<()> {
        self.lines().iter().try_for_each(|line| say!("{line}"))
    }
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Waiting => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
        }
    }
}
