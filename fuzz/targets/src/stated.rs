//! What a JSON text states, read without the parsers that are under test.

use std::collections::BTreeMap;

use payments_core::Amount;
use serde_json::value::{RawValue, to_raw_value};

/// An object, with its values as they are written.
#[derive(Debug, Default)]
pub(crate) struct Stated(BTreeMap<String, Box<RawValue>>);

impl Stated {
    /// Invalid UTF-8 is replaced: it may be in a field that is not read.
    pub(crate) fn of(json: &[u8]) -> Option<Self> {
        let json = String::from_utf8_lossy(json);
        serde_json::from_str(&json).ok().map(Self)
    }

    pub(crate) fn of_form(form: &[u8]) -> Self {
        let fields = form_urlencoded::parse(form).into_owned();
        let texts = fields.map(|(name, value)| (name, to_raw_value(&value).unwrap()));
        Self(texts.collect())
    }

    /// The object in a field, or an empty one.
    pub(crate) fn object(&self, field: &str) -> Self {
        let value = self.0.get(field);
        value
            .and_then(|value| Self::of(value.get().as_bytes()))
            .unwrap_or_default()
    }

    /// The objects of the array in a field.
    pub(crate) fn objects(&self, field: &str) -> Vec<Self> {
        let value = self.0.get(field);
        let values: Option<Vec<Box<RawValue>>> =
            value.and_then(|value| serde_json::from_str(value.get()).ok());
        let values = values.unwrap_or_default().into_iter();
        values
            .map(|value| Self::of(value.get().as_bytes()).unwrap_or_default())
            .collect()
    }

    /// The text of a field, or its number as it is written. `None` if it is missing, `null` or empty.
    pub(crate) fn text(&self, field: &str) -> Option<String> {
        let text = text(self.0.get(field)?);
        Some(text).filter(|text| !text.is_empty())
    }

    /// All fields with their texts. That of `null` is empty.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let fields = self.0.iter();
        fields
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }

    /// Panics if a field states another text.
    pub(crate) fn states(&self, field: &str, read: Option<&str>) {
        assert_eq!(self.text(field).as_deref(), read, "{field}");
    }

    /// Panics if a field states another amount: the same number, or none if none was read.
    pub(crate) fn states_amount(&self, field: &str, read: Option<Amount>) {
        self.states_amount_if_any(field, read);
        assert_eq!(self.text(field).is_some(), read.is_some(), "{field}");
    }

    /// The same for a field that only informs: it may state what cannot be read.
    pub(crate) fn states_amount_if_any(&self, field: &str, read: Option<Amount>) {
        let (stated, Some(read)) = (self.text(field), read) else {
            return;
        };
        let stated = stated.as_deref().and_then(decimal);
        assert!(stated.is_some(), "{field} states no amount");
        assert_eq!(stated, decimal(&read.to_string()), "{field}");
    }
}

fn text(value: &RawValue) -> String {
    match value.get() {
        "null" => String::new(),
        json => serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
    }
}

/// The digits of a number without zeros at its ends, and the power of ten of the last one. It shares nothing with [`Amount`].
pub(crate) fn decimal(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i64 = exponent.parse().ok()?;
    let (fraction, digits) = (fraction.len(), digits.trim_start_matches('0'));
    let ended = digits.trim_end_matches('0');
    if ended.is_empty() {
        return Some((String::new(), 0));
    }
    let places = i64::try_from(digits.len() - ended.len()).ok()? - i64::try_from(fraction).ok()?;
    Some((ended.to_owned(), exponent.checked_add(places)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_is_the_same_in_every_spelling() {
        for text in ["10.50", "10.5", "1.05e1", "105E-1", "0010.500"] {
            assert_eq!(decimal(text), Some(("105".to_owned(), -1)), "{text}");
        }
        assert_eq!(decimal("0.00"), decimal("0e7"));
        assert_ne!(decimal("1"), decimal("10"));
        assert_eq!(decimal("-1"), None);
    }

    #[test]
    #[should_panic(expected = "paid")]
    fn another_number_than_the_stated_one_is_noticed() {
        let stated = Stated::of(br#"{"paid": 10}"#).unwrap();
        stated.states_amount("paid", Some("10.01".parse().unwrap()));
    }
}
