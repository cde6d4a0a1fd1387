//! JSON text as it was received, with other whitespace: every number keeps its digits.

use std::fmt::Write as _;

use crate::output::is_disturbing;

/// On one line.
pub(crate) fn compact(json: &str) -> String {
    formatted(json, false)
}

/// With a line for each member.
pub(crate) fn pretty(json: &str) -> String {
    formatted(json, true)
}

/// `json` must be valid. Characters of strings that could disturb a terminal are written as `\u` escapes.
fn formatted(json: &str, is_pretty: bool) -> String {
    let mut text = String::with_capacity(json.len());
    let mut depth = 0_usize;
    let new_line = |text: &mut String, depth: usize| {
        if is_pretty {
            text.push('\n');
            text.extend(std::iter::repeat_n("  ", depth));
        }
    };
    let mut chars = json.chars().filter(outside_strings()).peekable();
    let mut is_string = false;
    while let Some(c) = chars.next() {
        match c {
            _ if is_string => push_safe(&mut text, c),
            '{' | '[' => {
                text.push(c);
                match chars.peek() {
                    Some(end @ ('}' | ']')) => {
                        text.push(*end);
                        chars.next();
                    }
                    _ => {
                        depth += 1;
                        new_line(&mut text, depth);
                    }
                }
                continue;
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(c);
            }
            ',' => {
                text.push(c);
                new_line(&mut text, depth);
            }
            ':' if is_pretty => text.push_str(": "),
            _ => text.push(c),
        }
        match c {
            '\\' if is_string => text.extend(chars.next()),
            '"' => is_string = !is_string,
            _ => {}
        }
    }
    text
}

/// Leaves out the whitespace between tokens.
fn outside_strings() -> impl FnMut(&char) -> bool {
    let (mut is_string, mut is_escaped) = (false, false);
    move |c| {
        if is_string {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_string = false,
                _ => {}
            }
            return true;
        }
        is_string = *c == '"';
        !c.is_ascii_whitespace()
    }
}

/// `"` and `\` pass: in valid JSON they are the end of a string and the start of an escape.
fn push_safe(text: &mut String, c: char) {
    if !is_disturbing(c) {
        text.push(c);
        return;
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_digits_of_numbers_and_the_text_of_strings() {
        let json = " {\"a\" : [1.10, 12345678901234567890.5 ],\n\"b\":{ },\"c\":[ ], \"d\":\"x, \\\" {y}:\\\\\"} ";
        assert_eq!(
            compact(json),
            r#"{"a":[1.10,12345678901234567890.5],"b":{},"c":[],"d":"x, \" {y}:\\"}"#
        );
        assert_eq!(
            pretty(json),
            "{\n  \"a\": [\n    1.10,\n    12345678901234567890.5\n  ],\n  \"b\": {},\n  \"c\": [],\n  \
             \"d\": \"x, \\\" {y}:\\\\\"\n}"
        );
        assert_eq!(pretty("null"), "null");
    }

    #[test]
    fn escapes_characters_that_could_disturb_a_terminal() {
        let text = "\"a\u{9b}31m\u{202e}b\u{e0001}é\"";
        let safe = compact(text);
        assert_eq!(safe, r#""a\u009b31m\u202eb\udb40\udc01é""#);
        let value = |json: &str| serde_json::from_str::<String>(json).ok();
        assert_eq!(value(&safe), value(text));
    }
}
