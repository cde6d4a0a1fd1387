//! A table of the file while its values are checked: every problem is reported with its key and place.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use payments_core::endpoint::{self, BaseUrlError};
use payments_core::{Policy, SensitiveString};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use super::base_url::BaseUrl;
use super::field::{Field, names};
use super::problem::Report;
use super::secret::SecretSource;
use super::shown;

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
    /// The table.
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Section<'a> {
    pub(super) fn problem(&self, at: usize, key: &str, what: impl Into<String>) {
        let (account, field) = (self.account.as_deref(), format!("{}{key}", self.prefix));
        self.context.report.add(at, account, Some(field), what);
    }

    /// What works and should be changed: at the key or, if that is missing, at the table.
    pub(super) fn notice(&self, key: &str, what: &str) {
        let (account, field) = (self.account.as_deref(), format!("{}{key}", self.prefix));
        let at = self.place(key).unwrap_or(self.value.span().start);
        self.context.report.notice(at, account, &field, what);
    }

    /// The problem of a key that does not belong here, if it is there.
    pub(super) fn unexpected(&self, key: &str, what: impl Into<String>) {
        if let Some(at) = self.place(key) {
            self.problem(at, key, what);
        }
    }

    /// Where the key is, if it is there.
    fn place(&self, key: &str) -> Option<usize> {
        let mut keys = self.value.get_ref().as_table().into_iter().flatten();
        let (name, _) = keys.find(|(name, _)| name.get_ref() == key)?;
        Some(name.span().start)
    }

    /// A problem of the table and not of one key.
    pub(super) fn table_problem(&self, what: impl Into<String>) {
        let account = self.account.as_deref();
        let at = self.value.span().start;
        self.context.report.add(at, account, None, what);
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
                self.problem(self.value.span().start, key, "is missing");
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

    /// A URL that calls can go to: https, or http that stays on this machine. `check` sees its host and path.
    pub(super) fn base_url<const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<String, REQUIRED>,
        check: impl FnOnce(&BaseUrl) -> Result<(), String>,
    ) -> Option<String> {
        self.checked(key, field, |url| match endpoint::base_url(url) {
            Ok(_) => check(&BaseUrl::new(url)),
            Err(BaseUrlError::Malformed) => Err(
                "must be like https://api.provider.example: https, a host, no query, no user name"
                    .to_owned(),
            ),
            Err(BaseUrlError::PlainHttp) => Err(
                "must be https: plain http goes to this machine's loopback addresses only"
                    .to_owned(),
            ),
        })
    }

    /// The text of a PEM file with certificates.
    pub(super) fn certificates(&self, key: &str, field: Field<String>) -> Option<SensitiveString> {
        let wanted = "be the path of a PEM file, in quotes";
        let (path, at) = self.value(key, field, wanted, Some)?;
        let pem = self.context.secrets.file(Path::new(&path));
        let pem = pem.map_err(|why| why.to_string()).and_then(|pem| {
            check_certificates(pem.expose())?;
            Ok(pem)
        });
        pem.map_err(|why| self.problem(at, key, format!("{} {why}", shown::file(&path))))
            .ok()
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

    /// The table's keys by a derived struct of [`Field`]s. Keys that are neither in the struct nor in `shared` are reported.
    pub(super) fn keys<T: Deserialize<'a> + Default>(&self, shared: &[&'static str]) -> T {
        self.report_unknown_keys::<T>(shared);
        let keys = T::deserialize(ValueDeserializer::from(self.value.clone()));
        // The error is not repeated: it may contain a value.
        keys.unwrap_or_else(|_| {
            self.table_problem("cannot be read");
            T::default()
        })
    }

    fn report_unknown_keys<T: Deserialize<'a>>(&self, shared: &[&'static str]) {
        let known: Vec<&str> = shared.iter().chain(names::<T>()).copied().collect();
        let keys = self.value.get_ref().as_table().into_iter().flatten();
        for (key, _) in keys.filter(|(key, _)| !known.contains(&&**key.get_ref())) {
            let what = format!("is no key here: known are {}", known.join(", "));
            self.problem(key.span().start, shown::key(key.get_ref()), what);
        }
    }

    /// A table inside this one.
    pub(super) fn table<T: Deserialize<'a>>(
        &self,
        key: &str,
        field: Field<T>,
    ) -> Option<(Self, T)> {
        let (keys, _) = self.value(key, field, "be a table", Some)?;
        Some((self.inner::<T>(key, self.raw(key)?), keys))
    }

    /// The tables of an array of tables inside this one.
    pub(super) fn tables<T: Deserialize<'a>>(
        &self,
        key: &str,
        field: Field<Vec<T>>,
    ) -> Vec<(Self, T)> {
        let wanted = format!("be a list of tables: begin each with [[gateway.{key}]]");
        let Some((tables, _)) = self.value(key, field, &wanted, Some) else {
            return Vec::new();
        };
        let values = self.raw(key).and_then(|list| list.get_ref().as_array());
        let values = values.into_iter().flatten();
        let inner = values.map(|value| self.inner::<T>(key, value));
        inner.zip(tables).collect()
    }

    pub(super) fn raw(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.value.get_ref().as_table()?.get(key)
    }

    fn inner<T: Deserialize<'a>>(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Self {
        let inner = Self {
            prefix: format!("{}{key}.", self.prefix),
            value,
            ..self.clone()
        };
        inner.report_unknown_keys::<T>(&[]);
        inner
    }
}

/// The predicate of a sentence whose subject is the file.
fn check_certificates(pem: &str) -> Result<(), String> {
    if !pem.contains("-----BEGIN CERTIFICATE-----") {
        return Err("contains no certificate: it must have -----BEGIN CERTIFICATE-----".to_owned());
    }
    #[cfg(feature = "reqwest")]
    super::transports::check_certificates(pem)
        .map_err(|error| format!("cannot be used: {error}"))?;
    Ok(())
}
