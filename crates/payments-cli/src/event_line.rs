//! An event of a live log: one line in columns, with more lines below for what does not fit.

use std::fmt::Write as _;

use clap::builder::styling::Style;

use crate::output::{self, printable, say};
use crate::table::Tone;

/// The columns: time, provider, kind of event, what, result.
const WHAT: usize = 33;
const RESULT: usize = 66;

pub(crate) struct EventLine {
    pub(crate) at_ms: u64,
    pub(crate) provider: String,
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    pub(crate) result: String,
    pub(crate) tone: Tone,
    /// More lines below.
    pub(crate) details: Vec<String>,
}

/// An order and its state. A long id is cut: all of it is in the JSON and on the dashboard.
pub(crate) fn named(name: &str, state: &str) -> String {
    let room = (RESULT - WHAT).saturating_sub(state.chars().count() + 3);
    match name.char_indices().nth(room + 1) {
        Some(_) => {
            let begin: String = name.chars().take(room).collect();
            format!("{begin}… {state}")
        }
        None => format!("{name} {state}"),
    }
}

impl EventLine {
    /// Prints it in one piece, because events can happen at once. A closed output does not stop the program.
    pub(crate) fn print(&self) {
        let _ = say!("{}", self.text(output::width()));
    }

    fn text(&self, width: Option<usize>) -> String {
        let time = time_of_day(self.at_ms);
        let provider = self.provider.replace('_', "-");
        let (provider, result) = (printable(&provider), printable(&self.result));
        let what = printable(&self.what);
        let head = format!("{time}  {provider:<12}  {:<7}  {what}", self.kind);
        // A result that does not fit beside a long text gets the next line.
        let (used, last) = (head.chars().count(), width.unwrap_or(usize::MAX));
        let gap = match used {
            _ if used + 1 < RESULT => " ".repeat(RESULT - used),
            _ if used + 2 + result.len() <= last => "  ".to_owned(),
            _ => format!("\n{}", " ".repeat(RESULT)),
        };
        let style = self.tone.style();
        let mut text = format!("{head}{gap}{style}{result}{style:#}");
        let (dim, indent) = (Style::new().dimmed(), " ".repeat(WHAT));
        for detail in &self.details {
            let line = format!("{indent}{}", printable(detail));
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{dim}{}{dim:#}", output::wrapped(&line, width));
        }
        text
    }
}

/// `13:04:05` in UTC.
pub(crate) fn time_of_day(ms: u64) -> String {
    let seconds = ms / 1_000 % 86_400;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_fits_80_columns() {
        let id = "06993bdedcd47cec907e45e9d9f04794";
        for (what, result) in [
            (named(id, "completed"), "HTTP 200"),
            (named("order-1", "closed (expired)"), "no answer"),
            (
                "checkWithdrawalAddressValidity-and-more".to_owned(),
                "refused",
            ),
        ] {
            let line = EventLine {
                at_ms: 1_700_000_000_000,
                provider: "chainup_opay".to_owned(),
                kind: "webhook",
                what,
                result: result.to_owned(),
                tone: Tone::Bad,
                details: vec!["a reason that is longer than the room that it has below".to_owned()],
            };
            let text = anstream::adapter::strip_str(&line.text(Some(80))).to_string();
            assert!(
                text.starts_with("22:13:20  chainup-opay  webhook  "),
                "{text}"
            );
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
