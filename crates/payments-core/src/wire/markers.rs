use super::from_text::{EMPTY, FromText, scalar};
use super::json::Json;
use crate::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use serde_with::{DeserializeAs, Same, SerializeAs};
use std::marker::PhantomData;
use std::time::Duration;

/// A string, or the text of a number or boolean exactly as it is written, read into any [`FromText`] type: `String`,
/// [`Amount`](crate::Amount), `u64`, `bool`, [`ProviderRef`](crate::ProviderRef) and the clients' own types.
///
/// `null`, arrays and objects are errors. `""` is an error if [`FromText::from_text`] refuses it: `String` and
/// [`SensitiveString`](crate::SensitiveString) accept it, and a client's own type decides for itself.
#[derive(Clone, Copy, Debug)]
pub struct Scalar;

impl<'de, T: FromText> DeserializeAs<'de, T> for Scalar {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let json = <&'de RawValue>::deserialize(deserializer)?.get();
        let text = scalar(json).map_err(de::Error::custom)?;
        text.and_then(|text| T::from_text(&text))
            .ok_or_else(|| de::Error::custom(T::PROBLEM))
    }
}

/// As [`Scalar`], but `""` is an error for every type: for a text that must be present.
#[derive(Clone, Copy, Debug)]
pub struct NonEmpty;

impl<'de, T: FromText> DeserializeAs<'de, T> for NonEmpty {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        Optional::<Scalar>::deserialize_as(deserializer)?.ok_or_else(|| de::Error::custom(EMPTY))
    }
}

/// A [`Timestamp`] in Unix milliseconds: read as [`Scalar`] reads a [`Timestamp`], written as a number.
#[derive(Clone, Copy, Debug)]
pub struct Millis;

impl<'de> DeserializeAs<'de, Timestamp> for Millis {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Scalar::deserialize_as(deserializer)
    }
}

impl SerializeAs<Timestamp> for Millis {
    fn serialize_as<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        time.as_millis().serialize(serializer)
    }
}

/// A [`Timestamp`] in Unix seconds or a [`Duration`] in seconds: read as [`Scalar`] reads a [`Timestamp`] or a `u64`, written as
/// a number.
#[derive(Clone, Copy, Debug)]
pub struct Seconds;

impl<'de> DeserializeAs<'de, Timestamp> for Seconds {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Scalar::deserialize_as(deserializer)
    }
}

impl<'de> DeserializeAs<'de, Duration> for Seconds {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Scalar::deserialize_as(deserializer).map(Duration::from_secs)
    }
}

impl SerializeAs<Timestamp> for Seconds {
    fn serialize_as<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        time.as_secs().serialize(serializer)
    }
}

impl SerializeAs<Duration> for Seconds {
    fn serialize_as<S: Serializer>(length: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        length.as_secs().serialize(serializer)
    }
}

/// An `Option`: `null` and `""` are `None`, everything else is read by `A` and must fit.
///
/// `A` is a marker of this module or of `serde_with`; `_` is the type's own `Deserialize`.
///
/// The limit of 128 levels of nesting starts again inside each use. A type must not contain itself through `Optional`,
/// [`Lenient`] or [`List`], or hostile nesting would not be limited.
#[derive(Clone, Copy, Debug)]
pub struct Optional<A = Scalar>(PhantomData<A>);

impl<'de, T, A: DeserializeAs<'de, T>> DeserializeAs<'de, Option<T>> for Optional<A> {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let json = Json::deserialize(deserializer)?;
        if json.is_blank() {
            return Ok(None);
        }
        // The error's position would be counted from the start of this part: it is left out.
        json.read_as::<A, T>()
            .map(Some)
            .map_err(|error| de::Error::custom(error.problem()))
    }
}

/// An `Option` for fields that only inform: whatever `A` cannot read is `None`, be it an object, a negative number or
/// a word. Only a text that is not JSON is an error.
///
/// The answer of a success must not become unreadable because its remark has another shape than documented. Do not use
/// it for ids, states and amounts that are compared or booked: there, `None` would be wrong.
#[derive(Clone, Copy, Debug)]
pub struct Lenient<A = Scalar>(PhantomData<A>);

impl<'de, T, A: DeserializeAs<'de, T>> DeserializeAs<'de, Option<T>> for Lenient<A> {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Ok((!json.is_blank())
            .then(|| json.read_as::<A, T>().ok())
            .flatten())
    }
}

/// A `Vec` whose elements are read by `A`; `null` and `""` are an empty one.
#[derive(Clone, Copy, Debug)]
pub struct List<A = Same>(PhantomData<A>);

impl<'de, T, A: DeserializeAs<'de, T>> DeserializeAs<'de, Vec<T>> for List<A> {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        Optional::<Vec<A>>::deserialize_as(deserializer).map(Option::unwrap_or_default)
    }
}
