//! Checks and helpers for texts that several providers need.

use std::borrow::Cow;

use axum::http::Uri;
use jiff::civil::Date;

/// At most `max` characters of a text, for logs and messages.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The same for a text that is no longer needed.
pub(crate) fn shortened(text: String, max: usize) -> String {
    // A text has at least as many bytes as characters.
    if text.len() <= max {
        text
    } else {
        shorten(&text, max)
    }
}

/// A text that may repeat what a caller sent, on one line.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    Cow::Owned(line)
}

/// Whether a text is one or more ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is an `http` or `https` URL.
pub(crate) fn is_web_url(text: &str) -> bool {
    // `Uri` does not check what follows a `#`.
    !text.contains(char::is_control)
        && text
            .parse::<Uri>()
            .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
}

/// A calendar day in exactly the form `yyyy-mm-dd`. `jiff` alone also accepts other ISO 8601 forms.
pub(crate) fn date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text)
        .ok()
        .filter(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_urls_have_a_web_scheme_and_no_control_characters() {
        for good in ["https://x/#a", "http://x/pi.jpg", "http://localhost:8080"] {
            assert!(is_web_url(good), "{good}");
        }
        for bad in [
            "https://x/#a\r\nb",
            "https://x/#\u{85}",
            "ftp://x/",
            "pi.jpg",
            "javascript:alert(1)",
            "https://a b/",
            "http://",
            "",
        ] {
            assert!(!is_web_url(bad), "{bad:?}");
        }
    }

    #[test]
    fn dates_are_calendar_days_in_one_form() {
        for good in ["1987-05-01", "2024-02-29", "2099-01-01"] {
            assert!(date(good).is_some(), "{good}");
        }
        for bad in [
            "1987-5-1",
            "2023-02-29",
            "1987-05-01T00:00",
            "2099-01-01 00:00:00",
            "19870501",
            "2099/01/01",
            "+987-05-01",
            "",
        ] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
