//! What the pages may show of a message: its text with the values of some fields masked, and the references in it.
//!
//! A message is shown as it was received. So the text is not parsed and written again: it is read once from left to right, also if
//! it is cut off or malformed, and only masked values are replaced.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::text::shorten;

/// What stands for a masked value.
const MASK: &str = "***";
/// The same for a text in JSON.
const MASKED_TEXT: &str = "\"***\"";

/// Parts of names whose values are never shown, in upper or lower case, by their first two letters.
fn secret_parts(first: u8, second: u8) -> &'static [&'static str] {
    // Sets the bit of lower-case letters.
    match (first | 0x20, second | 0x20) {
        (b'a', b'p') => &["apikey"],
        // Of persons. C-Pay spells it both ways.
        (b'b', b'i') => &["birthday"],
        (b'b', b'r') => &["brithday"],
        (b'c', b'a') => &["cardn"],
        (b'c', b'v') => &["cvv", "cvc"],
        (b'd', b'o') => &["documenturl"],
        (b'e', b'm') => &["email"],
        (b'e', b'x') => &["expdate"],
        (b'f', b'i') => &["firstname"],
        (b'i', b'd') => &["idcardurl"],
        (b'l', b'a') => &["lastname"],
        (b'm', b'i') => &["middlename"],
        (b'm', b'o') => &["mobile"],
        (b'p', b'a') => &["password"],
        (b'p', b'e') => &["personalcode"],
        (b'p', b'h') => &["phone"],
        (b's', b'e') => &["secret"],
        (b't', b'o') => &["token"],
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
    let letters = name.as_bytes();
    // Asked for every field of every message, so nothing is allocated.
    let mut pairs = letters.iter().zip(letters.iter().skip(1)).enumerate();
    let has_part = pairs.any(|(at, (first, second))| {
        secret_parts(*first, *second).iter().any(|part| {
            let found = letters.get(at..at + part.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(part.as_bytes()))
        })
    });
    has_part
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
    text.len() >= secret.len() && text.contains(first) && text.contains(secret)
}

/// A text with masked values, and the references of orders in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) text: String,
    pub(crate) references: Vec<String>,
}

/// Masks values of a text. What is shown is copied in pieces that are as long as possible.
struct Masker<'a> {
    source: &'a str,
    /// How much of the source is in the text.
    copied: usize,
    masked: Masked,
    hides: &'a dyn Fn(&str) -> bool,
}

impl<'a> Masker<'a> {
    fn new(source: &'a str, hides: &'a dyn Fn(&str) -> bool) -> Self {
        Self {
            source,
            copied: 0,
            masked: Masked {
                text: String::with_capacity(source.len()),
                references: Vec::new(),
            },
            hides,
        }
    }

    fn show_until(&mut self, end: usize) {
        let shown = self.source.get(self.copied..end);
        self.masked.text.push_str(shown.unwrap_or_default());
        self.copied = end;
    }

    /// Puts a mask instead of a part of the source.
    fn mask(&mut self, part: Range<usize>, mask: &str) {
        self.show_until(part.start);
        self.masked.text.push_str(mask);
        self.copied = part.end;
    }

    /// The value of a field: where it stands in the source, and what it is decoded.
    fn value<'v>(&mut self, name: &str, at: Range<usize>, value: impl FnOnce() -> Cow<'v, str>) {
        if (self.hides)(name) {
            let is_text = self.source.as_bytes().get(at.start) == Some(&b'"');
            self.mask(at, if is_text { MASKED_TEXT } else { MASK });
        } else if is_reference(name) {
            self.refer(&value());
        }
    }

    fn refer(&mut self, value: &str) {
        let known = &mut self.masked.references;
        let fits = !value.is_empty() && value.len() <= LONGEST_REFERENCE;
        if fits && known.len() < MOST_REFERENCES && known.iter().all(|known| known != value) {
            known.push(value.to_owned());
        }
    }

    fn finish(mut self) -> Masked {
        self.show_until(self.source.len());
        self.masked
    }
}

/// Masks JSON. `hides` decides by the name of a field; values without a name have the empty one.
pub(crate) fn json(text: &str, hides: &dyn Fn(&str) -> bool) -> Masked {
    let mut masker = Masker::new(text, hides);
    // The name of each open array, which its values have too; `None` for an object.
    let mut open: Vec<Option<Cow<'_, str>>> = Vec::new();
    let mut name = Cow::Borrowed("");
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let opens = matches!(first, b'{' | b'[');
        if opens && !name.is_empty() && hides(&name) {
            let end = at + container(rest);
            masker.mask(at..end, MASKED_TEXT);
            at = end;
            continue;
        }
        let end = at
            + match first {
                b'"' => string(rest),
                b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
                space if space.is_ascii_whitespace() => 1,
                _ => bare(rest),
            };
        let token = text.get(at..end).unwrap_or_default();
        match first {
            b'"' if is_name(text.get(end..).unwrap_or_default()) => {
                name = content(token);
                if name.len() > LONGEST_NAME {
                    name = Cow::Owned(shorten(&name, LONGEST_NAME));
                }
            }
            b'{' => {
                open.push(None);
                name = Cow::default();
            }
            b'[' => open.push(Some(name.clone())),
            b'}' | b']' | b',' => {
                if *first != b',' {
                    open.pop();
                }
                name = open.last().cloned().flatten().unwrap_or_default();
            }
            b':' => {}
            space if space.is_ascii_whitespace() => {}
            _ => masker.value(&name, at..end, || content(token)),
        }
        at = end;
    }
    masker.finish()
}

/// Whether the string in front of this text is the name of a field.
fn is_name(after: &str) -> bool {
    // Also after spaces that JSON does not have: what is refused is recorded, too.
    after.trim_start().starts_with(':')
}

/// The length of the number or word at the beginning.
fn bare(text: &str) -> usize {
    let ends = |byte: u8| b",:{}[]\"".contains(&byte) || byte.is_ascii_whitespace();
    text.bytes().position(ends).unwrap_or(text.len())
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

/// The content of a string, which may be cut off, or any other token as it is.
fn content(token: &str) -> Cow<'_, str> {
    let plain = token.strip_prefix('"').unwrap_or(token);
    let plain = plain.strip_suffix('"').unwrap_or(plain);
    if !plain.bytes().any(|byte| byte == b'\\') {
        return Cow::Borrowed(plain);
    }
    serde_json::from_str(token).map_or(Cow::Borrowed(plain), Cow::Owned)
}

/// Masks a form or a query. A part without `=` is shown only if it is a plain word.
pub(crate) fn form(text: &str, hides: &dyn Fn(&str) -> bool) -> Masked {
    let mut masker = Masker::new(text, hides);
    let mut at = 0;
    for pair in text.split('&') {
        let end = at + pair.len();
        match pair.split_once('=') {
            Some((_, "")) => {}
            Some((name, value)) => {
                let value_at = end - value.len();
                match has_hidden_json(&decoded(value), hides) {
                    true => masker.mask(value_at..end, MASK),
                    false => masker.value(&decoded(name), value_at..end, || decoded(value)),
                }
            }
            None => {
                let is_shown = pair.is_empty() || (is_plain(&decoded(pair)) && !hides(""));
                if !is_shown {
                    masker.mask(at..end, MASK);
                }
            }
        }
        at = end + 1;
    }
    masker.finish()
}

/// Whether the value of a form is JSON with something to mask. To show the rest, it would have to be written again.
fn has_hidden_json(value: &str, hides: &dyn Fn(&str) -> bool) -> bool {
    value.starts_with(['{', '[']) && json(value, hides).text != value
}

/// A name or value of a form.
fn decoded(part: &str) -> Cow<'_, str> {
    if !part.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(part);
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
