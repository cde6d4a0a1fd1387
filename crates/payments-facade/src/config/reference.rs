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
use super::{copied, proxy, shown};

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

/// What a text is used for.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Secret,
    PrivateKey,
    PublicKey,
    Proxy,
}

impl Section<'_> {
    /// The secret that a key names, if `check` accepts it.
    pub(super) fn secret<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        self.reference(key, field, Use::Secret, check)
    }

    /// As [`secret`](Self::secret), for a private key.
    pub(super) fn private_key<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        self.reference(key, field, Use::PrivateKey, check)
    }

    /// As [`secret`](Self::secret), for a key that may be written into the file.
    pub(super) fn public_key<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        self.reference(key, field, Use::PublicKey, check)
    }

    /// The URL of a proxy, which may be written into the file if it has no password.
    pub(super) fn proxy(&self, key: &str, field: Field<Reference>) -> Option<SensitiveString> {
        self.reference(key, field, Use::Proxy, proxy::check)
    }

    fn reference<E: Display, const REQUIRED: bool>(
        &self,
        key: &str,
        field: Field<Reference, REQUIRED>,
        used: Use,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let (reference, at) = self.value(key, field, REFERENCE, Some)?;
        let found = match reference {
            Reference::Inline(text) => self.inline(text, used),
            Reference::Place(place) if place.until.is_present() => Err(format!("must {REFERENCE}")),
            Reference::Place(place) => self.fetch(place, used),
        };
        self.accepted(key, at, found, used, check)
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
        let found = self.fetch(place, Use::Secret);
        self.accepted(key, at, found, Use::Secret, check).zip(until)
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
        used: Use,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<SensitiveString> {
        let accepted = found.and_then(|(secret, origin)| {
            let mistake = match used {
                Use::Secret | Use::Proxy => copied::mistake_in_secret(secret.expose()),
                Use::PrivateKey | Use::PublicKey => copied::mistake_in_key(secret.expose()),
            };
            if let Some(mistake) = mistake {
                return Err(format!("{origin} {mistake}"));
            }
            match check(secret.expose()) {
                Ok(()) => Ok(secret),
                Err(error) => Err(format!("{origin}: {error}")),
            }
        });
        accepted
            .map_err(|problem| self.problem(at, key, problem))
            .ok()
    }

    fn fetch(&self, place: Place, used: Use) -> Result<Found, String> {
        let secrets = self.context.secrets;
        let (origin, found) = match (place.env, place.file, place.inline) {
            (Some(name), None, None) if is_variable(&name) => {
                (shown::variable(&name), secrets.variable(&name))
            }
            (Some(_), None, None) => {
                // The name is not repeated: it may be the secret.
                return Err("env must be the name of a variable: letters, digits and _".to_owned());
            }
            (None, Some(path), None) => {
                let found = secrets.file(Path::new(&path));
                (shown::file(&path), found.map(without_line_end))
            }
            (None, None, Some(text)) => return self.inline(text.into(), used),
            _ => return Err(format!("must {REFERENCE}")),
        };
        match found {
            Ok(text) if text.expose().is_empty() => Err(format!("{origin} is empty")),
            Ok(text) => Ok((text, origin)),
            Err(why) => Err(format!("{origin} {why}")),
        }
    }

    fn inline(&self, text: SensitiveString, used: Use) -> Result<Found, String> {
        let (is_public, what) = match used {
            Use::PublicKey => (true, "the key in the file"),
            Use::Proxy => (!text.expose().contains('@'), "the proxy's URL in the file"),
            Use::Secret | Use::PrivateKey => (false, "the secret in the file"),
        };
        if is_public || self.context.inline_secrets {
            return Ok((text, what.to_owned()));
        }
        let what = match used {
            Use::Proxy => "a proxy's password",
            _ => "a secret",
        };
        Err(format!(
            "{what} in the file itself is refused: name where it is, {{ env = \"NAME\" }} or {{ file = \"path\" }}; for \
             test credentials, set inline_secrets = true at the top of the file"
        ))
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
