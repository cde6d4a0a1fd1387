//! The texts that other programs write for the same JSON.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// How a program writes strings.
#[derive(Clone, Copy)]
enum Strings {
    /// As they are.
    Unchanged,
    /// With as few escapes as possible.
    Plain,
    /// With `\u` escapes for all but ASCII.
    Ascii,
    /// Like `Ascii`, and `\/` for `/`.
    Php,
    /// With `\u` escapes for `<`, `>` and `&`.
    Go,
}

/// How a program separates members.
#[derive(Clone, Copy)]
enum Separators {
    Compact,
    /// A blank behind each comma and colon.
    Blanks,
}

/// The bodies that may have been signed instead of `body`: the same JSON with other white space, escapes or a sorted order.
/// A fixed number of texts, none much longer than six times the body.
pub(crate) fn other_texts(body: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let sorted = sorted(body);
    let trimmed = body.trim();
    texts.push(trimmed.to_owned());
    texts.push(format!("{trimmed}\n"));
    texts.push(body.replace("\r\n", "\n"));
    texts.push(body.replace("\r\n", "\n").replace('\n', "\r\n"));
    for text in core::iter::once(body).chain(sorted.as_deref()) {
        for separators in [Separators::Compact, Separators::Blanks] {
            for strings in [
                Strings::Unchanged,
                Strings::Plain,
                Strings::Ascii,
                Strings::Php,
                Strings::Go,
            ] {
                texts.extend(written(text, strings, separators));
            }
        }
    }
    texts
}

/// The members of the outermost object in the order of their names.
fn sorted(body: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(body).ok()?;
    serde_json::to_string(&members).ok()
}

/// Writes valid JSON again, token by token.
fn written(body: &str, strings: Strings, separators: Separators) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let len = string_len(rest)?;
            let (token, tail) = rest.split_at_checked(len)?;
            write_string(&mut out, token, strings)?;
            rest = tail;
            continue;
        }
        if !first.is_ascii_whitespace() {
            out.push(first);
        }
        if matches!((first, separators), (',' | ':', Separators::Blanks)) {
            out.push(' ');
        }
        rest = rest.get(first.len_utf8()..)?;
    }
    Some(out)
}

/// The length of the string at the beginning, with its quotes.
fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map(|end| end + 2)
}

fn write_string(out: &mut String, token: &str, strings: Strings) -> Option<()> {
    if matches!(strings, Strings::Unchanged) {
        out.push_str(token);
        return Some(());
    }
    let text: String = serde_json::from_str(token).ok()?;
    for char in serde_json::to_string(&text).ok()?.chars() {
        let escape = match strings {
            Strings::Unchanged | Strings::Plain => false,
            Strings::Ascii | Strings::Php => !char.is_ascii(),
            Strings::Go => matches!(char, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'),
        };
        match char {
            '/' if matches!(strings, Strings::Php) => out.push_str("\\/"),
            _ if escape => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => out.push(char),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_texts_of_common_programs() {
        let body = "{ \"b\" : \"\\u00fc/&\",\n \"a\":1.50}";
        let texts = other_texts(body);
        for expected in [
            "{\"b\":\"\\u00fc/&\",\"a\":1.50}",
            "{\"b\": \"\\u00fc/&\", \"a\": 1.50}",
            "{\"b\":\"ü/&\",\"a\":1.50}",
            "{\"b\":\"\\u00fc\\/&\",\"a\":1.50}",
            "{\"b\":\"ü/\\u0026\",\"a\":1.50}",
            "{\"a\":1.50,\"b\":\"ü/&\"}",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
    }
}
