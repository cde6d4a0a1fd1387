use super::json::ReadError;
use crate::amount::parse_scientific;
use crate::{Amount, ProviderRef, Timestamp};
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

const NO_TEXT: &str = "neither a string nor a number";
const NO_AMOUNT: &str = "not an amount";
const NO_INTEGER: &str = "not a whole number";
const NO_FLAG: &str = "neither true nor false";
const NO_REFERENCE: &str = "not a reference";

/// Every problem that a reader here reports. They quote no value, so an error may show them.
pub(super) const PROBLEMS: [&str; 5] = [NO_TEXT, NO_AMOUNT, NO_INTEGER, NO_FLAG, NO_REFERENCE];

/// The text of a JSON string, or of a number or boolean as it is written; `None` for `null`.
fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    let json = <&'de RawValue>::deserialize(deserializer)?.get();
    scalar_of(json).map_err(de::Error::custom)
}

/// The same, of a JSON text that is known to be well formed.
pub(super) fn scalar_of(json: &str) -> Result<Option<Cow<'_, str>>, &'static str> {
    match json.as_bytes().first() {
        Some(b'"') => unquote(json).map(Some),
        Some(b'n') => Ok(None),
        Some(b'-' | b'0'..=b'9' | b't' | b'f') => Ok(Some(Cow::Borrowed(json))),
        _ => Err(NO_TEXT),
    }
}

/// What a JSON string says, borrowed unless there are escapes in it.
fn unquote(json: &str) -> Result<Cow<'_, str>, &'static str> {
    let inner = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !has_escapes(inner) => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| NO_TEXT),
    }
}

/// Looks at every byte, without an early end: the compiler then takes many at once.
fn has_escapes(inner: &str) -> bool {
    inner
        .bytes()
        .fold(false, |found, byte| found | (byte == b'\\'))
}

/// The same, with `""` as nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(scalar(deserializer)?.filter(|text| !text.is_empty()))
}

fn required<'de, D: Deserializer<'de>>(
    deserializer: D,
    problem: &'static str,
) -> Result<Cow<'de, str>, D::Error> {
    scalar(deserializer)?.ok_or_else(|| de::Error::custom(problem))
}

/// A string, or the text of a number or boolean as it is written.
///
/// # Errors
/// On anything else, `null` included.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    required(deserializer, NO_TEXT).map(Cow::into_owned)
}

/// Like [`text`]; `null` and `""` are none.
///
/// # Errors
/// On an array or an object.
pub fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(present(deserializer)?.map(Cow::into_owned))
}

/// An amount as a string or a number, with an exponent if they like. `1E-8` is `0.00000001`.
///
/// # Errors
/// On anything that is not a non-negative decimal of up to 38 digits.
pub fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    to_amount(&required(deserializer, NO_AMOUNT)?)
}

/// Like [`amount`]; `null` and `""` are none.
///
/// # Errors
/// On anything else that is not a non-negative decimal of up to 38 digits.
pub fn optional_amount<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Amount>, D::Error> {
    present(deserializer)?
        .map(|text| to_amount(&text))
        .transpose()
}

fn to_amount<E: de::Error>(text: &str) -> Result<Amount, E> {
    amount_of(text).ok_or_else(|| E::custom(NO_AMOUNT))
}

pub(super) fn amount_of(text: &str) -> Option<Amount> {
    // Nearly every amount is plain: only what is none is searched for an exponent.
    let plain = text.parse().ok();
    plain.or_else(|| parse_scientific(text).ok())
}

/// A whole number as a string or a number. `10.0` and `1E3` are whole numbers too.
///
/// # Errors
/// On anything that is not a whole number from 0 to 2^64 - 1.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    to_integer(&required(deserializer, NO_INTEGER)?)
}

/// Like [`integer`]; `null` and `""` are none.
///
/// # Errors
/// On anything else that is not a whole number from 0 to 2^64 - 1.
pub fn optional_integer<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    present(deserializer)?
        .map(|text| to_integer(&text))
        .transpose()
}

/// A moment in milliseconds since the Unix epoch, by the rules of [`optional_integer`].
///
/// # Errors
/// As [`optional_integer`].
pub fn optional_millis<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    Ok(optional_integer(deserializer)?.map(Timestamp::from_millis))
}

/// A provider's reference as a string or as a number: some write their ids as either.
///
/// # Errors
/// On anything that is no [`ProviderRef`].
pub fn provider_ref<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProviderRef, D::Error> {
    ProviderRef::new(text(deserializer)?).map_err(|_| de::Error::custom(NO_REFERENCE))
}

/// Like [`provider_ref`]; `null` and `""` are none.
///
/// # Errors
/// On anything else that is no [`ProviderRef`].
pub fn optional_provider_ref<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ProviderRef>, D::Error> {
    optional_text(deserializer)?
        .map(|text| ProviderRef::new(text).map_err(|_| de::Error::custom(NO_REFERENCE)))
        .transpose()
}

fn to_integer<E: de::Error>(text: &str) -> Result<u64, E> {
    integer_of(text).ok_or_else(|| E::custom(NO_INTEGER))
}

pub(super) fn integer_of(text: &str) -> Option<u64> {
    amount_of(text)
        .and_then(Amount::whole)
        .and_then(|whole| u64::try_from(whole).ok())
}

/// `true` or `false`, `1` or `0`, bare or as a string.
///
/// # Errors
/// On anything else.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    flag_of(&required(deserializer, NO_FLAG)?).ok_or_else(|| de::Error::custom(NO_FLAG))
}

pub(super) fn flag_of(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A value of any type; `null` and `""` are none.
///
/// Each use counts the depth of nesting anew, so a `T` must not hold itself through [`optional`] or
/// [`list`]: hostile nesting would then have no limit.
///
/// # Errors
/// On anything else that is not a `T`.
pub fn optional<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let json = <&'de RawValue>::deserialize(deserializer)?.get();
    if matches!(json, "null" | "\"\"") {
        return Ok(None);
    }
    // The position would be counted from the start of this part: leave it out.
    serde_json::from_str(json)
        .map(Some)
        .map_err(|error| de::Error::custom(ReadError::new(&error).problem()))
}

/// An array; `null` and `""` are an empty one.
///
/// # Errors
/// On anything else that is not an array of `T`.
pub fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    optional(deserializer).map(Option::unwrap_or_default)
}

/// A provider's code, whether it came as a number or as a string.
///
/// ```
/// use payments_core::wire::{self, Code};
///
/// let codes: Vec<Code> = wire::read(br#"[0, "0"]"#)?;
/// assert!(codes.iter().all(|code| code.as_str() == "0"));
/// # Ok::<(), wire::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    /// The code, as the provider wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer).map(Self)
    }
}
