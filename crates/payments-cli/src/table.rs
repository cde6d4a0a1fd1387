//! Tables and lists for people.

use std::borrow::Cow;
use std::io::Result;

use clap::builder::styling::{AnsiColor, Style};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

use crate::output::{self, printable, say, wrapped};

/// Rows under headings. A heading that ends with `#` aligns its column to the right.
///
/// Columns without a value are left out. If the table is wider than the terminal, each row is a list of names and values, so
/// that no URL or address is broken.
pub(crate) struct Rows {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn new(headings: &[&'static str]) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn add<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter();
        let cells = cells.map(|cell| printable(cell.as_ref()).into_owned());
        self.rows.push(cells.collect());
    }

    /// Without rows, nothing is printed.
    pub(crate) fn print(&self) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let table = self.table().to_string();
        let is_wider = |width: usize| table.lines().any(|line| line.chars().count() > width);
        if output::width().is_some_and(is_wider) {
            return self.print_lists();
        }
        let bold = Style::new().bold();
        for (place, line) in table.lines().enumerate() {
            if place == 1 {
                say!("{bold}{line}{bold:#}")?;
            } else {
                say!("{line}")?;
            }
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let is_empty = |place: usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.get(place));
            cells.all(String::is_empty)
        };
        let places = 0..self.headings.len();
        let shown: Vec<usize> = places.filter(|place| !is_empty(*place)).collect();
        let mut table = Table::new();
        if shown.is_empty() {
            return table;
        }
        let headings: Vec<&str> = shown
            .iter()
            .filter_map(|place| self.headings.get(*place).copied())
            .collect();
        let names = headings.iter().map(|heading| heading.trim_end_matches('#'));
        table.load_style(UTF8_FULL_CONDENSED).set_header(names);
        for (column, heading) in headings.iter().enumerate() {
            if heading.ends_with('#')
                && let Some(column) = table.column_mut(column)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for row in &self.rows {
            table.add_row(shown.iter().filter_map(|place| row.get(*place)));
        }
        table
    }

    fn print_lists(&self) -> Result<()> {
        for (number, row) in self.rows.iter().enumerate() {
            if number > 0 {
                say!("")?;
            }
            let mut details = Details::default();
            for (heading, cell) in self.headings.iter().zip(row) {
                let cell = Some(cell).filter(|cell| !cell.is_empty());
                details.add(heading.trim_end_matches('#'), cell);
            }
            details.print()?;
        }
        Ok(())
    }
}

/// Names and values, aligned. Names without a value are left out.
#[derive(Default)]
pub(crate) struct Details(Vec<(Cow<'static, str>, String, Option<Tone>)>);

/// The colour of a value on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Waiting,
    Bad,
}

impl Details {
    pub(crate) fn add(&mut self, name: impl Into<Cow<'static, str>>, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.push((name.into(), value.to_string(), None));
        }
    }

    pub(crate) fn add_toned(&mut self, name: &'static str, value: impl ToString, tone: Tone) {
        self.0.push((name.into(), value.to_string(), Some(tone)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// One line for each value. Within a width, long values take several lines, broken at spaces.
    pub(crate) fn lines(&self, width: Option<usize>) -> Vec<String> {
        let rows = self.0.iter();
        let rows = rows.map(|(name, value, tone)| (printable(name), printable(value), tone));
        let rows: Vec<_> = rows.collect();
        let names = rows.iter().map(|(name, ..)| name.len()).max();
        let names = names.unwrap_or_default();
        let mut lines = Vec::new();
        for (name, value, tone) in rows {
            let room = width.map(|width| width.saturating_sub(names + 2));
            let longest = value.split(' ').map(|word| word.chars().count()).max();
            // A word that does not fit beside the name gets the next line.
            let is_beside = room.is_none_or(|room| longest.unwrap_or_default() <= room);
            let (indent, room) = match is_beside {
                true => (names + 2, room),
                false => (2, width.map(|width| width.saturating_sub(2))),
            };
            let text = wrapped(&value, room);
            let text = text.split('\n').map(|line| match tone {
                None => line.to_owned(),
                Some(tone) => {
                    let style = tone.style();
                    format!("{style}{line}{style:#}")
                }
            });
            if !is_beside {
                lines.push(name.to_string());
            }
            for (number, line) in text.enumerate() {
                let name = if number == 0 && is_beside { &*name } else { "" };
                lines.push(format!("{name:indent$}{line}"));
            }
        }
        lines
    }

    pub(crate) fn print(&self) -> Result<()> {
        let lines = self.lines(output::width());
        lines.iter().try_for_each(|line| say!("{line}"))
    }
}

impl Tone {
    pub(crate) fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Waiting => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_values_at_spaces_and_puts_long_words_on_their_own_line() {
        let mut details = Details::default();
        details.add("phase", Some("open"));
        details.add("note", Some("not paid until now, so wait"));
        details.add("url", Some("http://127.0.0.1:8420/payment"));
        let lines = [
            "phase  open",
            "note   not paid until",
            "       now, so wait",
            "url",
            "  http://127.0.0.1:8420/payment",
        ];
        assert_eq!(details.lines(Some(21)), lines);
        let wide = details.lines(None);
        assert_eq!(wide[1], "note   not paid until now, so wait");
    }

    #[test]
    fn leaves_out_columns_without_a_value() {
        let mut rows = Rows::new(&["asset", "network", "held#"]);
        rows.add(["USDT", "", "4"]);
        let table = rows.table().to_string();
        assert!(
            table.contains("held") && !table.contains("network"),
            "{table}"
        );
    }
}
