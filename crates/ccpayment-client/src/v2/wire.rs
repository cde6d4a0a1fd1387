//! Markers for the JSON of v2, beside those of [`payments_core::wire`].

use payments_core::wire::{FromText, Json, Lenient, Optional, Scalar, Seconds};
use payments_core::{Amount, Timestamp};
use serde::{Deserialize, Deserializer, de};
use serde_with::DeserializeAs;
use std::marker::PhantomData;

/// An `Option` of an id or a time, for which `0` also means that it is not set: the gateway's messages are those of proto3,
/// where a field that is not set and one with the value zero are the same.
pub(crate) struct NonZero<A = Scalar>(PhantomData<A>);

impl<'de, T, A: DeserializeAs<'de, T>> DeserializeAs<'de, Option<T>> for NonZero<A> {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let json = Json::deserialize(deserializer)?;
        if matches!(json.as_str(), "0" | "\"0\"") {
            return Ok(None);
        }
        json.read_as::<Optional<A>, Option<T>>()
            .map_err(de::Error::custom)
    }
}

/// A time that only informs, in Unix seconds: what cannot be read is `None`, and so is zero.
pub(crate) struct Time;

impl<'de> DeserializeAs<'de, Option<Timestamp>> for Time {
    fn deserialize_as<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let time: Option<Timestamp> = Lenient::<Seconds>::deserialize_as(deserializer)?;
        Ok(time.filter(|time| time.as_secs() > 0))
    }
}

/// An amount that may be padded with zeros, such as the 24 decimals of a swap's record. They are dropped before it is read,
/// because they may be more digits than an [`Amount`] can have.
pub(crate) struct Padded;

impl<'de> DeserializeAs<'de, Amount> for Padded {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text: String = Scalar::deserialize_as(deserializer)?;
        let digits = match text.contains('.') && !text.contains(['e', 'E']) {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        Amount::from_text(digits).ok_or_else(|| de::Error::custom(<Amount as FromText>::PROBLEM))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::wire;

    #[serde_with::serde_as]
    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(default)]
        #[serde_as(as = "NonZero")]
        id: Option<u64>,
        #[serde(default)]
        #[serde_as(as = "Optional<Padded>")]
        amount: Option<Amount>,
    }

    fn read(json: &str) -> Result<(Option<u64>, Option<String>), wire::ReadError> {
        let row: Row = wire::read(json.as_bytes())?;
        Ok((row.id, row.amount.map(|amount| amount.to_string())))
    }

    #[test]
    fn zero_is_not_an_id() {
        for unset in [
            "{}",
            r#"{"id":0}"#,
            r#"{"id":"0"}"#,
            r#"{"id":""}"#,
            r#"{"id":null}"#,
        ] {
            assert_eq!(read(unset).unwrap().0, None, "{unset}");
        }
        for set in [r#"{"id":1280}"#, r#"{"id":"1280"}"#] {
            assert_eq!(read(set).unwrap().0, Some(1280));
        }
        for wrong in [r#"{"id":"x"}"#, r#"{"id":-1}"#, r#"{"id":[1]}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn padding_is_dropped_and_nothing_else() {
        for (padded, plain) in [
            ("1.000000000000000000000000", "1"),
            (
                "123456789012345678901.500000000000000000000000",
                "123456789012345678901.5",
            ),
            ("0.000000000000000000000000", "0"),
            ("100", "100"),
            ("0.10", "0.1"),
        ] {
            let row = read(&format!(r#"{{"amount":"{padded}"}}"#)).unwrap();
            assert_eq!(row.1.as_deref(), Some(plain), "{padded}");
        }
        for wrong in ["-1.0", "1,5", "..", "."] {
            assert!(
                read(&format!(r#"{{"amount":"{wrong}"}}"#)).is_err(),
                "{wrong}"
            );
        }
    }
}
