//! Standard output: lines, JSON, and text that is safe to show on a terminal.

use std::borrow::Cow;
use std::fmt::Arguments;
use std::io::{ErrorKind, IsTerminal as _, Result, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use payments_core::redact::one_line;
use serde::Serialize;

/// Prints one line. A closed pipe (`payments sandbox | head -1`) is ignored; other errors, such as a full disk, are
/// returned.
pub(crate) fn line(text: Arguments<'_>) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Ok(()) => Ok(()),
        Err(_) => {
            CLOSED.store(true, Ordering::Relaxed);
            Ok(())
        }
    }
}

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether a line was lost because the reader of standard output is gone.
pub(crate) fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// `println!` that returns an error instead of panicking.
macro_rules! say {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use say;

/// Sentences, in lines that fit.
pub(crate) fn prose(text: &str) -> Result<()> {
    say!("{}", wrapped(text, width()))
}

/// One JSON value on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    say!("{}", serde_json::to_string(value)?)
}

/// Endings of files that people name on a command line.
const ENDINGS: [&str; 7] = ["toml", "json", "pem", "key", "txt", "der", "db"];

/// A path, if it can be one. A secret given in place of a path is not printed.
pub(crate) fn shown_path(path: &Path) -> String {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_usual = ending.is_some_and(|ending| ENDINGS.contains(&ending));
    let name = path.file_name().unwrap_or_default();
    let is_short = name.len() <= 24 && path.exists();
    if is_short || (is_usual && path.as_os_str().len() <= 255) {
        return path.display().to_string();
    }
    "(a path that is not shown, because it could be a secret)".to_owned()
}

/// Whether a character could disturb a terminal: a control character, or an invisible one that separates lines or turns the
/// direction of text.
pub(crate) fn is_disturbing(c: char) -> bool {
    // A quotation mark is escaped there for another reason.
    !(c.is_ascii_graphic() || c == ' ')
        && one_line(c.encode_utf8(&mut [0; 4]), 1)
            .to_string()
            .starts_with('\\')
}

/// Text from outside on one line, with [disturbing](is_disturbing) characters escaped.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_disturbing) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_disturbing(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// As [`printable`], but keeps line ends and cuts long lines.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    shortened(&lines.join("\n"))
}

/// The longest line of a message, in characters.
const LINE_CHARS: usize = 1_000;

/// Cuts each line to [`LINE_CHARS`], so that a huge argument does not fill the screen.
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

/// The width of standard output in columns: `COLUMNS`, or that of the terminal. Files and pipes have none.
pub(crate) fn width() -> Option<usize> {
    width_of(std::io::stdout().is_terminal())
}

/// As [`width`], of standard error.
pub(crate) fn error_width() -> Option<usize> {
    width_of(std::io::stderr().is_terminal())
}

fn width_of(is_terminal: bool) -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.parse().ok());
    let of_terminal = || {
        let (width, _) = terminal_size::terminal_size().filter(|_| is_terminal)?;
        Some(usize::from(width.0))
    };
    columns.or_else(of_terminal).filter(|width| *width >= 20)
}

/// Breaks long lines at spaces; the rest of a line keeps its indentation. A word that does not fit, such as a URL or an
/// address, gets a line and is not cut.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let wrap = |line: &str| {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let (indent, words) = line.split_at(spaces);
        let options = textwrap::Options::new(width)
            .initial_indent(indent)
            .subsequent_indent(indent)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(words, options)
    };
    let lines: Vec<String> = text.split('\n').map(wrap).collect();
    lines.join("\n")
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
    fn escapes_characters_that_could_disturb_a_terminal() {
        assert_eq!(printable("plain é"), "plain é");
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(printable_lines("a\nb\u{7}"), "a\nb\\u{7}");
        for turned in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\u{e0001}'] {
            let expected = format!("a{}b", turned.escape_unicode());
            assert_eq!(printable(&format!("a{turned}b")), expected);
        }
        assert_eq!(printable("\"订\\ 'é"), "\"订\\ 'é");
    }

    #[test]
    fn cuts_long_lines_only() {
        assert_eq!(shortened("a\nb\n"), "a\nb\n");
        let exact = "é".repeat(LINE_CHARS);
        assert_eq!(shortened(&exact), exact);
        let long = format!("a\n{exact}x\nb");
        assert_eq!(shortened(&long), format!("a\n{exact}…\nb"));
    }

    #[test]
    fn breaks_lines_at_spaces_and_never_inside_a_word() {
        let text = "error: one two three\n  at http://127.0.0.1:8420/_sandbox --notify-url it";
        assert_eq!(
            wrapped(text, Some(20)),
            "error: one two three\n  at\n  http://127.0.0.1:8420/_sandbox\n  --notify-url it"
        );
        assert_eq!(wrapped(text, None), text);
    }

    #[test]
    fn counts_in_singular_and_plural() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "row")),
            ["0 rows", "1 row", "2 rows"]
        );
    }
}
