//! Secrets by where they are: `{ env = "NAME" }`, `{ file = "path" }`.

use std::fmt::{self, Display};
use std::path::Path;

use payments_core::{SensitiveString, Timestamp};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use toml::value::Datetime;

use super::field::{Field, Table};
use super::section::Section;
use super::value::Value;

const REFERENCE: &str = "must name where the secret is: { env = \"NAME\" } or { file = \"path\" }";
const END: &str =
    "needs an end: until = 2026-12-01T00:00:00Z, with its offset from UTC and without quotes";

/// A secret, or where it is. A `PUBLIC` key may be written into the file.
pub(super) enum Reference<const PUBLIC: bool = false> {
    Inline(SensitiveString),
    Place(Table<Place>),
}

pub(super) type PublicKey = Reference<true>;

/// A table that names where a secret is by exactly one of its first three keys.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    env: Field<Text>,
    file: Field<Text>,
    inline: Field<Text>,
    until: Field<Datetime>,
}

/// Text that may be a secret.
pub(super) struct Text(SensitiveString);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl<const PUBLIC: bool> Value for Reference<PUBLIC> {
    fn wanted(_: &str) -> String {
        REFERENCE.to_owned()
    }
}

impl<'de, const PUBLIC: bool> Deserialize<'de> for Reference<PUBLIC> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable<const PUBLIC: bool>;

        impl<'de, const PUBLIC: bool> Visitor<'de> for TextOrTable<PUBLIC> {
            type Value = Reference<PUBLIC>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a table")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Reference::Inline(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(Reference::Place)
            }
        }

        deserializer.deserialize_any(TextOrTable)
    }
}

impl Section<'_> {
    /// The secret that a key names, if `check` accepts it.
    pub(super) fn secret<E: Display, const PUBLIC: bool, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference<PUBLIC>, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let (reference, at) = self.value(key, field)?;
        let found = match reference {
            Reference::Inline(text) if PUBLIC => Ok((text, "the key in the file".to_owned())),
            Reference::Inline(text) => self.inline(text),
            Reference::Place(table) => {
                let (inner, place) = self.open(key, at, table);
                if place.until.is_present() {
                    inner.problem(at, "until", "is for previous secrets only");
                }
                self.fetch(place)
            }
        };
        self.accepted(key, at, found, check)
    }

    /// A secret with the time until which it counts.
    pub(super) fn previous_secret<E: Display>(
        &self,
        key: &str,
        field: Field<Table<Place>>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<(SensitiveString, Timestamp)> {
        let (inner, mut place) = self.table(key, field)?;
        let until = timestamp(std::mem::take(&mut place.until));
        if until.is_none() {
            self.problem(inner.at, key, END);
        }
        let secret = self.accepted(key, inner.at, self.fetch(place), check);
        secret.zip(until)
    }

    /// The end of a table that counts until then.
    pub(super) fn until(&self, field: Field<Datetime>) -> Option<Timestamp> {
        let until = timestamp(field);
        if until.is_none() {
            self.table_problem(END);
        }
        until
    }

    fn accepted<E: Display>(
        &self,
        key: &str,
        at: usize,
        found: Result<(SensitiveString, String), String>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let accepted = found.and_then(|(secret, whence)| {
            let checked = check(secret.expose());
            checked.map_err(|error| format!("{whence}: {error}"))?;
            Ok(secret)
        });
        accepted
            .map_err(|problem| self.problem(at, key, problem))
            .ok()
    }

    /// The secret, and how a problem names the place it came from.
    fn fetch(&self, place: Place) -> Result<(SensitiveString, String), String> {
        let ways = [
            ("env", place.env),
            ("file", place.file),
            ("inline", place.inline),
        ];
        let mut given = ways.into_iter().filter(|(_, field)| field.is_present());
        let (Some((way, field)), None) = (given.next(), given.next()) else {
            return Err(REFERENCE.to_owned());
        };
        let Text(text) = field.value().ok_or(REFERENCE)?;
        let secrets = self.context.secrets;
        let (whence, found) = match (way, text.expose()) {
            ("inline", _) => return self.inline(text),
            ("env", name) if !is_variable(name) => {
                // The name is not repeated: it may be the secret.
                return Err("env must be the name of a variable: letters, digits and _".to_owned());
            }
            ("env", name) => (variable_shown(name), secrets.variable(name)),
            (_, path) => {
                let found = secrets.file(Path::new(path));
                (file_shown(path), found.map(without_line_end))
            }
        };
        match found {
            Ok(text) if text.expose().is_empty() => Err(format!("{whence} is empty")),
            Ok(text) => Ok((text, whence)),
            Err(why) => Err(format!("{whence} {why}")),
        }
    }

    fn inline(&self, text: SensitiveString) -> Result<(SensitiveString, String), String> {
        if self.context.inline_secrets {
            return Ok((text, "the secret in the file".to_owned()));
        }
        Err(
            "a secret in the file itself is refused: name where it is, { env = \"NAME\" } or { file = \"path\" }; for \
             test credentials, set inline_secrets = true at the top of the file"
                .to_owned(),
        )
    }
}

/// `None` without an offset from UTC and before 1970.
fn timestamp(field: Field<Datetime>) -> Option<Timestamp> {
    let moment: jiff::Timestamp = field.value()?.to_string().parse().ok()?;
    let millis = u64::try_from(moment.as_millisecond()).ok()?;
    Some(Timestamp::from_millis(millis))
}

fn is_variable(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=128).contains(&name.len()) && name.chars().all(is_plain)
}

/// A secret may have been pasted in place of the variable's name: what looks like one is not repeated.
fn variable_shown(name: &str) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_hex = name.chars().all(|c| c.is_ascii_hexdigit());
    if begins && name.len() <= 64 && name.chars().all(is_plain) && !is_hex {
        format!("the environment variable {name}")
    } else {
        "the variable named there".to_owned()
    }
}

/// As [`variable_shown`], for a path.
fn file_shown(path: &str) -> String {
    if path.contains(['/', '\\', '.']) {
        format!("the file {path}")
    } else {
        "the file named there".to_owned()
    }
}

/// Editors and `echo` end a file with a line end, which is not part of the secret.
fn without_line_end(text: SensitiveString) -> SensitiveString {
    let all = text.expose();
    match all.strip_suffix("\r\n").or(all.strip_suffix('\n')) {
        Some(line) => SensitiveString::from(line),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_with_an_offset_after_1970() {
        #[derive(Deserialize)]
        struct Dated {
            until: Field<Datetime>,
        }
        let seconds = |text: &str| {
            let dated: Dated = toml::from_str(&format!("until = {text}")).ok()?;
            timestamp(dated.until).map(Timestamp::as_secs)
        };
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T23:59:59Z"), Some(951_868_799));
        assert_eq!(seconds("2023-11-14T22:13:20Z"), Some(1_700_000_000));
        assert_eq!(seconds("2026-12-01 02:00:00+02:00"), Some(1_796_083_200));
        assert_eq!(seconds("2026-11-30T19:00-05:00"), Some(1_796_083_200));
        assert_eq!(seconds("2026-12-01T00:00:00.5Z"), Some(1_796_083_200));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), None);
        assert_eq!(seconds("2026-12-01T00:00:00"), None);
        assert_eq!(seconds("2026-12-01"), None);
    }
}
