//! Standard output: lines, JSON, and what a terminal may be shown.

use std::borrow::Cow;
use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Prints one line. A reader that has gone away (`payments sandbox | head -1`) is no reason to stop; a full disk
/// is one.
pub(crate) fn line(text: Arguments<'_>) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed("cannot write to standard output", error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// `println!` that says when it could not.
macro_rules! say {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use say;

/// One JSON value on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::failed("cannot write the result", error))?;
    say!("{text}")
}

/// A text of somebody else's, on one line and without what a terminal would obey.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            safe.extend(c.escape_debug());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// As [`printable`], line ends kept and long lines cut.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    shortened(&lines.join("\n"))
}

/// The longest line of a message, in characters.
const LINE_CHARS: usize = 1_000;

/// Its lines, each cut where somebody gave an argument that fills screens.
pub(crate) fn shortened(text: &str) -> String {
    let mut short = String::with_capacity(text.len().min(8 * LINE_CHARS));
    for line in text.split_inclusive('\n') {
        match line.char_indices().nth(LINE_CHARS) {
            None => short.push_str(line),
            Some((end, _)) => {
                short.push_str(line.get(..end).unwrap_or_default());
                short.push('…');
                short.extend(line.ends_with('\n').then_some('\n'));
            }
        }
    }
    short
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {one}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_commanded_by_others() {
        assert_eq!(printable("plain é"), "plain é");
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(printable_lines("a\nb\u{7}"), "a\nb\\u{7}");
    }

    #[test]
    fn a_long_line_is_cut_and_a_short_one_is_not() {
        assert_eq!(shortened("a\nb\n"), "a\nb\n");
        let exact = "é".repeat(LINE_CHARS);
        assert_eq!(shortened(&exact), exact);
        let long = format!("a\n{exact}x\nb");
        assert_eq!(shortened(&long), format!("a\n{exact}…\nb"));
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "row")),
            ["0 rows", "1 row", "2 rows"]
        );
    }
}
