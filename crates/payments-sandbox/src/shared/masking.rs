//! What the pages may show of a message: its text with the values of some fields masked, and the references in it.
//!
//! A message is shown as it was received. So the text is not parsed and written again: it is read once from left to right, also if
//! it is cut off or malformed, and only masked values are replaced.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::text::shorten;

/// What stands for a masked value.
const MASK: &str = "***";
/// Parts of names whose values are never shown, in lower case, by their first letter: of secrets, cards and persons.
fn secret_parts(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["apikey"],
        // C-Pay spells it both ways.
        b'b' => &["birthday", "brithday"],
        b'c' => &["cardn", "cvv", "cvc"],
        b'd' => &["documenturl"],
        b'e' => &["email", "expdate"],
        b'f' => &["firstname"],
        b'i' => &["idcardurl"],
        b'l' => &["lastname"],
        b'm' => &["middlename", "mobile"],
        b'p' => &["password", "personalcode", "phone"],
        b's' => &["secret"],
        b't' => &["token"],
        _ => &[],
    }
}

/// Headers whose values are never shown, besides those with a [secret](is_secret) name.
const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];
/// Ends of the names whose values are references of orders, in lower case and without `_`.
const REFERENCES: [&str; 6] = [
    "orderid",
    "orderids",
    "ordernum",
    "tradeno",
    "recordid",
    "referenceid",
];
const MOST_REFERENCES: usize = 32;
const LONGEST_REFERENCE: usize = 128;
const LONGEST_NAME: usize = 64;

/// Whether the value of a field or header with this name is never shown.
pub(crate) fn is_secret(name: &str) -> bool {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    // Asked for every field of every message, so nothing is allocated.
    let has_part_at = |(at, first): (usize, u8)| {
        secret_parts(first).iter().any(|part| {
            let found = name.as_bytes().get(at..at + part.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(part.as_bytes()))
        })
    };
    name.bytes().enumerate().any(has_part_at)
        || SECRET_HEADERS.iter().any(|known| is(known))
        // The last part of C-Pay's canonical text, which clients with a mistake send.
        || is("key")
}

/// Whether a field with this name has the reference of an order.
fn is_reference(name: &str) -> bool {
    REFERENCES.iter().any(|end| {
        let letters = name.bytes().rev().filter(|letter| *letter != b'_');
        let mut letters = letters.map(|letter| letter.to_ascii_lowercase());
        let mut end = end.bytes().rev();
        end.all(|known| letters.next() == Some(known))
    })
}

/// The text that is signed, in which a body or a value can be JSON.
pub(crate) fn signed(text: String) -> String {
    let Some(start) = text.find(['{', '[']) else {
        return text;
    };
    // The ids of coins at CCPayment are no secrets.
    let hides = |name: &str| name != "token_id" && is_secret(name);
    let (start, rest) = text.split_at(start);
    format!("{start}{}", json(rest, &hides).text)
}

/// A text without these secrets.
pub(crate) fn without(secrets: &[String], mut text: String) -> String {
    for secret in secrets {
        if has(&text, secret) {
            text = text.replace(secret, MASK);
        }
    }
    text
}

/// Whether a text has one of these secrets.
pub(crate) fn has_secret(secrets: &[String], text: &str) -> bool {
    secrets.iter().any(|secret| has(text, secret))
}

/// Whether a text has a secret. Nearly none has, and the search for a few letters is much faster than that for many.
fn has(text: &str, secret: &str) -> bool {
    let first = secret.get(..8).unwrap_or(secret);
    text.contains(first) && text.contains(secret)
}

/// A text with masked values, and the references of orders in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) text: String,
    pub(crate) references: Vec<String>,
}

impl Masked {
    /// For the parts of a text of this length.
    fn with_capacity(length: usize) -> Self {
        Self {
            text: String::with_capacity(length),
            references: Vec::new(),
        }
    }

    /// Adds the value of a field: `shown` as it stands in the message, `value` decoded.
    fn value<'a>(
        &mut self,
        name: &str,
        shown: &str,
        value: impl FnOnce() -> Cow<'a, str>,
        hides: &dyn Fn(&str) -> bool,
    ) {
        if hides(name) {
            let is_text = shown.starts_with('"');
            self.text.push_str(if is_text { "\"***\"" } else { MASK });
            return;
        }
        self.text.push_str(shown);
        if is_reference(name) {
            self.refer(&value());
        }
    }

    fn refer(&mut self, value: &str) {
        let fits = !value.is_empty() && value.len() <= LONGEST_REFERENCE;
        let is_new = || !self.references.iter().any(|known| known == value);
        if fits && self.references.len() < MOST_REFERENCES && is_new() {
            self.references.push(value.to_owned());
        }
    }
}

/// Masks JSON. `hides` decides by the name of a field; values without a name have the empty one.
pub(crate) fn json(text: &str, hides: &dyn Fn(&str) -> bool) -> Masked {
    let mut masked = Masked::with_capacity(text.len());
    // The name of each open array, which its values have too; `None` for an object.
    let mut open: Vec<Option<Cow<'_, str>>> = Vec::new();
    let mut name = Cow::Borrowed("");
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let token = match first {
            '"' => string(rest),
            '{' | '[' if hides(&name) && !name.is_empty() => {
                let (_, after) = rest.split_at(container(rest));
                masked.text.push_str("\"***\"");
                rest = after;
                continue;
            }
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            space if space.is_whitespace() => space.len_utf8(),
            _ => rest
                .find(|letter: char| ",:{}[]\"".contains(letter) || letter.is_whitespace())
                .unwrap_or(rest.len())
                .max(first.len_utf8()),
        };
        let (token, after) = rest.split_at(token);
        rest = after;
        match first {
            '"' if rest.trim_start().starts_with(':') => {
                name = content(token);
                if name.len() > LONGEST_NAME {
                    name = Cow::Owned(shorten(&name, LONGEST_NAME));
                }
                masked.text.push_str(token);
                continue;
            }
            '{' => open.push(None),
            '[' => open.push(Some(name.clone())),
            '}' | ']' => drop(open.pop()),
            ',' | ':' => {}
            space if space.is_whitespace() => {}
            _ => {
                masked.value(&name, token, || content(token), hides);
                continue;
            }
        }
        masked.text.push_str(token);
        if matches!(first, '{' | '}' | ']' | ',') {
            name = open.last().cloned().flatten().unwrap_or_default();
        }
    }
    masked
}

/// The length of the string at the beginning, quotes included.
fn string(text: &str) -> usize {
    let mut at = 1;
    while let Some(rest) = text.as_bytes().get(at..) {
        match rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
            Some(end) if rest.get(end) == Some(&b'"') => return at + end + 1,
            // What is escaped does not end the string.
            Some(backslash) => at += backslash + 2,
            None => break,
        }
    }
    text.len()
}

/// The length of the object or array at the beginning.
fn container(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        at += match first {
            '"' => string(rest),
            other => other.len_utf8(),
        };
        match first {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The content of a string, or any other token as it is.
fn content(token: &str) -> Cow<'_, str> {
    let plain = token.trim_matches('"');
    if !token.contains('\\') {
        return Cow::Borrowed(plain);
    }
    serde_json::from_str(token).map_or(Cow::Borrowed(plain), Cow::Owned)
}

/// Masks a form or a query. A part without `=` is shown only if it is a plain word.
pub(crate) fn form(text: &str, hides: &dyn Fn(&str) -> bool) -> Masked {
    let mut masked = Masked::with_capacity(text.len());
    for (at, pair) in text.split('&').enumerate() {
        if at > 0 {
            masked.text.push('&');
        }
        let Some((name, value)) = pair.split_once('=') else {
            let is_shown = pair.is_empty() || (is_plain(&decoded(pair)) && !hides(""));
            masked.text.push_str(if is_shown { pair } else { MASK });
            continue;
        };
        masked.text.extend([name, "="]);
        if value.is_empty() {
            continue;
        }
        if has_hidden_json(&decoded(value), hides) {
            masked.text.push_str(MASK);
            continue;
        }
        masked.value(&decoded(name), value, || decoded(value), hides);
    }
    masked
}

/// Whether the value of a form is JSON with something to mask. To show the rest, it would have to be written again.
fn has_hidden_json(value: &str, hides: &dyn Fn(&str) -> bool) -> bool {
    value.starts_with(['{', '[']) && json(value, hides).text != value
}

/// A name or value of a form.
fn decoded(part: &str) -> Cow<'_, str> {
    if !part.contains('+') {
        return percent_decode_str(part).decode_utf8_lossy();
    }
    let part = part.replace('+', " ");
    Cow::Owned(percent_decode_str(&part).decode_utf8_lossy().into_owned())
}

/// Whether a text is a name rather than a secret, a signature, a token or the number of a card.
pub(crate) fn is_plain(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= 32 && digits < 12 && (digits == 0 || text.len() < 16)
}

/// What a message may repeat of what someone sent: it could be a secret in the wrong place.
pub(crate) fn repeated(text: &str) -> &str {
    if is_plain(text) { text } else { MASK }
}

#[cfg(test)]
mod tests;
