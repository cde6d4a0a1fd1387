//! Web addresses that a merchant gives.

use axum::http::Uri;

/// `http://…` or `https://…`, without characters that no URL has.
pub(crate) fn is_address(text: &str) -> bool {
    // The reader of URLs does not look behind a `#`.
    !text.contains(|letter: char| letter.is_control())
        && text
            .parse::<Uri>()
            .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_and_characters_count() {
        for good in ["https://x/#a", "http://x/pi.jpg", "http://localhost:8080"] {
            assert!(is_address(good), "{good}");
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
            assert!(!is_address(bad), "{bad:?}");
        }
    }
}
