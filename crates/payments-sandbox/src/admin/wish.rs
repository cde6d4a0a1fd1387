//! The few values an admin call may carry, as JSON or as a form. A misspelt name is an error, not a default.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::Deserialize;

use crate::actions::{ActionError, Deposit};
use crate::form;
use crate::store::shorten;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    /// A decimal as a text; a JSON number would have gone through a float somewhere.
    pub(super) amount: Option<String>,
    pub(super) advance_ms: Option<u64>,
    pub(super) user_id: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) network: Option<String>,
}

impl Wish {
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, ActionError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        if kind.eq_ignore_ascii_case("application/json") {
            return serde_json::from_slice(body).map_err(|error| {
                ActionError::Invalid(format!("The JSON body cannot be used: {error}."))
            });
        }
        if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Self::from_form(body);
        }
        Err(ActionError::Invalid(
            "The Content-Type must be application/json or application/x-www-form-urlencoded."
                .to_owned(),
        ))
    }

    /// The deposit that is asked for.
    pub(super) fn deposit(self) -> Result<Deposit, ActionError> {
        let given = |name: &str, value: Option<String>| {
            value.ok_or_else(|| {
                ActionError::Invalid(format!(
                    "A deposit needs user_id, currency, network and amount; {name} is missing."
                ))
            })
        };
        Ok(Deposit::new(
            given("user_id", self.user_id)?,
            given("currency", self.currency)?,
            given("network", self.network)?,
            given("amount", self.amount)?,
        ))
    }

    fn from_form(body: &[u8]) -> Result<Self, ActionError> {
        let invalid = |what: &dyn std::fmt::Display| {
            ActionError::Invalid(format!("The form cannot be used: {what}."))
        };
        let text = std::str::from_utf8(body).map_err(|error| invalid(&error))?;
        let mut wish = Self::default();
        for pair in form::pairs(text) {
            let (name, value) = pair.map_err(|error| invalid(&error))?;
            let field = match name.as_str() {
                "advance_ms" if value.is_empty() => continue,
                "advance_ms" => {
                    let number = value.parse();
                    wish.advance_ms =
                        Some(number.map_err(|_| invalid(&"advance_ms is not a whole number"))?);
                    continue;
                }
                "amount" => &mut wish.amount,
                "user_id" => &mut wish.user_id,
                "currency" => &mut wish.currency,
                "network" => &mut wish.network,
                other => {
                    let other = shorten(other, 40);
                    return Err(invalid(&format!("`{other}` is no field of it")));
                }
            };
            // An empty input of a page is one that was left alone.
            if !value.is_empty() {
                *field = Some(value);
            }
        }
        Ok(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &'static str, body: &'static str) -> Result<Wish, ActionError> {
        let headers = [(header::CONTENT_TYPE, kind.parse().unwrap())];
        Wish::read(&headers.into_iter().collect(), &Bytes::from(body))
    }

    #[test]
    fn json_and_form_say_the_same() {
        for (kind, body) in [
            ("application/json", r#"{"amount":"1.5"}"#),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                "amount=1.5&advance_ms=",
            ),
        ] {
            assert_eq!(read(kind, body).unwrap().amount.as_deref(), Some("1.5"));
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (kind, body) in [
            ("application/json", r#"{"amount":1.5}"#),
            ("application/json", r#"{"amuont":"1.5"}"#),
            // curl -d without a Content-Type of its own
            ("application/x-www-form-urlencoded", r#"{"amount":"1.5"}"#),
            ("application/x-www-form-urlencoded", "advance_ms=-1"),
            ("text/plain", "amount=1.5"),
        ] {
            assert!(
                matches!(read(kind, body), Err(ActionError::Invalid(_))),
                "{body}"
            );
        }
    }
}
