//! The JSON object around a ChainUp message.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json_shape::{Limits, is_one_object};
use crate::verify::Refused;

/// Four blocks of the longest keys have 6 KiB in base64, a signature by such a key another 2.
pub(super) const BODY: Limits = Limits {
    bytes: 64 * 1024,
    depth: 16,
    names: 64,
};

/// The object `{app_id, data, sign, time}` of a request or callback, read but not verified.
///
/// `app_id`, `data` and `sign` are texts. `time` is ignored and may be missing or of any kind. Other fields are
/// ignored; a doubled name is refused. The signature covers none of the fields, only the text inside `data`.
#[derive(Clone)]
pub struct Envelope<'a>(Fields<'a>);

#[derive(Clone, serde::Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    app_id: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow)]
    sign: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "digits")]
    time: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// Reads a body of at most 64 KiB, 16 levels and 64 fields.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    ///
    /// ```
    /// use payments_signing::chainup_opay::Envelope;
    ///
    /// let envelope = Envelope::parse(br#"{"app_id":"xxx_xxx","data":"","sign":"AQ","time":1715310032123}"#)?;
    /// assert_eq!(envelope.app_id(), "xxx_xxx");
    /// assert_eq!(envelope.time(), Some("1715310032123"));
    /// # Ok::<(), payments_signing::Refused>(())
    /// ```
    pub fn parse(body: &'a [u8]) -> Result<Self, Refused> {
        if !is_one_object(body, BODY) {
            return Err(Refused::new());
        }
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|_| Refused::new())
    }

    /// The merchant's app id, not covered by the signature.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.0.app_id
    }

    /// The encrypted blocks in base64.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.0.data
    }

    /// The signature in base64.
    #[must_use]
    pub fn sign(&self) -> &str {
        &self.0.sign
    }

    /// The digits of the time, if it has 1 to 20 digits and nothing else. Not covered by the signature. Usually milliseconds; one of the
    /// provider's samples has seconds.
    #[must_use]
    pub fn time(&self) -> Option<&'a str> {
        self.0.time
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("app_id", &self.0.app_id)
            .field("time", &self.0.time)
            .finish_non_exhaustive()
    }
}

/// The digits of a number or of a text; `None` for every other value.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de str>, D::Error> {
    let text = <&RawValue>::deserialize(deserializer)?.get();
    let digits = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    let is_plain =
        (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    Ok(is_plain.then_some(digits))
}

/// A sealed message: encrypted text and signature, both in base64url without padding.
#[derive(Clone)]
pub struct Sealed {
    /// The encrypted blocks.
    pub data: String,
    /// The signature of the plaintext.
    pub sign: String,
}

impl Sealed {
    /// The JSON body of requests and callbacks: `{"app_id":…,"time":…,"data":…,"sign":…}`.
    ///
    /// `time_ms` is Unix milliseconds, written as a number as in the provider's demo (its tables say string). It is
    /// not part of the signature.
    #[must_use]
    pub fn envelope(&self, app_id: &str, time_ms: u64) -> String {
        // Serialising a string cannot fail.
        let app_id = serde_json::to_string(app_id).unwrap_or_default();
        let Self { data, sign } = self;
        format!(r#"{{"app_id":{app_id},"time":{time_ms},"data":"{data}","sign":"{sign}"}}"#)
    }
}

/// Prints lengths only: anyone who has both texts can replay them.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Sealed {{ data: {} characters, sign: {} characters }}",
            self.data.len(),
            self.sign.len()
        )
    }
}
