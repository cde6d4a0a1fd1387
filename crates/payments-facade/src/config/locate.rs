//! Secrets by where they are: `{ env = "NAME" }`, `{ file = "path" }`.

use std::fmt::Display;
use std::path::Path;

use payments_core::Timestamp;
use toml::de::DeValue;

use super::forms::{file_shown, is_variable, text, variable_shown, without_line_end};
use super::moment;
use super::section::Section;
use payments_core::SensitiveString;

/// A secret, and how a problem names the place it came from.
pub(super) struct Found {
    pub(super) text: SensitiveString,
    pub(super) whence: String,
}

const MOMENT: &str =
    "needs an end: until = 2026-12-01T00:00:00Z, with its offset from UTC and without quotes";
const REFERENCE: &str = "must name where the secret is: { env = \"NAME\" } or { file = \"path\" }";

impl Section<'_> {
    /// As [`fit`](Self::fit), of a secret.
    pub(super) fn fit_secret<E: Display>(
        &self,
        key: &'static str,
        found: Option<Found>,
        check: impl FnOnce(&SensitiveString) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let Found { text, whence } = found?;
        match check(&text) {
            Ok(()) => Some(text),
            Err(error) => {
                self.problem(key, format!("{whence}: {error}"));
                None
            }
        }
    }

    pub(super) fn secret(&self, key: &'static str) -> Option<Found> {
        self.present(key, self.located(key, false))
    }

    /// A public key: as a secret, and it may stand in the file.
    pub(super) fn public(&self, key: &'static str) -> Option<Found> {
        self.located(key, true)
    }

    pub(super) fn required_public(&self, key: &'static str) -> Option<Found> {
        self.present(key, self.public(key))
    }

    /// As [`secret`](Self::secret), where it need not be.
    pub(super) fn optional_secret(&self, key: &'static str) -> Option<Found> {
        self.located(key, false)
    }

    fn located(&self, key: &'static str, is_public: bool) -> Option<Found> {
        match self.value(key) {
            None => None,
            Some(DeValue::String(text)) if is_public => Some(Found {
                text: SensitiveString::from(&**text),
                whence: "the key in the file".to_owned(),
            }),
            Some(DeValue::String(text)) => self.inline(key, text),
            Some(DeValue::Table(_)) => {
                let place = self.section(key, "")?;
                let found = place.referred(self, key);
                place.finish_as(&format!("{}{key}.", self.prefix));
                found
            }
            Some(_) => {
                self.problem(key, REFERENCE);
                None
            }
        }
    }

    /// A secret that counts until a moment.
    pub(super) fn previous_secret(&self, key: &'static str) -> Option<(Found, Timestamp)> {
        let place = self.section(key, "")?;
        let found = place.referred(self, key);
        let until = place.typed_as(self, key, "until");
        place.finish_as(&format!("{}{key}.", self.prefix));
        found.zip(until)
    }

    fn typed_as(&self, outer: &Self, key: &'static str, inner: &'static str) -> Option<Timestamp> {
        let until = self.moment(inner);
        if until.is_none() {
            outer.problem(key, MOMENT);
        }
        until
    }

    fn moment(&self, key: &'static str) -> Option<Timestamp> {
        match self.value(key)? {
            DeValue::Datetime(moment) => moment::timestamp(&moment.to_string()),
            _ => None,
        }
    }

    /// The end of a table that counts until then.
    pub(super) fn until(&self) -> Option<Timestamp> {
        let until = self.moment("until");
        if until.is_none() {
            self.wrong(MOMENT);
        }
        until
    }

    /// `env`, `file` or `inline` of this table, exactly one; problems are those of `key` in `outer`.
    fn referred(&self, outer: &Self, key: &'static str) -> Option<Found> {
        let ways = ["env", "file", "inline"].map(|way| (way, self.value(way)));
        let mut given = ways
            .into_iter()
            .filter_map(|(way, value)| Some((way, value?)));
        let (Some((way, value)), None) = (given.next(), given.next()) else {
            outer.problem(key, REFERENCE);
            return None;
        };
        let Some(name) = text(value) else {
            outer.problem(key, REFERENCE);
            return None;
        };
        if way == "inline" {
            return outer.inline(key, name);
        }
        if way == "env" && !is_variable(name) {
            // It is not repeated: somebody may have put the secret itself here.
            outer.problem(
                key,
                "env must be the name of a variable: letters, digits and _",
            );
            return None;
        }
        let (whence, found) = if way == "env" {
            let found = self.reading.secrets.variable(name);
            (variable_shown(name), found)
        } else {
            let found = self.reading.secrets.file(Path::new(name));
            (file_shown(name), found.map(without_line_end))
        };
        match found {
            Ok(text) if text.expose().is_empty() => {
                outer.problem(key, format!("{whence} is empty"))
            }
            Ok(text) => return Some(Found { text, whence }),
            Err(why) => outer.problem(key, format!("{whence} {why}")),
        }
        None
    }

    fn inline(&self, key: &'static str, text: &str) -> Option<Found> {
        if !self.reading.inline_secrets {
            self.problem(
                key,
                "a secret in the file itself is refused: name where it is, { env = \"NAME\" } or { file = \"path\" }; for \
                 test credentials, say inline_secrets = true at the top of the file",
            );
            return None;
        }
        Some(Found {
            text: SensitiveString::from(text),
            whence: "the secret in the file".to_owned(),
        })
    }
}
