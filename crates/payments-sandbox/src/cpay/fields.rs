//! Reading a verified parameter by its type in the specification.

use super::answer::Refusal;
use super::coins::DECIMALS;
use super::verify::Verified;
use crate::shared::amount::Amount;
use crate::shared::text::is_digits;

/// The most characters of `extInfo` and `returnURL` where no table gives a number (assumed).
const LONGEST_FREE: usize = 2_048;

impl Verified {
    /// `String(max)`, mandatory. Lengths count characters (assumed: the unit is not documented).
    pub(super) fn required(&self, name: &str, max: usize) -> Result<&str, Refusal> {
        let value = self
            .get(name)
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))?;
        limit(name, value, max)
    }

    /// `String(max)`, optional: the empty text if it was not sent.
    pub(super) fn optional(&self, name: &str, max: usize) -> Result<&str, Refusal> {
        self.get(name)
            .map_or(Ok(""), |value| limit(name, value, max))
    }

    /// `Long`, mandatory.
    pub(super) fn long(&self, name: &str) -> Result<u64, Refusal> {
        let value = self
            .get(name)
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))?;
        value
            .parse::<i64>()
            .ok()
            .filter(|_| is_digits(value))
            .and_then(|number| u64::try_from(number).ok())
            .ok_or_else(|| Refusal::field(name, "is not an integer that fits a Long"))
    }

    /// A positive decimal of at most eight decimals.
    pub(super) fn amount(&self, name: &str) -> Result<Amount, Refusal> {
        self.amount_with(name, DECIMALS)
    }

    /// A positive decimal of at most `decimals` decimals.
    pub(super) fn amount_with(&self, name: &str, decimals: usize) -> Result<Amount, Refusal> {
        let text = self.required(name, 128)?;
        Amount::parse(text, decimals).map_err(|bad| Refusal::field(name, bad))
    }

    /// One of a few texts, mandatory.
    pub(super) fn one_of(
        &self,
        name: &str,
        known: &'static [&'static str],
    ) -> Result<&'static str, Refusal> {
        let value = self.required(name, 64)?;
        known
            .iter()
            .find(|text| **text == value)
            .copied()
            .ok_or_else(|| Refusal::field(name, format!("must be one of {}", known.join(", "))))
    }

    /// As [`one_of`](Self::one_of), but optional with a default.
    pub(super) fn one_of_or(
        &self,
        name: &str,
        known: &'static [&'static str],
        default: &'static str,
    ) -> Result<&'static str, Refusal> {
        match self.get(name) {
            None => Ok(default),
            Some(_) => self.one_of(name, known),
        }
    }

    /// `String(max)` of a form that the table describes, mandatory.
    pub(super) fn shaped(
        &self,
        name: &str,
        max: usize,
        fits: impl FnOnce(&str) -> bool,
        problem: &str,
    ) -> Result<&str, Refusal> {
        let value = self.required(name, max)?;
        if fits(value) {
            Ok(value)
        } else {
            Err(Refusal::field(name, problem))
        }
    }

    /// An optional parameter without a documented length.
    pub(super) fn free(&self, name: &str) -> Result<&str, Refusal> {
        self.optional(name, LONGEST_FREE)
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
