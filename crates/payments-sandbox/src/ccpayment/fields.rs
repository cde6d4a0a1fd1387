//! Reads the fields of a verified body, strict about types and lengths. The official SDKs send an option that is not set in
//! four ways, which are the same here: `""`, `0`, `null` and not at all.

use serde_json::Value;

use super::answer::{Class, Refusal};
use super::coins::{self, Token};
use super::limits;
use super::verify::Verified;
use crate::shared::amount::Amount;
use crate::shared::text::is_web_url;

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        _ => false,
    }
}

impl Verified {
    fn given(&self, name: &str) -> Option<&Value> {
        self.value(name).filter(|value| !is_unset(value))
    }

    /// A text of at most `longest` characters; empty if it is not set.
    pub(super) fn optional(&self, name: &str, longest: usize) -> Result<&str, Refusal> {
        let text = match self.given(name) {
            None => return Ok(""),
            Some(Value::String(text)) => text,
            Some(_) => return Err(Refusal::field(name, "is not a text")),
        };
        if text.chars().count() > longest {
            return Err(Refusal::field(
                name,
                format!("is longer than {longest} characters"),
            ));
        }
        Ok(text)
    }

    /// A required text.
    pub(super) fn required(&self, name: &str, longest: usize) -> Result<&str, Refusal> {
        match self.optional(name, longest)? {
            "" => Err(Refusal::field(name, "is missing or empty")),
            text => Ok(text),
        }
    }

    pub(super) fn free(&self, name: &str) -> Result<&str, Refusal> {
        self.optional(name, limits::TEXT)
    }

    /// A web URL; empty if it is not set.
    pub(super) fn web(&self, name: &str) -> Result<&str, Refusal> {
        let url = self.optional(name, limits::URL)?;
        if !url.is_empty() && !is_web_url(url) {
            return Err(Refusal::field(name, "is not an http or https URL"));
        }
        Ok(url)
    }

    pub(super) fn merchant_order_id(&self) -> Result<&str, Refusal> {
        let name = "merchant_order_id";
        let id = self.required(name, limits::ORDER_ID)?;
        if id.chars().any(char::is_control) {
            return Err(Refusal::field(name, "has control characters"));
        }
        Ok(id)
    }

    /// A non-negative integer; `None` if it is not set.
    pub(super) fn integer(&self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.given(name) {
            None => Ok(None),
            Some(value) => value
                .as_u64()
                .map(Some)
                .ok_or_else(|| Refusal::field(name, "is not a non-negative integer")),
        }
    }

    /// A switch that is off if it is not set.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Refusal> {
        match self.given(name) {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(_) => Err(Refusal::field(name, "is not true or false")),
        }
    }

    /// A memo. The table has a number, the SDKs send a text; both are accepted.
    pub(super) fn memo(&self) -> Result<String, Refusal> {
        match self.given("memo") {
            Some(Value::Number(number)) if number.is_u64() => Ok(number.to_string()),
            _ => self.optional("memo", limits::MEMO).map(str::to_owned),
        }
    }

    /// A positive decimal text.
    pub(super) fn amount(&self, name: &str, decimals: usize) -> Result<Amount, Refusal> {
        let text = self.required(name, limits::AMOUNT)?;
        Amount::parse(text, decimals).map_err(|bad| Refusal::field(name, bad))
    }

    /// The token of `token_id`.
    pub(super) fn token(&self) -> Result<&'static Token, Refusal> {
        let id = self.required("token_id", limits::ID)?;
        coins::token(id).ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "token_id is not a token of this sandbox; coin/all lists them",
            )
        })
    }
}
