//! Reads the JSON object around a ChainUp message.

use core::fmt;
use std::borrow::Cow;

use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::verify::Refused;

/// Sixteen blocks of the longest keys in base64 are 22 KiB.
const MAX_BODY: usize = 64 * 1024;

/// The object `{app_id, data, sign, time}` of a request or callback, read but not verified.
///
/// Just these four fields, each once: `app_id`, `data` and `sign` are texts, `time` is a number or a text of digits.
/// No field of it is covered by the signature, which is made over what `data` holds.
#[derive(Clone)]
pub struct Envelope<'a> {
    app_id: Cow<'a, str>,
    data: Cow<'a, str>,
    sign: Cow<'a, str>,
    time: &'a str,
}

impl<'a> Envelope<'a> {
    /// Reads a body of at most 64 KiB.
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
    /// assert_eq!(envelope.time(), "1715310032123");
    /// # Ok::<(), payments_signing::Refused>(())
    /// ```
    pub fn parse(body: &'a [u8]) -> Result<Self, Refused> {
        if body.len() > MAX_BODY {
            return Err(Refused::new());
        }
        serde_json::from_slice(body).map_err(|_| Refused::new())
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

    /// The digits of the time, not covered by the signature: milliseconds as a rule, seconds in one of the provider's
    /// samples.
    #[must_use]
    pub fn time(&self) -> &'a str {
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

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let (mut app_id, mut data, mut sign, mut time) = (None, None, None, None);
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let doubled = match &*name {
                "app_id" => app_id.replace(map.next_value()?).is_some(),
                "data" => data.replace(map.next_value()?).is_some(),
                "sign" => sign.replace(map.next_value()?).is_some(),
                "time" => time
                    .replace(digits(map.next_value()?).ok_or_else(|| A::Error::custom("time"))?)
                    .is_some(),
                _ => return Err(A::Error::custom("unknown field")),
            };
            if doubled {
                return Err(A::Error::custom("doubled field"));
            }
        }
        match (app_id, data, sign, time) {
            (Some(app_id), Some(data), Some(sign), Some(time)) => Ok(Envelope {
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
