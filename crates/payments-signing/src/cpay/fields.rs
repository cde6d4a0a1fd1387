//! Reads flat bodies: one JSON object of texts and numbers, or a form.

use core::fmt;

use percent_encoding::percent_decode;
use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cpay::canonical::MAX_PARAMS;

const MAX_BODY: usize = 64 * 1024;

type Pairs = Vec<(Box<str>, Box<str>)>;

/// The verified fields of a message, sorted by name. Contains the signed fields only, without the signature.
///
/// `Debug` prints the names only: values are often personal data.
#[derive(Clone)]
pub struct Fields(Pairs);

impl Fields {
    /// The text of a field; `None` if the message has no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(self.position(name)?).map(|(_, value)| &**value)
    }

    /// All fields, sorted by name.
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

    /// Whether no value can contain another field of the message. All fields must be signed ones.
    ///
    /// `{"network":"TRON","orderId":"7"}` and `{"network":"TRON&orderId=7"}` have the same canonical text. A field that
    /// was moved into the value before it has a name between that value's own name and the next one, so a value with
    /// such a piece is refused.
    pub(crate) fn no_embedded_field(&self) -> bool {
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
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Reads a body of at most 64 KiB and 64 fields beside `sign`, with different names that contain neither `&` nor `=`.
pub(crate) fn read(body: &[u8]) -> Option<Fields> {
    if body.len() > MAX_BODY {
        return None;
    }
    let mut pairs = if body.trim_ascii_start().starts_with(b"{") {
        serde_json::from_slice::<Object>(body).ok()?.0
    } else {
        read_form(body)?
    };
    pairs.sort_unstable();
    let doubled = pairs
        .windows(2)
        .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
    let plain = pairs.iter().all(|(name, _)| is_plain(name));
    (plain && !doubled).then_some(Fields(pairs))
}

/// Whether a name contains no separator: in the canonical text, a name with `&` or `=` could pass for a parameter.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.contains(['&', '='])
}

struct Object(Pairs);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut pairs = Pairs::new();
        while let Some((name, value)) = map.next_entry::<Box<str>, &RawValue>()? {
            if pairs.len() > MAX_PARAMS {
                return Err(A::Error::custom("too many fields"));
            }
            let text = text_of(value.get()).ok_or_else(|| A::Error::custom("not flat"))?;
            pairs.push((name, text));
        }
        Ok(Object(pairs))
    }
}

/// The text of a JSON string, the digits of a number, the empty text for `null`.
fn text_of(raw: &str) -> Option<Box<str>> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' if !raw.contains(['e', 'E']) => Some(raw.into()),
        b'n' => Some("".into()),
        _ => None,
    }
}

/// Reads a form. `form_urlencoded` keeps broken escapes and replaces invalid UTF-8; here both are refused.
fn read_form(body: &[u8]) -> Option<Pairs> {
    let is_escape =
        |rest: &[u8]| matches!(rest, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    let escapes_are_valid = body.split(|byte| *byte == b'%').skip(1).all(is_escape);
    if !escapes_are_valid || percent_decode(body).decode_utf8().is_err() {
        return None;
    }
    let pairs: Pairs = form_urlencoded::parse(body)
        .take(MAX_PARAMS + 2)
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    (pairs.len() <= MAX_PARAMS + 1).then_some(pairs)
}
