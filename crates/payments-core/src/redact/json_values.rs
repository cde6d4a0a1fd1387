//! The values of a JSON text.

use crate::{SensitiveString, wire};

/// Every string, without its escapes, and every number as it is written, with the name of the field it belongs to: that of the
/// array, for an element of one. The names of objects are not values.
///
/// It reads the text from left to right, because a tree of values would turn long numbers into `f64`. Text that is no JSON has
/// some values or none.
pub(crate) fn named(json: &str) -> Vec<(String, SensitiveString)> {
    let mut values = Vec::new();
    let mut name = String::new();
    let mut rest = json;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (_, token) = rest.split_at(start);
        let is_string = token.starts_with('"');
        let length = if is_string {
            string_len(token)
        } else {
            token
                .find([',', '}', ']', ' ', '\t', '\r', '\n'])
                .unwrap_or(token.len())
        };
        let (token, after) = token.split_at(length);
        let is_name = is_string && after.trim_start().starts_with(':');
        let text = wire::read::<wire::Json<'_>>(token.as_bytes())
            .and_then(|json| json.read_as::<wire::Scalar, SensitiveString>());
        match text {
            Ok(text) if is_name => text.expose().clone_into(&mut name),
            Ok(text) => values.push((name.clone(), text)),
            Err(_) => {}
        }
        rest = after;
    }
    values
}

/// The bytes of the JSON string at the start of `json`, with its quotation marks.
fn string_len(json: &str) -> usize {
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &str) -> Vec<String> {
        named(json)
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.expose()))
            .collect()
    }

    #[test]
    fn finds_strings_and_numbers_at_every_depth_and_no_names() {
        let json = r#"{"first" : "a\"b\\", "list":[1.50,{"second":-2e3}], "third":true,
            "number": 12345678901234567890.10, "text":"\u00fc:,}", "none":null, "empty":""}"#;
        assert_eq!(
            found(json),
            [
                r#"first=a"b\"#,
                "list=1.50",
                "second=-2e3",
                "number=12345678901234567890.10",
                "text=ü:,}",
                "empty="
            ]
        );
        assert!(found("{}").is_empty());
    }
}
