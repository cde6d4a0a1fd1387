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
    /// With upper-case `\u` escapes for all but ASCII, and for `"`, `'`, `&`, `+`, `<`, `>` and the backquote.
    DotNet,
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
    texts.extend(INDENTS.iter().filter_map(|indent| indented(body, indent)));
    for text in core::iter::once(body).chain(sorted.as_deref()) {
        for separators in [Separators::Compact, Separators::Blanks] {
            for strings in [
                Strings::Unchanged,
                Strings::Plain,
                Strings::Ascii,
                Strings::Php,
                Strings::Go,
                Strings::DotNet,
            ] {
                texts.extend(written(text, strings, separators));
            }
        }
    }
    texts
}

const MAX_INDENTED_DEPTH: usize = 8;

/// What programs indent with.
const INDENTS: [&str; 3] = ["  ", "    ", "\t"];

/// One member or element per line.
fn indented(body: &str, indent: &str) -> Option<String> {
    let mut out = String::with_capacity(body.len() * 2);
    let (mut rest, mut depth) = (body, 0_usize);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(core::iter::repeat_n(indent, depth));
    };
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let (token, tail) = rest.split_at_checked(string_len(rest)?)?;
            out.push_str(token);
            rest = tail;
            continue;
        }
        rest = rest.get(first.len_utf8()..)?;
        match first {
            '{' | '[' if rest.trim_start().starts_with(['}', ']']) => {
                out.push(first);
                rest = rest.trim_start();
                out.push(rest.chars().next()?);
                rest = rest.get(1..)?;
            }
            '{' | '[' => {
                depth += 1;
                // The indents of a deep text would be longer than the text.
                if depth > MAX_INDENTED_DEPTH {
                    return None;
                }
                out.push(first);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                line(&mut out, depth);
                out.push(first);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ if first.is_ascii_whitespace() => {}
            _ => out.push(first),
        }
    }
    Some(out)
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
    use core::fmt::Write as _;

    if matches!(strings, Strings::Unchanged) {
        out.push_str(token);
        return Some(());
    }
    let text: String = serde_json::from_str(token).ok()?;
    let plain = serde_json::to_string(&text).ok()?;
    if matches!(strings, Strings::Plain) {
        out.push_str(&plain);
        return Some(());
    }
    let is_dot_net = matches!(strings, Strings::DotNet);
    let mut chars = plain.char_indices();
    while let Some((at, char)) = chars.next() {
        if char == '\\' {
            let escape = plain.get(at..at + 2)?;
            let is_quote = is_dot_net && escape.ends_with('"');
            out.push_str(if is_quote { "\\u0022" } else { escape });
            chars.next();
            continue;
        }
        let is_escaped = match strings {
            Strings::Unchanged | Strings::Plain => false,
            Strings::Ascii | Strings::Php => !char.is_ascii(),
            Strings::Go => matches!(char, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'),
            Strings::DotNet => !char.is_ascii() || "'&+<>`".contains(char),
        };
        match char {
            '/' if matches!(strings, Strings::Php) => out.push_str("\\/"),
            _ if is_escaped => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    if is_dot_net {
                        write!(out, "\\u{unit:04X}").ok()?;
                    } else {
                        write!(out, "\\u{unit:04x}").ok()?;
                    }
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
            "{\"b\":\"\\u00FC/\\u0026\",\"a\":1.50}",
            "{\n  \"b\": \"\\u00fc/&\",\n  \"a\": 1.50\n}",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
    }
}
