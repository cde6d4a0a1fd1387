//! The few values an admin call may carry, as JSON or as a form. A misspelt name is an error, not a default, and so is a
//! value of another call.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::actions::ActionError;
use crate::chainup_opay::ChainupOpayFault;
use crate::cpay::Deposit;
use crate::form;
use crate::store::shorten;

/// The fields of a payment, of a deposit, of moving the clock, of a fault, and of every other call.
pub(super) const PAY: &[&str] = &["amount"];
pub(super) const DEPOSIT: &[&str] = &["user_id", "currency", "network", "amount"];
pub(super) const ADVANCE: &[&str] = &["advance_ms"];
pub(super) const FAULT: &[&str] = &["code", "carried_out"];
/// Of CCPayment: a coin that is chosen, a deposit to a permanent address, an invoice.
pub(super) const CHOICE: &[&str] = &["token_id"];
pub(super) const TO_ADDRESS: &[&str] = &["user_id", "token_id", "amount"];
pub(super) const INVOICE: &[&str] = &["email", "token_id", "amount"];
pub(super) const NOTHING: &[&str] = &[];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    /// A decimal as a text, or as a JSON number by the digits it is written with.
    #[serde(default, deserialize_with = "decimal")]
    pub(super) amount: Option<String>,
    pub(super) advance_ms: Option<u64>,
    pub(super) user_id: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) network: Option<String>,
    pub(super) token_id: Option<String>,
    pub(super) email: Option<String>,
    pub(super) code: Option<String>,
    pub(super) carried_out: Option<bool>,
}

/// The text of a JSON string, or the digits of a JSON number: no float in between.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    match raw.get() {
        text if text.starts_with('"') => serde_json::from_str(text).map_err(D::Error::custom),
        number if number.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
            Ok(Some(number.to_owned()))
        }
        _ => Err(D::Error::custom("amount is neither a text nor a number")),
    }
}

impl Wish {
    /// Reads a call that has these fields.
    pub(super) fn read(
        headers: &HeaderMap,
        body: &Bytes,
        fields: &[&str],
    ) -> Result<Self, ActionError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        // Programs that are written in a hurry send JSON as a form; no form begins with a brace.
        let json = body.trim_ascii_start().starts_with(b"{");
        if json || kind.eq_ignore_ascii_case("application/json") {
            let wish: Self = serde_json::from_slice(body).map_err(|error| {
                let error = shorten(&error.to_string(), 200);
                ActionError::Invalid(format!("The JSON body cannot be used: {error}."))
            })?;
            let foreign = wish.given().find(|name| !fields.contains(name));
            return match foreign {
                Some(name) => Err(ActionError::Invalid(format!(
                    "The JSON body cannot be used: `{name}` is no field of this call."
                ))),
                None => Ok(wish),
            };
        }
        if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Self::from_form(body, fields);
        }
        Err(ActionError::Invalid(
            "The Content-Type must be application/json or application/x-www-form-urlencoded."
                .to_owned(),
        ))
    }

    /// The names of the values that are there.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        [
            ("amount", self.amount.is_some()),
            ("advance_ms", self.advance_ms.is_some()),
            ("user_id", self.user_id.is_some()),
            ("currency", self.currency.is_some()),
            ("network", self.network.is_some()),
            ("token_id", self.token_id.is_some()),
            ("email", self.email.is_some()),
            ("code", self.code.is_some()),
            ("carried_out", self.carried_out.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
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

    /// The fault that is asked for.
    pub(super) fn fault(self) -> Result<ChainupOpayFault, ActionError> {
        let code = self.code.as_deref().unwrap_or_default();
        let code = code.parse().map_err(|_| {
            ActionError::Invalid(
                "A fault needs a code as a text of digits: {\"code\": \"50009\"}.".to_owned(),
            )
        })?;
        Ok(if self.carried_out.unwrap_or_default() {
            ChainupOpayFault::after(code)
        } else {
            ChainupOpayFault::instead(code)
        })
    }

    fn from_form(body: &[u8], fields: &[&str]) -> Result<Self, ActionError> {
        let invalid = |what: &dyn std::fmt::Display| {
            ActionError::Invalid(format!("The form cannot be used: {what}."))
        };
        let text = std::str::from_utf8(body).map_err(|error| invalid(&error))?;
        let mut wish = Self::default();
        let mut seen = Vec::new();
        for pair in form::pairs(text) {
            let (name, mut value) = pair.map_err(|error| invalid(&error))?;
            let Some(&known) = fields.iter().find(|known| **known == name) else {
                let name = shorten(&name, 40);
                return Err(invalid(&format!("`{name}` is no field of this call")));
            };
            if seen.contains(&known) {
                return Err(invalid(&format!("`{name}` stands twice in it")));
            }
            seen.push(known);
            // An empty input of a page is one that was left alone.
            if value.is_empty() {
                continue;
            }
            let field = match known {
                "advance_ms" => {
                    let number = value.parse();
                    wish.advance_ms =
                        Some(number.map_err(|_| invalid(&"advance_ms is not a whole number"))?);
                    continue;
                }
                "carried_out" => {
                    let answer = value.parse();
                    wish.carried_out = Some(
                        answer.map_err(|_| invalid(&"carried_out is neither true nor false"))?,
                    );
                    continue;
                }
                "amount" => &mut wish.amount,
                "code" => &mut wish.code,
                "user_id" => &mut wish.user_id,
                "currency" => &mut wish.currency,
                "token_id" => &mut wish.token_id,
                "email" => &mut wish.email,
                _ => &mut wish.network,
            };
            *field = Some(std::mem::take(&mut *value));
        }
        Ok(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &'static str, body: &'static str, fields: &[&str]) -> Result<Wish, ActionError> {
        let headers = [(header::CONTENT_TYPE, kind.parse().unwrap())];
        Wish::read(&headers.into_iter().collect(), &Bytes::from(body), fields)
    }

    #[test]
    fn json_and_form_say_the_same() {
        for (kind, body) in [
            ("application/json", r#"{"amount":"1.5"}"#),
            // The digits as they are written.
            ("application/json", r#"{"amount":1.50}"#),
            // curl -d without a Content-Type of its own.
            ("application/x-www-form-urlencoded", r#"{"amount":"1.5"}"#),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                "amount=1.5",
            ),
        ] {
            let amount = read(kind, body, PAY).unwrap().amount.unwrap();
            assert_eq!(amount.trim_end_matches('0'), "1.5", "{body}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        let (json, form) = ("application/json", "application/x-www-form-urlencoded");
        for (kind, body, fields) in [
            (json, r#"{"amount":[1]}"#, PAY),
            (json, r#"{"amuont":"1.5"}"#, PAY),
            (json, r#"{"amount":"1","amount":"1"}"#, PAY),
            (json, r#"{"amount":"1.5"}"#, ADVANCE),
            (json, r#"{"advance_ms":1}"#, NOTHING),
            (json, r#"{"user_id":"1","amount":"1"}"#, PAY),
            (form, "advance_ms=-1", ADVANCE),
            (form, "advance_ms=1", DEPOSIT),
            (form, "amount=1&amount=1", PAY),
            (form, "amount=&amount=1", PAY),
            ("text/plain", "amount=1.5", PAY),
        ] {
            assert!(
                matches!(read(kind, body, fields), Err(ActionError::Invalid(_))),
                "{body}"
            );
        }
    }
}
