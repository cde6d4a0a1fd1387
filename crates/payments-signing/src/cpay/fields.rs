//! Reads flat bodies: one JSON object of texts and numbers, or a form.

use core::fmt;

use percent_encoding::percent_decode;
use serde_core::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::cpay::canonical::MAX_PARAMS;

/// The longest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;

pub(crate) type Pairs = Vec<(Box<str>, Box<str>)>;

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

/// Why a body is not a flat message.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "explain"),
    allow(dead_code, reason = "only a diagnosis reads it")
)]
pub(crate) enum Problem {
    TooLarge,
    TooManyFields,
    /// Not the JSON object that it begins as.
    Json,
    /// A form with a `%` that two digits do not follow.
    Escape,
    /// A form that is not UTF-8 when it is decoded.
    Utf8,
    /// A name occurs twice.
    Repeated(Box<str>),
    /// A name contains `&` or `=`.
    Separator(Box<str>),
    /// A value is not a text, a plain number or `null`.
    Value {
        name: Box<str>,
        found: &'static str,
    },
}

/// Reads a body of at most 64 KiB and 64 fields beside `sign`, with different names that contain neither `&` nor `=`.
pub(crate) fn read(body: &[u8]) -> Result<Fields, Problem> {
    let mut pairs = pairs(body)?;
    pairs.sort_unstable();
    let doubled = pairs
        .windows(2)
        .find(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
    if let Some([(name, _), ..]) = doubled {
        return Err(Problem::Repeated(name.clone()));
    }
    match pairs.iter().find(|(name, _)| !is_plain(name)) {
        Some((name, _)) => Err(Problem::Separator(name.clone())),
        None => Ok(Fields(pairs)),
    }
}

/// The fields in their order.
pub(crate) fn pairs(body: &[u8]) -> Result<Pairs, Problem> {
    if body.len() > MAX_BODY {
        return Err(Problem::TooLarge);
    }
    if body.trim_ascii_start().starts_with(b"{") {
        read_object(body)
    } else {
        read_form(body)
    }
}

/// Whether a name contains no separator: in the canonical text, a name with `&` or `=` could pass for a parameter.
pub(crate) fn is_plain(name: &str) -> bool {
    // By bytes, which takes half the time that characters take.
    !name.bytes().any(|byte| matches!(byte, b'&' | b'='))
}

fn read_object(body: &[u8]) -> Result<Pairs, Problem> {
    let Object(members) = serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::TooManyFields,
        _ => Problem::Json,
    })?;
    let members = members
        .into_iter()
        .map(|(name, value)| match text_of(value.get()) {
            Ok(text) => Ok((name, text)),
            Err(found) => Err(Problem::Value { name, found }),
        });
    members.collect()
}

/// The members of an object; the only limit is their number.
struct Object<'a>(Vec<(Box<str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() > MAX_PARAMS {
                return Err(A::Error::custom("too many fields"));
            }
            members.push(member);
        }
        Ok(Object(members))
    }
}

/// The text of a JSON string, the digits of a number, the empty text for `null`. Otherwise, what it is instead.
fn text_of(raw: &str) -> Result<Box<str>, &'static str> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).map_err(|_| "a text with half a surrogate pair"),
        Some(b'-' | b'0'..=b'9') if !raw.contains(['e', 'E']) => Ok(raw.into()),
        Some(b'-' | b'0'..=b'9') => Err("a number with an exponent"),
        Some(b'n') => Ok("".into()),
        Some(b't' | b'f') => Err("true or false"),
        Some(b'[') => Err("a list"),
        _ => Err("an object"),
    }
}

/// Reads a form. `form_urlencoded` keeps broken escapes and replaces invalid UTF-8; here both are refused.
fn read_form(body: &[u8]) -> Result<Pairs, Problem> {
    let is_escape =
        |rest: &[u8]| matches!(rest, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    let escapes_are_valid = body.split(|byte| *byte == b'%').skip(1).all(is_escape);
    if !escapes_are_valid {
        return Err(Problem::Escape);
    }
    if percent_decode(body).decode_utf8().is_err() {
        return Err(Problem::Utf8);
    }
    let pairs: Pairs = form_urlencoded::parse(body)
        .take(MAX_PARAMS + 2)
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    if pairs.len() > MAX_PARAMS + 1 {
        return Err(Problem::TooManyFields);
    }
    Ok(pairs)
}
