//! What the pages may show of a message: its text with the values of some fields masked, and the references in it.
//!
//! A message is shown as it was received. So the text is not parsed and written again: it is read once from left to right, also if
//! it is cut off or malformed, and only masked values are replaced.

use percent_encoding::percent_decode_str;

use super::text::shorten;

/// What stands for a masked value.
const MASK: &str = "***";
/// Parts of names whose values are never shown, in upper or lower case.
const SECRET: [&str; 8] = [
    "cardn", "cvv", "cvc", "expdate", "token", "secret", "password", "apikey",
];
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
    let lower = name.to_ascii_lowercase();
    SECRET.iter().any(|part| lower.contains(part))
        || SECRET_HEADERS.contains(&lower.as_str())
        // The last part of C-Pay's canonical text, which clients with a mistake send.
        || lower == "key"
}

/// The text that is signed, in which a body or a value can be JSON.
pub(crate) fn signed(text: &str) -> String {
    // The ids of coins at CCPayment are no secrets.
    let hides = |name: &str| name != "token_id" && is_secret(name);
    let (start, rest) = text.split_at(text.find(['{', '[']).unwrap_or(text.len()));
    format!("{start}{}", json(rest, &hides).text)
}

/// A text without these secrets.
pub(crate) fn without(secrets: &[String], mut text: String) -> String {
    for secret in secrets {
        if text.contains(secret) {
            text = text.replace(secret, MASK);
        }
    }
    text
}

/// A text with masked values, and the references of orders in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Masked {
    pub(crate) text: String,
    pub(crate) references: Vec<String>,
}

impl Masked {
    fn value(&mut self, name: &str, shown: &str, value: &str, hides: &dyn Fn(&str) -> bool) {
        if hides(name) {
            let is_text = shown.starts_with('"');
            self.text.push_str(if is_text { "\"***\"" } else { MASK });
            return;
        }
        self.text.push_str(shown);
        let plain = name.to_ascii_lowercase().replace('_', "");
        if REFERENCES.iter().any(|end| plain.ends_with(end)) {
            self.refer(value);
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
    let mut masked = Masked::default();
    // The name of each open array, which its values have too; `None` for an object.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut name = String::new();
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
                name = shorten(&content(token), LONGEST_NAME);
                masked.text.push_str(token);
                continue;
            }
            '{' => open.push(None),
            '[' => open.push(Some(name.clone())),
            '}' | ']' => drop(open.pop()),
            ',' | ':' => {}
            space if space.is_whitespace() => {}
            _ => {
                masked.value(&name, token, &content(token), hides);
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
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
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
fn content(token: &str) -> String {
    serde_json::from_str(token).unwrap_or_else(|_| token.trim_matches('"').to_owned())
}

/// Masks a form or a query. A part without `=` is shown only if it is a plain word.
pub(crate) fn form(text: &str, hides: &dyn Fn(&str) -> bool) -> Masked {
    let mut masked = Masked::default();
    let decoded = |part: &str| {
        let part = part.replace('+', " ");
        percent_decode_str(&part).decode_utf8_lossy().into_owned()
    };
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
        masked.value(&decoded(name), value, &decoded(value), hides);
    }
    masked
}

/// Whether a text is a name rather than a secret, a signature, a token or the number of a card.
pub(crate) fn is_plain(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= 32 && digits < 12 && (digits == 0 || text.len() < 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        json(text, &is_secret).text
    }

    #[test]
    fn json_keeps_its_text_and_loses_secret_values() {
        for (text, want) in [
            (r#"{"a":1.50,"b":"x"}"#, r#"{"a":1.50,"b":"x"}"#),
            (
                "{ \"cvv\" : \"123\" ,\n\"a\": 1}",
                "{ \"cvv\" : \"***\" ,\n\"a\": 1}",
            ),
            (
                r#"{"cardNumber":4242424242424242}"#,
                r#"{"cardNumber":***}"#,
            ),
            (
                r#"{"tokens":["a",{"b":1}],"c":2}"#,
                r#"{"tokens":"***","c":2}"#,
            ),
            (
                r#"{"card\u004eumber":"42"}"#,
                r#"{"card\u004eumber":"***"}"#,
            ),
            (r#"{"a":"\"cvv\":1","b":2}"#, r#"{"a":"\"cvv\":1","b":2}"#),
            // Cut off or malformed.
            (r#"{"a":1,"cvv":"12"#, r#"{"a":1,"cvv":"***""#),
            (r#"{"cvv":{"x":"12"#, r#"{"cvv":"***""#),
            (r#"{"cvv":12 34}"#, r#"{"cvv":*** ***}"#),
            ("]]}}", "]]}}"),
            ("", ""),
            ("é\"", "é\""),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn a_list_of_shown_names_hides_everything_else() {
        let hides = |name: &str| name != "orderId";
        let masked = json(r#"{"orderId":"7","x":"secret","y":["a"]}"#, &hides);
        assert_eq!(masked.text, r#"{"orderId":"7","x":"***","y":"***"}"#);
        assert_eq!(json(r#"["4242"]"#, &hides).text, r#"["***"]"#);
        assert_eq!(
            form("orderId=7&x=1&4242", &hides).text,
            "orderId=7&x=***&***"
        );
    }

    #[test]
    fn forms_are_masked_by_their_decoded_names() {
        for (text, want) in [
            ("a=1+2&cvv=123&b=", "a=1+2&cvv=***&b="),
            ("card%4Eumber=4242&x=%41", "card%4Eumber=***&x=%41"),
            ("4242424242424242&plain", "***&plain"),
            ("key=abc&&", "key=***&&"),
        ] {
            assert_eq!(form(text, &is_secret).text, want, "{text}");
        }
    }

    #[test]
    fn references_of_orders_are_found_by_the_names_of_their_fields() {
        let text = r#"{"merchant_order_id":"a-1","orderIds":["b","a-1"],"amount":"9","token":"t","data":{"recordId":7}}"#;
        assert_eq!(json(text, &is_secret).references, ["a-1", "b", "7"]);
        let form = form("merchantTradeNo=a%2F1&userId=5&orderId=", &is_secret);
        assert_eq!(form.references, ["a/1"]);
    }

    #[test]
    fn a_deep_text_stays_within_its_size() {
        let text = format!("{{\"{}\":{}", "n".repeat(5_000), "[".repeat(50_000));
        assert_eq!(json(&text, &is_secret).text.len(), text.len());
    }
}
