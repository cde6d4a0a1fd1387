//! Reads the table of a step. Every mistake is kept with its line, so that all are reported at once.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The mistakes of a file.
pub(super) struct Mistakes<'a> {
    text: &'a str,
    found: RefCell<Vec<(usize, String)>>,
}

impl<'a> Mistakes<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            found: RefCell::default(),
        }
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    pub(super) fn add(&self, at: usize, what: impl Into<String>) {
        self.found.borrow_mut().push((self.line(at), what.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// One line for each, in the order of the file.
    pub(super) fn lines(&self) -> String {
        let mut found = self.found.borrow().clone();
        found.sort();
        found.dedup();
        let lines = found
            .iter()
            .map(|(line, what)| format!("\n  line {line}: {what}"));
        lines.collect()
    }
}

/// A table of which every key must be used.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    mistakes: &'a Mistakes<'a>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        mistakes: &'a Mistakes<'a>,
    ) -> Self {
        Self {
            table,
            span,
            mistakes,
            known: RefCell::default(),
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A mistake of the table and not of one key.
    pub(super) fn wrong(&self, what: impl Into<String>) {
        self.mistakes.add(self.span.start, what);
    }

    /// A mistake of the value of one key, which is there.
    pub(super) fn wrong_at(&self, key: &str, what: &str) {
        let at = self
            .table
            .get(key)
            .map_or(self.span.start, |value| value.span().start);
        self.mistakes.add(at, format!("{key}: {what}"));
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    fn read<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&'a DeValue<'a>) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let read = read(value.get_ref());
        let add = |what| {
            self.mistakes
                .add(value.span().start, format!("{key}: {what}"))
        };
        read.map_err(add).ok()
    }

    /// A text that can be read as a `T`.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, key: &'static str) -> Option<T> {
        self.read_text(key, |text| {
            text.parse().map_err(|error: T::Err| error.to_string())
        })
    }

    pub(super) fn read_text<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.read(key, |value| {
            let text = value.as_str().ok_or("write a text in quotes")?;
            read(text)
        })
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        self.read_text(key, |text| Ok(text.to_owned()))
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, key: &'static str) -> Option<T> {
        self.read(key, |value| {
            let integer = value.as_integer();
            let number = integer.and_then(|it| i64::from_str_radix(it.as_str(), it.radix()).ok());
            let number = number.and_then(|number| T::try_from(number).ok());
            number.ok_or_else(|| "write a whole number that can be one".to_owned())
        })
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let wrong = || "write true or false".to_owned();
        self.read(key, |value| value.as_bool().ok_or_else(wrong))
    }

    /// One of several words.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.read_text(key, |text| {
            let found = words.iter().find(|(word, _)| *word == text);
            found.map(|(_, meaning)| *meaning).ok_or_else(|| {
                let known: Vec<String> = words
                    .iter()
                    .map(|(word, _)| format!("\"{word}\""))
                    .collect();
                format!("write one of {}", known.join(", "))
            })
        })
    }

    /// Adds a mistake if `key` is not there.
    pub(super) fn required<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if !self.has(key) {
            self.wrong(format!("{key} is missing"));
        }
        value
    }

    /// Adds a mistake for every key that was not read.
    pub(super) fn finish(&self) {
        let known = self.known.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let all = known.join(", ");
                self.mistakes.add(
                    key.span().start,
                    format!("{} is no key here; known are {all}", shown(name)),
                );
            }
        }
    }
}

/// A key, cut if it is long.
fn shown(key: &str) -> String {
    key.chars().take(40).collect()
}
