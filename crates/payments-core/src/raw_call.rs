use crate::wire::{Json, ReadError};
use crate::{
    Effect, InvalidRequest, KnownCall, Operation, RawAnswer, SensitiveString, check, redact, wire,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_with::{MapPreventDuplicates, Same};
use std::collections::BTreeMap;
use std::fmt;

/// Values of fewer characters are not masked: they would hide unrelated text.
const MASKED_FROM: usize = 3;

/// A call that a client has no type for, or a known call with further fields: the escape hatch.
///
/// A client signs it, sends it, checks the answer as far as the provider signs its answers, and returns the JSON as a
/// [`RawResponse`]. The name is the provider's own, for example `getOrderDetail`.
///
/// [`RawCall::read`] is for calls that change nothing; they are repeated when that may help. A client refuses to read a
/// call that it knows as a write. Everything else is [`RawCall::write`], which is [unkeyed](Effect::Unkeyed): it is never sent again once a byte of it may have left.
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

    /// Refuses a read of a call that is known to write: as a read it would be repeated. A client calls this with what it
    /// knows about the name before it sends anything.
    ///
    /// # Errors
    /// [`InvalidRequest`] for a [`RawCall::read`] of a known call that is sent as a write.
    ///
    /// ```
    /// use payments_core::{Effect, KnownCall, RawCall};
    ///
    /// const WITHDRAW: KnownCall = KnownCall::new("withdraw", Effect::Unkeyed, "chapter 4, Payout");
    /// assert!(RawCall::read("withdraw").refuse_read_of_write(Some(&WITHDRAW)).is_err());
    /// assert!(RawCall::write("withdraw").refuse_read_of_write(Some(&WITHDRAW)).is_ok());
    /// ```
    pub fn refuse_read_of_write(&self, known: Option<&KnownCall>) -> Result<(), InvalidRequest> {
        match known {
            Some(known) if !WRITE && !known.is_raw_read() => Err(InvalidRequest::request(
                "name",
                "belongs to a call that changes something",
            )
            .allowed("RawCall::write")),
            _ => Ok(()),
        }
    }

    /// The gateway's message with `***` for every value of the fields, because it is unknown which of them are
    /// confidential: strings and numbers of three and more characters, at every depth.
    ///
    /// ```
    /// use payments_core::RawCall;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Fields<'a> {
    ///     user: &'a str,
    ///     level: u8,
    /// }
    ///
    /// let call = RawCall::write("newCall").with_fields(&Fields { user: "Ana Lima", level: 7 });
    /// assert_eq!(call.mask("no user ana lima of level 7"), "no user *** of level 7");
    /// ```
    #[must_use]
    pub fn mask(&self, message: &str) -> String {
        let values = redact::json_values(self.fields().unwrap_or_default());
        let long = values.iter().map(|(_, value)| value.expose());
        redact::without_all(
            message,
            long.filter(|value| value.chars().nth(MASKED_FROM - 1).is_some()),
        )
    }
}

impl<const WRITE: bool> Operation for RawCall<WRITE> {
    type Output = RawResponse;
    const NAME: &'static str = "call_raw";
    const EFFECT: Effect = if WRITE { Effect::Unkeyed } else { Effect::Read };

    /// The name becomes a part of the URL's path. A field's name that occurs twice is refused: which of its values counts
    /// would be up to the gateway.
    fn check(&self) -> Result<(), InvalidRequest> {
        check::matches(
            "name",
            &self.name,
            (1, 128),
            |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-'),
            "1 to 128 letters, digits and / _ -",
        )?;
        type Unique = MapPreventDuplicates<Same, Same>;
        let fields = wire::read::<Json<'_>>(self.fields()?.as_bytes());
        fields
            .and_then(Json::read_as::<Unique, BTreeMap<String, IgnoredAny>>)
            .map(|_| ())
            .map_err(|_| InvalidRequest::request("fields", "contain a name twice"))
    }
}

/// The answer to a [`RawCall`], checked as far as the provider signs its answers: C-Pay signs none, and ChainUp none
/// without data. `Debug` prints its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct RawResponse {
    json: SensitiveString,
    raw: RawAnswer,
}

impl RawResponse {
    /// `json` is what the client has checked: the `data` of the envelope, decrypted where it was encrypted.
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
    fn masks_values_of_three_characters_and_more() {
        let fields = [
            ("a", "xyz"),
            ("b", "no"),
            ("c", "1.5"),
            ("d", "99"),
            ("e", "für"),
        ];
        let fields = std::collections::BTreeMap::from(fields);
        let call = RawCall::write("newCall").with_fields(&fields);
        assert_eq!(call.mask("xyz: no 99 für 1.5"), "***: no 99 *** ***");
        assert_eq!(RawCall::write("newCall").mask("xyz"), "xyz");
    }

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
    fn a_field_must_not_occur_twice() {
        let raw = |json: &str| {
            let fields = serde_json::value::RawValue::from_string(json.to_owned()).unwrap();
            RawCall::write("withdraw").with_fields(&fields).check()
        };
        assert_eq!(raw(r#"{"a":{"b":1},"b":1}"#), Ok(()));
        for json in [r#"{"a":1,"b":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#] {
            let refused = raw(json).unwrap_err();
            assert_eq!(refused.to_string(), "fields contain a name twice");
        }
    }

    #[test]
    fn a_known_write_cannot_be_read() {
        const CALLS: &[KnownCall] = &[
            KnownCall::new("withdraw", Effect::Unkeyed, ""),
            KnownCall::new("bill/create", Effect::Keyed, ""),
            KnownCall::new("addresses", Effect::Keyed, "").in_the_form_of_a_read(),
        ];
        let read = |name: &str| {
            let known = KnownCall::find(CALLS, name);
            RawCall::read(name).refuse_read_of_write(known)
        };
        for name in ["withdraw", "/Withdraw/", "bill//create"] {
            assert_eq!(read(name).unwrap_err().field(), "name", "{name}");
            let known = KnownCall::find(CALLS, name);
            assert_eq!(RawCall::write(name).refuse_read_of_write(known), Ok(()));
        }
        for name in ["bill/info", "create", "withdraw/list", "addresses"] {
            assert_eq!(read(name), Ok(()), "{name}");
        }
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
