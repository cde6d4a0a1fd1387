//! Reads the JSON object around a ChainUp message.

use core::fmt;
use std::borrow::Cow;

use serde_core::de::{Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json_shape::{Limits, Text, is_one_object};
use crate::verify::Refused;

/// Four blocks of the longest keys in base64 are 6 KiB, the signature of one such key another 2.
const BODY: Limits = Limits {
    bytes: 64 * 1024,
    depth: 16,
    names: 64,
};

/// The object `{app_id, data, sign, time}` of a request or callback, read but not verified.
///
/// `app_id`, `data` and `sign` are texts. `time`, a number or a text of digits, may be missing. Other fields are passed
/// over; a name that stands twice is refused. No field of it is covered by the signature, which is made over what
/// `data` holds.
#[derive(Clone)]
pub struct Envelope<'a> {
    app_id: Cow<'a, str>,
    data: Cow<'a, str>,
    sign: Cow<'a, str>,
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
        serde_json::Deserializer::from_slice(body)
            .deserialize_map(Fields)
            .map_err(|_| Refused::new())
    }

    /// The merchant's app id, not covered by the signature.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The blocks in base64.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.data
    }

    /// The signature in base64.
    #[must_use]
    pub fn sign(&self) -> &str {
        &self.sign
    }

    /// The digits of the time, if there is one, not covered by the signature: milliseconds as a rule, seconds in one of
    /// the provider's samples.
    #[must_use]
    pub fn time(&self) -> Option<&'a str> {
        self.time
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("app_id", &self.app_id)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// Reads the fields of an object whose names are known to be all different.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let (mut app_id, mut data, mut sign, mut time) = (None, None, None, None);
        while let Some(name) = map.next_key_seed(Text)? {
            match &*name {
                "app_id" => app_id = Some(map.next_value_seed(Text)?),
                "data" => data = Some(map.next_value_seed(Text)?),
                "sign" => sign = Some(map.next_value_seed(Text)?),
                "time" => {
                    let digits = digits(map.next_value()?);
                    time = Some(digits.ok_or_else(|| A::Error::custom("time"))?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match (app_id, data, sign) {
            (Some(app_id), Some(data), Some(sign)) => Ok(Envelope {
                app_id,
                data,
                sign,
                time,
            }),
            _ => Err(A::Error::custom("missing field")),
        }
    }
}

/// The digits of a number or of a text.
fn digits(raw: &RawValue) -> Option<&str> {
    let text = raw.get();
    let text = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    ((1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(text)
}
