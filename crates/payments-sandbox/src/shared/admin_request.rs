//! A call of the admin API: its fields as JSON or as a form, and the answer for a program or a browser.

use std::collections::BTreeMap;
use std::fmt::Display;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::action::ActionError;
use super::text::shorten;
use super::{form, html, http};

/// A call of the admin API.
pub(crate) struct AdminRequest {
    headers: HeaderMap,
    /// The id of the element that a browser is led back to: `at` in the query.
    at: Option<String>,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for AdminRequest {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let at = request
            .uri()
            .query()
            .and_then(|query| query.strip_prefix("at="));
        let at = at.filter(|at| is_element(at)).map(str::to_owned);
        let body = Bytes::from_request(request, state).await;
        let body =
            body.map_err(|problem| refused(&headers, problem.status(), &problem.body_text()))?;
        Ok(Self { headers, at, body })
    }
}

/// The parameters in the path of a call.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(parameters)) => Ok(Self(parameters)),
            Err(problem) => Err(refused(
                &parts.headers,
                problem.status(),
                &problem.body_text(),
            )),
        }
    }
}

/// An error as JSON for a program, and as a page for a browser.
pub(crate) fn refused(headers: &HeaderMap, status: StatusCode, sentence: &str) -> Response {
    match html::is_wanted(headers) {
        true => html::notice(status, "That did not work", sentence),
        false => http::problem(status, sentence),
    }
}

/// The fields of a call that has none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFields {}

impl AdminRequest {
    /// Reads the fields `T` (which denies unknown ones), acts, and answers with JSON, or leads a browser back to the page.
    pub(crate) fn answer<T: DeserializeOwned, R: Serialize>(
        &self,
        act: impl FnOnce(T) -> Result<R, ActionError>,
    ) -> Response {
        self.answer_or_page(act, |error| {
            html::notice(error.status(), "That did not work", &error.to_string())
        })
    }

    /// The same, with another page for a browser if the action is refused.
    pub(crate) fn answer_or_page<T: DeserializeOwned, R: Serialize>(
        &self,
        act: impl FnOnce(T) -> Result<R, ActionError>,
        refused: impl FnOnce(&ActionError) -> Response,
    ) -> Response {
        let done = self.fields().and_then(act);
        let browser = html::is_wanted(&self.headers);
        match done {
            Ok(_) if browser => Redirect::to(&self.way_back()).into_response(),
            Ok(value) => http::answer(StatusCode::OK, &value),
            Err(error) if browser => refused(&error),
            Err(error) => http::problem(error.status(), &error.to_string()),
        }
    }

    /// A field of a form as it was sent; empty if it is missing.
    pub(crate) fn field(&self, name: &str) -> String {
        let pairs = form::pairs(&self.body).unwrap_or_default();
        let found = pairs.into_iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.to_string())
    }

    /// The page that sent the form, at the element that it named.
    fn way_back(&self) -> String {
        let referer = self.headers.get(header::REFERER);
        let referer: Option<Uri> = referer.and_then(|value| value.to_str().ok()?.parse().ok());
        let page = referer.as_ref().and_then(|uri| {
            let path = uri.path_and_query()?.as_str();
            let rest = path.strip_prefix("/_sandbox")?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(path)
        });
        let mut page = page.unwrap_or("/_sandbox").to_owned();
        // The page about a refused action has the address of the action.
        let parts: Vec<&str> = page.split('/').collect();
        if let ["", "_sandbox", "orders", id, _] = parts.as_slice() {
            page = format!("/_sandbox/orders/{id}");
        }
        match &self.at {
            Some(at) => format!("{page}#{at}"),
            None => page,
        }
    }

    fn fields<T: DeserializeOwned>(&self) -> Result<T, ActionError> {
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        let bad = |what: &str, error: &dyn Display| {
            let error = shorten(&error.to_string(), 200);
            ActionError::Invalid(format!("The {what} cannot be used: {error}."))
        };
        // `curl -d '{…}'` sends JSON with the content type of forms.
        let is_json = self.body.trim_ascii_start().starts_with(b"{");
        if self.body.is_empty() {
            serde_json::from_str("{}").map_err(|error| bad("empty body", &error))
        } else if is_json || kind.eq_ignore_ascii_case("application/json") {
            serde_json::from_slice(&self.body).map_err(|error| bad("JSON body", &error))
        } else if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            // A place in the JSON says nothing about a form.
            let without_place = |error: serde_json::Error| {
                let text = error.to_string();
                let place = text.rfind(" at line ").unwrap_or(text.len());
                text.split_at(place).0.to_owned()
            };
            form_as_json(&self.body)
                .and_then(|json| serde_json::from_str(&json).map_err(without_place))
                .map_err(|error| bad("form", &error))
        } else {
            Err(ActionError::Invalid(
                "The Content-Type must be application/json or application/x-www-form-urlencoded."
                    .to_owned(),
            ))
        }
    }
}

/// Whether a text can be the id of an element of the pages.
fn is_element(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.len() <= 128 && text.bytes().all(plain)
}

/// A form as the text of a JSON object. An empty input of a page counts as not set.
fn form_as_json(body: &[u8]) -> Result<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in form::pairs(body).map_err(|error| error.to_string())? {
        if fields.contains_key(&name) {
            return Err(format!("duplicate field `{name}`"));
        }
        fields.insert(name, value);
    }
    fields.retain(|_, value| !value.is_empty());
    let fields: BTreeMap<&str, &str> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    serde_json::to_string(&fields).map_err(|error| error.to_string())
}

/// Reads a JSON string, or the digits of a JSON number without a float in between.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(input)? else {
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

/// Reads a JSON value, or a text that spells it, as every value of a form does.
pub(crate) fn spelled<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(input)?;
    let text: Result<String, _> = serde_json::from_str(raw.get());
    let spelled = text.as_deref().unwrap_or_else(|_| raw.get());
    serde_json::from_str(spelled).map_err(|_| {
        let value = shorten(spelled, 40);
        D::Error::custom(format!("`{value}` is not a valid value"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Amount {
        #[serde(default, deserialize_with = "decimal")]
        amount: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        #[serde(default, deserialize_with = "spelled")]
        advance_ms: Option<u64>,
    }

    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";

    fn read<T: DeserializeOwned>(kind: &'static str, body: &'static str) -> Result<T, ActionError> {
        let headers = [(header::CONTENT_TYPE, kind.parse().unwrap())];
        let request = AdminRequest {
            headers: headers.into_iter().collect(),
            at: None,
            body: Bytes::from(body),
        };
        request.fields()
    }

    #[test]
    fn json_and_forms_give_the_same_fields() {
        for (kind, body) in [
            (JSON, r#"{"amount":"1.5"}"#),
            // A number keeps its digits.
            (JSON, r#"{"amount":1.5}"#),
            // `curl -d` without a Content-Type.
            (FORM, r#"{"amount":"1.5"}"#),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                "amount=1.5",
            ),
        ] {
            let fields: Amount = read(kind, body).unwrap();
            assert_eq!(fields.amount.as_deref(), Some("1.5"), "{body}");
        }
        for (kind, body) in [(JSON, r#"{"advance_ms":7}"#), (FORM, "advance_ms=7")] {
            let fields: Advance = read(kind, body).unwrap();
            assert_eq!(fields.advance_ms, Some(7), "{body}");
        }
        assert_eq!(read::<Amount>(FORM, "amount=").unwrap().amount, None);
        read::<NoFields>(JSON, "").unwrap();
    }

    #[test]
    fn refuses_wrong_unknown_and_duplicate_fields() {
        fn refuse<T: DeserializeOwned + std::fmt::Debug>(kind: &'static str, body: &'static str) {
            let error = read::<T>(kind, body).unwrap_err();
            assert!(matches!(error, ActionError::Invalid(_)), "{body}");
        }
        for (kind, body) in [
            (JSON, r#"{"amount":[1]}"#),
            (JSON, r#"{"amuont":"1.5"}"#),
            (JSON, r#"{"amount":"1","amount":"1"}"#),
            (JSON, r#"{"user_id":"1","amount":"1"}"#),
            (FORM, "amount=1&amount=1"),
            (FORM, "amount=&amount=1"),
            ("text/plain", "amount=1.5"),
        ] {
            refuse::<Amount>(kind, body);
        }
        refuse::<Advance>(JSON, r#"{"amount":"1.5"}"#);
        refuse::<Advance>(FORM, "advance_ms=-1");
        refuse::<NoFields>(JSON, r#"{"advance_ms":1}"#);
        refuse::<NoFields>(FORM, "advance_ms=1");
    }
}
