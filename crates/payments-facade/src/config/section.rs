//! A table of the file, read key by key: what was not asked for is wrong.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::forms::{as_table, duration, shown, text, wrong_url};
use super::reading::Reading;

pub(super) struct Section<'a> {
    pub(super) reading: &'a Reading<'a>,
    table: &'a DeTable<'a>,
    at: Range<usize>,
    /// The account it is about, as problems name it.
    account: Option<String>,
    /// What stands before a key's name: `calls.`.
    pub(super) prefix: &'static str,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        reading: &'a Reading<'a>,
        table: &'a DeTable<'a>,
        at: Range<usize>,
        account: Option<String>,
    ) -> Self {
        Self {
            reading,
            table,
            at,
            account,
            prefix: "",
            asked: RefCell::new(Vec::new()),
        }
    }

    pub(super) fn named(mut self, account: String) -> Self {
        self.account = Some(account);
        self
    }

    /// Something is wrong with the value of a key; with the table, where the key is not there.
    pub(super) fn problem(&self, key: &str, what: impl Into<String>) {
        let at = self.entry(key).map_or(self.at.clone(), |(_, at)| at);
        let field = Some(format!("{}{key}", self.prefix));
        self.reading
            .problem(&at, self.account.as_deref(), field, what);
    }

    /// Something is wrong with the table as a whole.
    pub(super) fn wrong(&self, what: impl Into<String>) {
        let account = self.account.as_deref();
        self.reading.problem(&self.at, account, None, what);
    }

    fn entry(&self, key: &str) -> Option<(&'a DeValue<'a>, Range<usize>)> {
        let mut entries = self.table.iter();
        let (_, value) = entries.find(|(name, _)| name.get_ref() == key)?;
        Some((value.get_ref(), value.span()))
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'a DeValue<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.entry(key).map(|(value, _)| value)
    }

    fn typed<T>(
        &self,
        key: &'static str,
        wanted: &str,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let read = read(value);
        if read.is_none() {
            self.problem(key, format!("must be {wanted}"));
        }
        read
    }

    pub(super) fn present<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.entry(key).is_none() {
            self.problem(key, "is missing");
        }
        value
    }

    pub(super) fn text(&self, key: &'static str) -> Option<&'a str> {
        self.typed(key, "text in quotes", text)
    }

    pub(super) fn required_text(&self, key: &'static str) -> Option<&'a str> {
        self.present(key, self.text(key))
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", |value| match value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A whole number of this range.
    pub(super) fn count(&self, key: &'static str, most: u32) -> Option<u32> {
        let wanted = format!("a whole number from 1 to {most}");
        self.typed(key, &wanted, |value| match value {
            DeValue::Integer(number) => {
                let number = u32::from_str_radix(number.as_str(), number.radix()).ok()?;
                (1..=most).contains(&number).then_some(number)
            }
            _ => None,
        })
    }

    /// A length of time above none: `"500ms"`, `"5s"`, `"2m"`.
    pub(super) fn duration(&self, key: &'static str, most: Duration) -> Option<Duration> {
        let wanted = format!(
            "a time like \"500ms\", \"20s\" or \"2m\", of at most {} seconds",
            most.as_secs()
        );
        self.typed(key, &wanted, |value| {
            let duration = duration(text(value)?)?;
            (duration <= most && !duration.is_zero()).then_some(duration)
        })
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let names: Vec<String> = choices
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        let wanted = format!("one of {}", names.join(", "));
        self.typed(key, &wanted, |value| {
            let word = text(value)?;
            let found = choices.iter().find(|(name, _)| *name == word);
            found.map(|(_, choice)| *choice)
        })
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &'static str) -> Vec<&'a str> {
        let texts = self.typed(key, "a list of texts in quotes", |value| match value {
            DeValue::Array(items) => items.iter().map(|item| text(item.get_ref())).collect(),
            _ => None,
        });
        texts.unwrap_or_default()
    }

    /// The tables of an array inside, each to be read as a table of its own.
    pub(super) fn sections(&self, key: &'static str, prefix: &'static str) -> Vec<Self> {
        let tables = self.tables(key).into_iter();
        tables
            .map(|(table, at)| Section {
                prefix,
                ..Section::new(self.reading, table, at, self.account.clone())
            })
            .collect()
    }

    /// A URL that calls can go to: https, or http that stays on this machine.
    pub(super) fn base_url(&self, key: &'static str) -> Option<&'a str> {
        let url = self.text(key)?;
        match wrong_url(url) {
            None => Some(url),
            Some(what) => {
                self.problem(key, what);
                None
            }
        }
    }

    pub(super) fn required_base_url(&self, key: &'static str) -> Option<&'a str> {
        self.present(key, self.base_url(key))
    }

    /// The value, if `check` takes it.
    pub(super) fn fit<T, E: Display>(
        &self,
        key: &'static str,
        value: Option<T>,
        check: impl FnOnce(&T) -> Result<(), E>,
    ) -> Option<T> {
        let value = value?;
        match check(&value) {
            Ok(()) => Some(value),
            Err(error) => {
                self.problem(key, error.to_string());
                None
            }
        }
    }

    /// A table of its own inside.
    pub(super) fn section(&self, key: &'static str, prefix: &'static str) -> Option<Self> {
        self.typed(key, "a table", |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        })
        .map(|table| Section {
            reading: self.reading,
            table,
            at: self.entry(key).map_or(self.at.clone(), |(_, at)| at),
            account: self.account.clone(),
            prefix,
            asked: RefCell::new(Vec::new()),
        })
    }

    /// The tables of an array of tables, with their places.
    pub(super) fn tables(&self, key: &'static str) -> Vec<(&'a DeTable<'a>, Range<usize>)> {
        let wanted = format!("a list of tables: begin each with [[{key}]]");
        let tables = self.typed(key, &wanted, |value| match value {
            DeValue::Array(items) => items.iter().map(as_table).collect(),
            _ => None,
        });
        tables.unwrap_or_default()
    }

    /// What was made of values that fitted one by one.
    pub(super) fn made<T, E: Display>(&self, made: Result<T, E>) -> Option<T> {
        made.map_err(|error| self.wrong(error.to_string())).ok()
    }

    /// Refuses what was not asked for.
    pub(super) fn finish(self) {
        let prefix = self.prefix;
        self.finish_as(prefix);
    }

    pub(super) fn finish_as(&self, prefix: &str) {
        let asked = self.asked.borrow();
        let unknown = self.table.iter().filter(|(name, _)| {
            let name: &str = name.get_ref();
            !asked.contains(&name)
        });
        for (name, _) in unknown {
            let what = format!("is no key here: known are {}", asked.join(", "));
            let field = Some(format!("{prefix}{}", shown(name.get_ref())));
            let account = self.account.as_deref();
            self.reading.problem(&name.span(), account, field, what);
        }
    }
}
