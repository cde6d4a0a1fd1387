use crate::wire::{Json, ReadError};
use crate::{Effect, InvalidRequest, Operation, RawAnswer, SensitiveString, check, wire};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A call that a client has no type for, or a known call with further fields: the escape hatch.
///
/// A client signs it, sends it, verifies the answer and returns the checked JSON as a [`RawResponse`]. The name is the
/// provider's own, for example `getOrderDetail`.
///
/// [`RawCall::read`] is for calls that change nothing; they are repeated when that may help. Everything else is
/// [`RawCall::write`], which is [unkeyed](Effect::Unkeyed): it is never sent again once a byte of it may have left.
///
/// ```
/// use payments_core::{Effect, Operation, RawCall};
///
/// fn effect<O: Operation>(_: &O) -> Effect {
///     O::EFFECT
/// }
///
/// assert_eq!(effect(&RawCall::read("getOrderDetail")), Effect::Read);
/// assert_eq!(effect(&RawCall::write("createFiatPayoutOrder")), Effect::Unkeyed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a raw call is made by the client's `call_raw`"]
pub struct RawCall<const WRITE: bool> {
    name: String,
    fields: Result<SensitiveString, InvalidRequest>,
}

impl RawCall<false> {
    /// A call that changes nothing.
    pub fn read(name: impl Into<String>) -> Self {
        Self::new(name.into())
    }
}

impl RawCall<true> {
    /// A call that changes something.
    pub fn write(name: impl Into<String>) -> Self {
        Self::new(name.into())
    }
}

impl<const WRITE: bool> RawCall<WRITE> {
    fn new(name: String) -> Self {
        Self {
            name,
            fields: Ok("{}".into()),
        }
    }

    /// The fields of the request, as anything that serializes as a JSON object. `call_raw` of a client calls this;
    /// call it yourself before the client's `prepare`.
    pub fn with_fields(mut self, fields: &impl Serialize) -> Self {
        self.fields = SensitiveString::json("fields", fields);
        self
    }

    /// The provider's name of the call.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields as JSON text: an object.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the fields could not be written as a JSON object.
    pub fn fields(&self) -> Result<&str, InvalidRequest> {
        let fields = self.fields.as_ref().map_err(Clone::clone)?.expose();
        if fields.starts_with('{') {
            Ok(fields)
        } else {
            Err(InvalidRequest::request("fields", "are not a JSON object"))
        }
    }
}

impl<const WRITE: bool> Operation for RawCall<WRITE> {
    type Output = RawResponse;
    const NAME: &'static str = "call_raw";
    const EFFECT: Effect = if WRITE { Effect::Unkeyed } else { Effect::Read };

    /// The name becomes a part of the URL's path.
    fn check(&self) -> Result<(), InvalidRequest> {
        check::matches(
            "name",
            &self.name,
            (1, 128),
            |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-'),
            "1 to 128 letters, digits and / _ -",
        )?;
        self.fields().map(|_| ())
    }
}

/// The checked answer to a [`RawCall`]. `Debug` prints its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct RawResponse {
    json: SensitiveString,
    raw: RawAnswer,
}

impl RawResponse {
    /// `json` is what the client has verified: the `data` of the envelope, decrypted where it was encrypted.
    pub fn new(json: impl Into<SensitiveString>, raw: RawAnswer) -> Self {
        Self {
            json: json.into(),
            raw,
        }
    }

    /// The checked JSON text; `null` when the answer has no data.
    #[must_use]
    pub fn json(&self) -> &str {
        self.json.expose()
    }

    /// Reads the checked JSON. The markers of [`wire`] help with fields that change their shape.
    ///
    /// # Errors
    /// [`ReadError`] when it has another shape. The call itself succeeded.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ReadError> {
        wire::read::<Json<'a>>(self.json().as_bytes())?.read()
    }

    /// The answer as received, with its envelope.
    #[must_use]
    pub const fn raw(&self) -> &RawAnswer {
        &self.raw
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawResponse({} bytes)", self.json().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_must_be_a_json_object() {
        let call = RawCall::write("withdraw");
        assert_eq!(call.fields(), Ok("{}"));
        let named = std::collections::BTreeMap::from([("amount", "1.50")]);
        let call = call.with_fields(&named);
        assert_eq!(call.fields(), Ok(r#"{"amount":"1.50"}"#));
        assert_eq!(call.check(), Ok(()));
        let refused = call.with_fields(&["amount"]).check().unwrap_err();
        assert_eq!(refused.to_string(), "fields are not a JSON object");
    }

    #[test]
    fn names_stay_below_the_base_url() {
        for name in ["getOrderDetail", "bill/create", "v2/get-coins"] {
            assert_eq!(RawCall::read(name).check(), Ok(()), "{name}");
        }
        for name in ["", "a?b=1", "a#b", "../a", "a b", "a\n", "ä", "a%2fb"] {
            assert!(RawCall::read(name).check().is_err(), "{name}");
        }
    }

    #[test]
    fn a_response_is_parsed_and_never_printed() {
        let raw = RawAnswer::new(http::StatusCode::OK, bytes::Bytes::new());
        let response = RawResponse::new(r#"{"name":"Ana"}"#, raw);
        let fields: std::collections::BTreeMap<&str, &str> = response.parse().unwrap();
        assert_eq!(fields["name"], "Ana");
        assert_eq!(format!("{response:?}"), "RawResponse(14 bytes)");
    }
}
