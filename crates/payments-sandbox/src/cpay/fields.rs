//! Reading a verified parameter by its type in the specification.

use super::answer::Refusal;
use super::verify::Verified;
use crate::amount::Amount;

impl Verified {
    /// `String(max)`, mandatory. Lengths count characters (assumed: the unit is not documented).
    pub(super) fn required(&self, name: &str, max: usize) -> Result<&str, Refusal> {
        let value = self
            .get(name)
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))?;
        limit(name, value, max)
    }

    /// `String(max)`, optional: the empty text when it was not sent.
    pub(super) fn optional(&self, name: &str, max: usize) -> Result<&str, Refusal> {
        self.get(name)
            .map_or(Ok(""), |value| limit(name, value, max))
    }

    /// `Long`, mandatory.
    pub(super) fn long(&self, name: &str) -> Result<u64, Refusal> {
        let value = self
            .get(name)
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))?;
        let plain = value.bytes().all(|byte| byte.is_ascii_digit());
        value
            .parse::<i64>()
            .ok()
            .filter(|_| plain)
            .and_then(|number| u64::try_from(number).ok())
            .ok_or_else(|| Refusal::field(name, "is not a whole number that fits a Long"))
    }

    /// A positive decimal of at most eight decimals.
    pub(super) fn amount(&self, name: &str) -> Result<Amount, Refusal> {
        let text = self.required(name, 128)?;
        Amount::parse(text).map_err(|bad| Refusal::field(name, bad))
    }
}

fn limit<'a>(name: &str, value: &'a str, max: usize) -> Result<&'a str, Refusal> {
    let length = value.chars().count();
    if length > max {
        return Err(Refusal::field(
            name,
            format!("has {length} characters; at most {max} are allowed"),
        ));
    }
    Ok(value)
}
