//! A gateway that repeats what it received, in every spelling: no error may show what is confidential in it.

use crate::{Error, Fault, Operation};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;

/// The calls whose confidential values were repeated in errors, and none was shown.
#[derive(Debug)]
pub struct Repeats {
    public: &'static [&'static str],
    calls: BTreeSet<&'static str>,
    names: BTreeSet<String>,
    errors: usize,
}

impl Repeats {
    /// `public` names the fields that an error may show. Everything else that is sent must be masked.
    pub const fn new(public: &'static [&'static str]) -> Self {
        Self {
            public,
            calls: BTreeSet::new(),
            names: BTreeSet::new(),
            errors: 0,
        }
    }

    /// Repeats every confidential value of a call, in every spelling: in pages of others, which `parse` reads, and in the
    /// gateway's own words, of which `refuse` makes a refusal and reads it. `sent` are the names and values of the request.
    ///
    /// # Panics
    /// If an error shows a value. Of one with one or two characters, only its mask is looked for.
    pub fn through<O: Operation>(
        &mut self,
        sent: impl IntoIterator<Item = (String, String)>,
        parse: impl Fn(&Response<Bytes>) -> Fault,
        refuse: impl Fn(&str) -> Fault,
    ) {
        self.calls.insert(O::NAME);
        for (name, value) in sent {
            if self.public.contains(&&*name) || value.is_empty() {
                continue;
            }
            let is_short = value.chars().count() < 3;
            for spelling in spellings(&value) {
                let check = |shown: &str| {
                    let hides = |text: &str| is_short || !shown.contains(text);
                    assert!(
                        hides(&value) && hides(&spelling),
                        "{} shows {name}: {shown}",
                        O::NAME
                    );
                };
                let pages = pages(&spelling);
                let messages = [
                    spelling.clone(),
                    format!("field {name}={spelling}, try again"),
                ];
                self.errors += pages.len() + messages.len();
                for page in pages {
                    let fault = parse(&page);
                    let error = Error::from_fault("test", O::NAME, O::EFFECT, fault, None);
                    check(&format!("{error} {error:?}"));
                }
                for message in messages {
                    let error =
                        Error::from_fault("test", O::NAME, O::EFFECT, refuse(&message), None);
                    let words = format!("{:?} {:?}", error.message(), error.request_id());
                    assert!(words.contains("***"), "{}: {name}: {words}", O::NAME);
                    check(&format!("{error} {error:?} {words}"));
                }
            }
            self.names.insert(name);
        }
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }
}

impl fmt::Display for Repeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, names) = (self.calls.len(), self.names.len());
        let errors = self.errors;
        write!(
            f,
            "{calls} calls, {names} confidential fields, {errors} errors, 0 values shown"
        )
    }
}

/// The texts of a JSON body with the names of their fields. JSON text in a text counts with its parts.
pub fn json_texts(body: &[u8]) -> Vec<(String, String)> {
    fn collect(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => {
                found.push((name.to_owned(), text.clone()));
                let inside = serde_json::from_str(text);
                if let Ok(inside @ (Value::Array(_) | Value::Object(_))) = inside {
                    collect(name, &inside, found);
                }
            }
            Value::Array(rows) => rows.iter().for_each(|row| collect(name, row, found)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    collect(name, value, found);
                }
            }
            _ => {}
        }
    }

    let mut found = Vec::new();
    collect(
        "",
        &serde_json::from_slice(body).unwrap_or_default(),
        &mut found,
    );
    found
}

/// A value in the spellings in which messages repeat values.
fn spellings(value: &str) -> Vec<String> {
    let percent = |plain: fn(u8) -> bool| -> String {
        let bytes = value.bytes();
        bytes
            .map(|byte| match byte {
                _ if plain(byte) => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let form = percent(|byte| byte.is_ascii_alphanumeric() || b"*-._".contains(&byte));
    let quoted = Value::from(value).to_string();
    let escaped = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let units = value.encode_utf16();
    vec![
        value.to_owned(),
        value.to_uppercase(),
        value.to_lowercase(),
        value.replace(' ', "+"),
        form.replace("%20", "+"),
        form.to_lowercase(),
        form,
        percent(|byte| byte.is_ascii_alphanumeric()),
        percent(|_| false).to_lowercase(),
        escaped.unwrap_or_default().to_owned(),
        Value::from(&*quoted).to_string(),
        units.map(|unit| format!("\\u{unit:04X}")).collect(),
    ]
}

/// Answers that are not the API's, and repeat a text.
fn pages(text: &str) -> Vec<Response<Bytes>> {
    let page = |status: StatusCode, body: String| {
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = status;
        answer
    };
    let mut pages = vec![
        page(
            StatusCode::FORBIDDEN,
            format!("<html><title>{text}</title>"),
        ),
        page(StatusCode::BAD_GATEWAY, format!("<html><h1>No {text}</h1>")),
        page(StatusCode::NOT_FOUND, format!("no route to {text}")),
        page(StatusCode::OK, format!("<br />{text} is undefined")),
        page(
            StatusCode::UNAUTHORIZED,
            json!({ "message": text }).to_string(),
        ),
    ];
    if let Ok(location) = HeaderValue::from_str(&format!("/login/{text}")) {
        let mut redirect = page(StatusCode::FOUND, String::new());
        redirect.headers_mut().insert("location", location);
        pages.push(redirect);
    }
    pages
}
