//! A table of the file while its values are checked: every problem is reported with its key and place.

use std::fmt::Display;
use std::time::Duration;

use jiff::SignedDuration;
use payments_core::Policy;
use payments_core::endpoint::{self, BaseUrlError};
use toml::Spanned;

use super::field::{Field, Table};
use super::problem::Report;
use super::secret::SecretSource;

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

    /// What `read` makes of a key's value, and its offset. `wanted` describes the values that can be read.
    pub(super) fn value<T, U, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<T, REQUIRED>,
        wanted: &str,
        read: impl FnOnce(T) -> Option<U>,
    ) -> Option<(U, usize)> {
        let Some((value, at)) = field.into_parts() else {
            if REQUIRED {
                self.problem(self.at, key, "is missing");
            }
            return None;
        };
        let read = value.and_then(read);
        if read.is_none() {
            self.problem(at, key, format!("must {wanted}"));
        }
        Some((read?, at))
    }

    pub(super) fn text<const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<String, REQUIRED>,
    ) -> Option<(String, usize)> {
        self.value(key, field, "be text in quotes", Some)
    }

    /// A text that `check` accepts.
    pub(super) fn checked<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<String, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<String> {
        let (text, at) = self.text(key, field)?;
        match check(&text) {
            Ok(()) => Some(text),
            Err(error) => {
                self.problem(at, key, error.to_string());
                None
            }
        }
    }

    /// A URL that calls can go to: https, or http that stays on this machine.
    pub(super) fn base_url<const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<String, REQUIRED>,
    ) -> Option<String> {
        self.checked(key, field, |url| match endpoint::base_url(url) {
            Ok(_) => Ok(()),
            Err(BaseUrlError::Malformed) => Err(
                "must be like https://api.provider.example: https, a host, no query, no user name",
            ),
            Err(BaseUrlError::PlainHttp) => {
                Err("must be https: plain http goes to this machine's loopback addresses only")
            }
        })
    }

    /// A whole number from 1 to `max`.
    pub(super) fn count(&self, key: &str, field: Field<u32>, max: u32) -> Option<u32> {
        let wanted = format!("be a whole number from 1 to {max}");
        let in_range = |number| (1..=max).contains(&number).then_some(number);
        Some(self.value(key, field, &wanted, in_range)?.0)
    }

    /// A duration above zero and up to [`Policy::MAX_DEADLINE`].
    pub(super) fn duration(&self, key: &str, field: Field<String>) -> Option<Duration> {
        let max = Policy::MAX_DEADLINE;
        let wanted = format!(
            "be a time like \"500ms\", \"20s\" or \"2m\", of at most {} seconds",
            max.as_secs()
        );
        let read = |text: String| {
            let duration = Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()?;
            (!duration.is_zero() && duration <= max).then_some(duration)
        };
        Some(self.value(key, field, &wanted, read)?.0)
    }

    /// One of several names.
    pub(super) fn choice<T: Copy, const N: usize>(
        &self,
        key: &str,
        field: Field<String>,
        choices: [(&str, T); N],
    ) -> Option<T> {
        let names = choices.map(|(name, _)| format!("\"{name}\"")).join(", ");
        let find = |text: String| choices.into_iter().find(|(name, _)| *name == text);
        let found = self.value(key, field, &format!("be one of {names}"), find);
        found.map(|((_, choice), _)| choice)
    }

    /// A table inside this one. Unknown keys are reported.
    pub(super) fn table<T>(&self, key: &str, field: Field<Table<T>>) -> Option<(Self, T)> {
        let (table, at) = self.value(key, field, "be a table", Some)?;
        Some(self.open(key, at, table))
    }

    /// The tables of an array of tables inside this one.
    pub(super) fn tables<T>(
        &self,
        key: &str,
        field: Field<Vec<Spanned<Table<T>>>>,
    ) -> impl Iterator<Item = (Self, T)> {
        let wanted = format!("be a list of tables: begin each with [[gateway.{key}]]");
        let tables = self.value(key, field, &wanted, Some);
        let tables = tables.into_iter().flat_map(|(tables, _)| tables);
        tables.map(move |table| self.open(key, table.span().start, table.into_inner()))
    }

    fn open<T>(&self, key: &str, at: usize, table: Table<T>) -> (Self, T) {
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
    let may_be_a_key = key.len() <= 40 && key.chars().all(is_plain);
    if may_be_a_key { key } else { "a key" }
}
