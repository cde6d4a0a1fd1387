use crate::amount::parse_scientific;
use crate::{Amount, ProviderRef, SensitiveString, Timestamp};
use std::borrow::Cow;

/// The problem of an array or an object where a scalar is documented.
pub(super) const NO_SCALAR: &str = "neither a string nor a number";
pub(super) const EMPTY: &str = "empty";
const NO_AMOUNT: &str = "not an amount";
const NO_INTEGER: &str = "not a whole number";
const NO_TIME: &str = "not a Unix time";
const NO_FLAG: &str = "neither true nor false";
const NO_REFERENCE: &str = "not a reference";
const NOT_LISTED: &str = "not one of the documented values";

/// Every problem that a reader of this module reports. They quote no value, so errors may show them.
pub(super) const PROBLEMS: [&str; 8] = [
    NO_SCALAR,
    EMPTY,
    NO_AMOUNT,
    NO_INTEGER,
    NO_TIME,
    NO_FLAG,
    NO_REFERENCE,
    NOT_LISTED,
];

/// A type that is read from the text of a JSON string, number or boolean, through [`Scalar`](super::Scalar).
///
/// A client implements it for its own types, such as the statuses of a provider:
///
/// ```
/// use payments_core::wire::{self, FromText};
///
/// #[derive(Debug, PartialEq)]
/// enum Status {
///     Paid,
///     Other(String),
/// }
///
/// impl FromText for Status {
///     fn from_text(text: &str) -> Option<Self> {
///         Some(if text == "14" { Self::Paid } else { Self::Other(text.to_owned()) })
///     }
/// }
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize)]
/// struct Order {
///     #[serde_as(as = "wire::Scalar")]
///     status: Status,
/// }
///
/// let order: Order = wire::read(br#"{"status": 14}"#)?;
/// assert_eq!(order.status, Status::Paid);
/// # Ok::<(), wire::ReadError>(())
/// ```
pub trait FromText: Sized {
    /// The error message when the text does not fit. Errors contain only texts of this crate, so that none quotes a
    /// value: any other text becomes "a value of another shape than documented".
    const PROBLEM: &'static str = NOT_LISTED;

    /// Reads the text: the content of a JSON string, or a number or boolean exactly as it is written. It may be empty.
    ///
    /// Returns `None` when the text is not a value of this type.
    fn from_text(text: &str) -> Option<Self>;
}

impl FromText for String {
    const PROBLEM: &'static str = NO_SCALAR;

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromText for SensitiveString {
    const PROBLEM: &'static str = NO_SCALAR;

    fn from_text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

/// A decimal of up to 38 digits, with or without an exponent: `1E-8` is `0.00000001`.
impl FromText for Amount {
    const PROBLEM: &'static str = NO_AMOUNT;

    fn from_text(text: &str) -> Option<Self> {
        // Nearly every amount is plain: only the others are searched for an exponent.
        let plain = text.parse().ok();
        plain.or_else(|| parse_scientific(text))
    }
}

/// A whole number from 0 to 2^64 - 1. `10.0` and `1E3` are whole numbers too.
impl FromText for u64 {
    const PROBLEM: &'static str = NO_INTEGER;

    fn from_text(text: &str) -> Option<Self> {
        Amount::from_text(text)?
            .whole()
            .and_then(|whole| Self::try_from(whole).ok())
    }
}

/// A Unix time. Gateways mix the units of one field, so the size decides: a number below 10^11 counts seconds, a larger one
/// milliseconds. A time after the year 2286, which may be the digits of a date, is refused.
impl FromText for Timestamp {
    const PROBLEM: &'static str = NO_TIME;

    fn from_text(text: &str) -> Option<Self> {
        const SECONDS_BELOW: u64 = 100_000_000_000;
        const MILLIS_BELOW: u64 = 10_000_000_000_000;
        match u64::from_text(text)? {
            number @ ..SECONDS_BELOW => Some(Self::from_secs(number)),
            number @ SECONDS_BELOW..MILLIS_BELOW => Some(Self::from_millis(number)),
            _ => None,
        }
    }
}

/// `true`, `false`, `1` or `0`.
impl FromText for bool {
    const PROBLEM: &'static str = NO_FLAG;

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "1" => Some(true),
            "0" => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

impl FromText for ProviderRef {
    const PROBLEM: &'static str = NO_REFERENCE;

    fn from_text(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }
}

/// The text of a JSON string, number or boolean; `None` for `null`. `json` is one well-formed JSON value.
pub(super) fn scalar(json: &str) -> Result<Option<Cow<'_, str>>, &'static str> {
    match json.as_bytes().first() {
        Some(b'"') => unquote(json).map(Some),
        Some(b'n') => Ok(None),
        Some(b'-' | b'0'..=b'9' | b't' | b'f') => Ok(Some(Cow::Borrowed(json))),
        _ => Err(NO_SCALAR),
    }
}

/// The content of a JSON string, borrowed unless it contains escapes.
fn unquote(json: &str) -> Result<Cow<'_, str>, &'static str> {
    let inner = json
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    match inner {
        Some(inner) if !has_escapes(inner) => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| NO_SCALAR),
    }
}

/// Visits every byte without an early exit, so that the compiler can process many at once.
fn has_escapes(inner: &str) -> bool {
    inner
        .bytes()
        .fold(false, |found, byte| found | (byte == b'\\'))
}
