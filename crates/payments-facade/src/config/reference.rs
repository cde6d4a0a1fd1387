//! Secrets by where they are: `{ env = "NAME" }`, `{ file = "path" }`.

use std::fmt::{self, Display};
use std::path::Path;

use payments_core::{SensitiveString, Timestamp};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use toml::value::Datetime;

use super::field::Field;
use super::section::Section;

const REFERENCE: &str = "name where the secret is: { env = \"NAME\" } or { file = \"path\" }";
const PREVIOUS: &str = "be a table like { env = \"NAME\", until = 2026-12-01T00:00:00Z }";
const END: &str =
    "needs an end: until = 2026-12-01T00:00:00Z, with its offset from UTC and without quotes";

/// A secret, or where it is.
pub(super) enum Reference {
    Inline(SensitiveString),
    Place(Place),
}

/// Where a secret is, by exactly one of the first three keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    env: Option<String>,
    file: Option<String>,
    inline: Option<String>,
    /// Until when a previous secret counts.
    #[serde(default)]
    until: Field<Datetime>,
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;

        impl<'de> Visitor<'de> for TextOrTable {
            type Value = Reference;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a table")
            }

            fn visit_str<E>(self, text: &str) -> Result<Reference, E> {
                Ok(Reference::Inline(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reference, A::Error> {
                Place::deserialize(MapAccessDeserializer::new(map)).map(Reference::Place)
            }
        }

        deserializer.deserialize_any(TextOrTable)
    }
}

/// A secret, and how a problem names the place it came from.
type Found = (SensitiveString, String);

impl Section<'_> {
    /// The secret that a key names, if `check` accepts it.
    pub(super) fn secret<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        self.reference(key, field, |text| self.inline(text), check)
    }

    /// As [`secret`](Self::secret), for a key that may be written into the file.
    pub(super) fn public_key<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let inline = |text| Ok((text, "the key in the file".to_owned()));
        self.reference(key, field, inline, check)
    }

    fn reference<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        inline: impl FnOnce(SensitiveString) -> Result<Found, String>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let (reference, at) = self.value(key, field, REFERENCE, Some)?;
        let found = match reference {
            Reference::Inline(text) => inline(text),
            Reference::Place(place) if place.until.is_present() => Err(format!("must {REFERENCE}")),
            Reference::Place(place) => self.fetch(place),
        };
        self.accepted(key, at, found, check)
    }

    /// A secret with the time until which it counts.
    pub(super) fn previous_secret<E: Display>(
        &self,
        key: &str,
        field: Field<Place>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<(SensitiveString, Timestamp)> {
        let (mut place, at) = self.value(key, field, PREVIOUS, Some)?;
        let until = timestamp(std::mem::take(&mut place.until));
        if until.is_none() {
            self.problem(at, key, END);
        }
        let found = self.fetch(place);
        self.accepted(key, at, found, check).zip(until)
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
        found: Result<Found, String>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let accepted = found.and_then(|(secret, origin)| match check(secret.expose()) {
            Ok(()) => Ok(secret),
            Err(error) => Err(format!("{origin}: {error}")),
        });
        accepted
            .map_err(|problem| self.problem(at, key, problem))
            .ok()
    }

    fn fetch(&self, place: Place) -> Result<Found, String> {
        let secrets = self.context.secrets;
        let (origin, found) = match (place.env, place.file, place.inline) {
            (Some(name), None, None) if is_variable(&name) => {
                (variable_shown(&name), secrets.variable(&name))
            }
            (Some(_), None, None) => {
                // The name is not repeated: it may be the secret.
                return Err("env must be the name of a variable: letters, digits and _".to_owned());
            }
            (None, Some(path), None) => {
                let found = secrets.file(Path::new(&path));
                (file_shown(&path), found.map(without_line_end))
            }
            (None, None, Some(text)) => return self.inline(text.into()),
            _ => return Err(format!("must {REFERENCE}")),
        };
        match found {
            Ok(text) if text.expose().is_empty() => Err(format!("{origin} is empty")),
            Ok(text) => Ok((text, origin)),
            Err(why) => Err(format!("{origin} {why}")),
        }
    }

    fn inline(&self, text: SensitiveString) -> Result<Found, String> {
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
    let moment: jiff::Timestamp = field.into_parts()?.0?.to_string().parse().ok()?;
    let millis = u64::try_from(moment.as_millisecond()).ok()?;
    Some(Timestamp::from_millis(millis))
}

fn is_variable(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=128).contains(&name.len()) && name.chars().all(is_plain)
}

/// A secret may have been pasted in place of the variable's name: a name that may be one is not repeated.
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

/// As [`variable_shown`], for a path. A secret in base64 contains `/`, and one in base64url or a JWT contains `.` or `-`.
fn file_shown(path: &str) -> String {
    if looks_like_path(path) {
        format!("the file {path}")
    } else {
        "the file named there".to_owned()
    }
}

/// Whether it begins like a path or ends with an extension, and every part of it is short enough for a name.
fn looks_like_path(path: &str) -> bool {
    let starts = ["/", "./", "../"]
        .iter()
        .any(|start| path.starts_with(start));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension = (1..=6).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphabetic());
    let names_are_short = path.split(['/', '\\']).all(|name| name.len() <= MAX_NAME);
    (starts || has_extension) && names_are_short && !path.contains(['+', '='])
}

/// The longest name of a file or folder that is shown.
const MAX_NAME: usize = 64;

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
    fn shows_a_file_only_if_it_looks_like_a_path() {
        for path in [
            "/run/secrets/cpay",
            "./cpay",
            "../keys/cpay",
            "keys/cpay.pem",
            "key.txt",
            "C:\\keys\\cpay.key",
        ] {
            assert_eq!(file_shown(path), format!("the file {path}"));
        }
        for secret in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "q2V0/3Bh4ss7wd/bGs",
            "q2V0/3Bh4ss7wd/bGs=",
            "/2V0+3Bh4ss7wd",
            "/2V03Bh4ss7wd==",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "sk.live.51Hx8",
        ] {
            assert_eq!(file_shown(secret), "the file named there", "{secret}");
        }
    }

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
