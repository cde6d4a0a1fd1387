//! A table of the file while its values are checked: every problem is reported with its key and place.

use std::fmt::Display;

use toml::Spanned;

use super::field::{Field, Table};
use super::problem::Report;
use super::secret::SecretSource;
use super::value::Value;

/// What the reading of one file needs everywhere.
pub(super) struct Context<'a> {
    pub(super) report: Report<'a>,
    pub(super) secrets: &'a dyn SecretSource,
    /// Whether secrets may be written into the file.
    pub(super) inline_secrets: bool,
}

#[derive(Clone)]
pub(super) struct Section<'a> {
    pub(super) context: &'a Context<'a>,
    /// The account, as problems name it.
    pub(super) account: Option<String>,
    /// The keys around this table: `calls.`.
    pub(super) prefix: String,
    /// The offset of the table.
    pub(super) at: usize,
}

impl Section<'_> {
    pub(super) fn problem(&self, at: usize, key: &str, what: impl Into<String>) {
        let (account, field) = (self.account.as_deref(), format!("{}{key}", self.prefix));
        self.context.report.add(at, account, Some(field), what);
    }

    /// A problem of the table and not of one key.
    pub(super) fn table_problem(&self, what: impl Into<String>) {
        let account = self.account.as_deref();
        self.context.report.add(self.at, account, None, what);
    }

    /// What was made of values that are valid one by one.
    pub(super) fn made<T, E: Display>(&self, made: Result<T, E>) -> Option<T> {
        made.map_err(|error| self.table_problem(error.to_string()))
            .ok()
    }

    /// The value of a key and its offset.
    pub(super) fn value<T: Value, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<T, REQUIRED>,
    ) -> Option<(T, usize)> {
        let Some((value, at)) = field.into_parts() else {
            if REQUIRED {
                self.problem(self.at, key, "is missing");
            }
            return None;
        };
        if value.is_none() {
            self.problem(at, key, T::wanted(key));
        }
        Some((value?, at))
    }

    /// The value of a key, if `check` accepts it.
    pub(super) fn checked<T: Value, E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<T, REQUIRED>,
        check: impl FnOnce(&T) -> Result<(), E>,
    ) -> Option<T> {
        let (value, at) = self.value(key, field)?;
        match check(&value) {
            Ok(()) => Some(value),
            Err(error) => {
                self.problem(at, key, error.to_string());
                None
            }
        }
    }

    /// A table inside this one.
    pub(super) fn table<T, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Table<T>, REQUIRED>,
    ) -> Option<(Self, T)> {
        let (table, at) = self.value(key, field)?;
        Some(self.open(key, at, table))
    }

    /// The tables of an array of tables inside this one.
    pub(super) fn tables<T>(
        &self,
        key: &str,
        field: Field<Vec<Spanned<Table<T>>>>,
    ) -> impl Iterator<Item = (Self, T)> {
        let tables = self.value(key, field).map_or_else(Vec::new, |(it, _)| it);
        tables.into_iter().map(move |table| {
            let at = table.span().start;
            self.open(key, at, table.into_inner())
        })
    }

    /// The keys of a table inside this one. Unknown keys are reported.
    pub(super) fn open<T>(&self, key: &str, at: usize, table: Table<T>) -> (Self, T) {
        let prefix = format!("{}{key}.", self.prefix);
        let inner = Self {
            prefix,
            at,
            ..self.clone()
        };
        inner.unknown(&table.unknown, table.known.iter());
        (inner, table.keys)
    }

    pub(super) fn unknown<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Spanned<String>>,
        known: impl Iterator<Item = &'k &'static str> + Clone,
    ) {
        for key in keys {
            let known: Vec<&str> = known.clone().copied().collect();
            let what = format!("is no key here: known are {}", known.join(", "));
            self.problem(key.span().start, shown(key.get_ref()), what);
        }
    }
}

/// An unknown key may be a secret in the wrong place. All known keys consist of lower-case letters and `_`.
fn shown(key: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let looks_like_a_key = key.len() <= 40 && key.chars().all(is_plain);
    if looks_like_a_key { key } else { "a key" }
}
