//! Reads flat bodies: one JSON object of texts and numbers, or a form.

use core::fmt;
use std::borrow::Cow;

use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::form::MAX_PARAMS;

const MAX_BODY: usize = 64 * 1024;

/// The verified fields of a message, ascending by name: those that were signed, and no other. Without their signature.
///
/// `Debug` prints the names only: values are personal data more often than not.
#[derive(Clone)]
pub struct Fields(Vec<(Box<str>, Box<str>)>);

impl Fields {
    /// The text of a field; `None` if the message has no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(self.position(name)?).map(|(_, value)| &**value)
    }

    /// All fields, ascending by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Box<str>> {
        let position = self.position(name)?;
        Some(self.0.remove(position).1)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(_, value)| keep(value));
    }

    /// Whether no value may have swallowed the fields behind it.
    ///
    /// `{"network":"TRON","orderId":"7"}` and `{"network":"TRON&orderId=7"}` have one canonical text. A field that was
    /// swallowed stood between the one that now holds it and the next one, so a piece of a value with such a name is
    /// suspicious. All fields must be signed ones.
    pub(crate) fn are_whole(&self) -> bool {
        let names = self.0.iter().map(|(name, _)| &**name);
        let following = names.skip(1).map(Some).chain([None]);
        self.0.iter().zip(following).all(|((name, value), next)| {
            value
                .split('&')
                .skip(1)
                .filter_map(|piece| Some(piece.split_once('=')?.0))
                .all(|piece| match next {
                    Some(next) => piece <= &**name || piece >= next,
                    None => piece <= &**name && piece != "key",
                })
        })
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0
            .binary_search_by(|(candidate, _)| (**candidate).cmp(name))
            .ok()
    }

    /// Sorts the fields; `None` if a name occurs twice.
    fn from_pairs(mut pairs: Vec<(Box<str>, Box<str>)>) -> Option<Self> {
        pairs.sort_unstable();
        let doubled = pairs
            .windows(2)
            .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
        (!doubled).then_some(Self(pairs))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Reads a body of at most 64 KiB and 64 fields whose names are all different and free of `&` and `=`.
pub(crate) fn read(body: &[u8]) -> Option<Fields> {
    if body.len() > MAX_BODY {
        return None;
    }
    let pairs = if body.trim_ascii_start().starts_with(b"{") {
        serde_json::from_slice::<Object>(body).ok()?.0
    } else {
        form(body)?
    };
    pairs
        .iter()
        .all(|(name, _)| is_plain(name))
        .then(|| Fields::from_pairs(pairs))?
}

/// Whether a name is free of borders: in the canonical text one with `&` or `=` could pass for a whole parameter.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.contains(['&', '='])
}

struct Object(Vec<(Box<str>, Box<str>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a flat object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, value)) = map.next_entry::<Box<str>, &RawValue>()? {
                    if pairs.len() > MAX_PARAMS {
                        return Err(A::Error::custom("too many fields"));
                    }
                    pairs.push((
                        name,
                        text(value.get()).ok_or_else(|| A::Error::custom("not flat"))?,
                    ));
                }
                Ok(Object(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

/// The text that a raw JSON value stands for.
fn text(raw: &str) -> Option<Box<str>> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' if !raw.contains(['e', 'E']) => Some(raw.into()),
        b'n' => Some("".into()),
        _ => None,
    }
}

/// Reads `name=value` pairs joined by `&`; a pair without `=` is a name with an empty value.
fn form(body: &[u8]) -> Option<Vec<(Box<str>, Box<str>)>> {
    let pieces = body
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty());
    let pairs = pieces.take(MAX_PARAMS + 2).map(|piece| {
        let mut halves = piece.splitn(2, |byte| *byte == b'=');
        Some((
            decode(halves.next()?)?,
            decode(halves.next().unwrap_or_default())?,
        ))
    });
    let pairs = pairs.collect::<Option<Vec<_>>>()?;
    (pairs.len() <= MAX_PARAMS + 1).then_some(pairs)
}

/// Percent decoding with `+` for a space. Stray percent signs and broken UTF-8 are refused.
fn decode(text: &[u8]) -> Option<Box<str>> {
    let mut decoded = Cow::Borrowed(text);
    if text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.iter();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => digit(*rest.next()?)? << 4 | digit(*rest.next()?)?,
                _ => *byte,
            });
        }
        decoded = Cow::Owned(bytes);
    }
    String::from_utf8(decoded.into_owned())
        .ok()
        .map(String::into_boxed_str)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
