use crate::{SensitiveString, redact, wire};

/// Values of fewer characters are not masked: they would hide unrelated text.
const MASKED_FROM: usize = 3;

/// The gateway's message with `***` for every string and every number of `json`, which is well-formed JSON.
pub(super) fn mask(message: &str, json: &str) -> String {
    let values = values(json);
    let long = values
        .iter()
        .map(SensitiveString::expose)
        .filter(|value| value.chars().nth(MASKED_FROM - 1).is_some());
    redact::without_all(message, long)
}

/// Every string, without its escapes, and every number as it is written. The names of objects are not among them.
///
/// It reads the text from left to right, because a tree of values would turn long numbers into `f64`.
fn values(json: &str) -> Vec<SensitiveString> {
    let mut values = Vec::new();
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
        if !is_name {
            let value = wire::read::<wire::Json<'_>>(token.as_bytes())
                .and_then(|json| json.read_as::<wire::Scalar, SensitiveString>());
            values.extend(value);
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
        let values = values(json);
        values
            .iter()
            .map(|value| value.expose().to_owned())
            .collect()
    }

    #[test]
    fn finds_strings_and_numbers_at_every_depth_and_no_names() {
        let json = r#"{"first" : "a\"b\\", "list":[1.50,{"second":-2e3}], "third":true,
            "number": 12345678901234567890.10, "text":"\u00fc:,}", "none":null, "empty":""}"#;
        assert_eq!(
            found(json),
            [
                r#"a"b\"#,
                "1.50",
                "-2e3",
                "12345678901234567890.10",
                "ü:,}",
                ""
            ]
        );
        assert!(found("{}").is_empty());
    }

    #[test]
    fn masks_values_of_three_characters_and_more() {
        let json = r#"{"a":"xyz","b":"no","c":1.5,"d":99,"e":"für"}"#;
        assert_eq!(mask("xyz: no 99 für 1.5", json), "***: no 99 *** ***");
        assert_eq!(mask("xyz", "{}"), "xyz");
    }
}
