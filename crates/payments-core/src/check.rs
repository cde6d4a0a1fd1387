//! Checks of request values before any I/O. Each returns [`InvalidRequest`].
//!
//! Lengths are counted in characters and are the provider's limits; operations document where the provider states none.
//!
//! ```
//! use payments_core::{Amount, check};
//!
//! check::text("user_id", "customer-7", 64)?;
//! check::url("callback_url", "https://shop.example/hook", 256)?;
//!
//! let refused = check::decimals("amount", "1.123456789".parse::<Amount>().unwrap(), 8).unwrap_err();
//! assert_eq!(refused.to_string(), "amount has 9 decimals (allowed: up to 8)");
//! # Ok::<(), payments_core::InvalidRequest>(())
//! ```

mod nearest;

pub use nearest::{listed, nearest};

use crate::{Amount, InvalidRequest, endpoint};

/// Text of 1 to `max_chars` characters, without control characters and without white space around it.
///
/// # Errors
/// [`InvalidRequest`] that names the field and the first rule it breaks, never the text.
pub fn text(field: &'static str, text: &str, max_chars: usize) -> Result<(), InvalidRequest> {
    // Most texts are short and plain ASCII: one pass is enough for them.
    if is_plain(text) && !text.is_empty() && text.len() <= max_chars {
        return Ok(());
    }
    problem(text, max_chars).map_or(Ok(()), |problem| {
        Err(InvalidRequest::request(field, problem).allowed(format!("1 to {max_chars} characters")))
    })
}

/// Whether all characters are visible ASCII. Visits every byte without an early exit, so that the compiler can process
/// many at once.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .fold(true, |plain, byte| plain & byte.is_ascii_graphic())
}

fn problem(text: &str, max_chars: usize) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty")
    } else if text.chars().nth(max_chars).is_some() {
        Some("is too long")
    } else if text.chars().any(char::is_control) {
        Some("has a control character")
    } else if text.trim().len() != text.len() {
        Some("has white space around it")
    } else {
        None
    }
}

/// As [`text`], or empty where the field is not sent.
///
/// # Errors
/// As [`text`].
pub fn optional_text(
    field: &'static str,
    value: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    if value.is_empty() {
        Ok(())
    } else {
        text(field, value, max_chars)
    }
}

/// As [`text`], and without `&`. Where a signature joins raw values as `name=value&name=value`, a `&` inside a value
/// that a customer chooses could pass for the start of another field.
///
/// # Errors
/// As [`text`], and for a `&`.
pub fn no_ampersand(
    field: &'static str,
    value: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    text(field, value, max_chars)?;
    if value.contains('&') {
        return Err(InvalidRequest::request(field, "has an &").allowed("any other character"));
    }
    Ok(())
}

/// Text of `min` to `max` characters, all of them from `alphabet`. `allowed` describes both in words.
///
/// ```
/// use payments_core::check;
///
/// let digits = |text| check::matches("code", text, (3, 4), |c| c.is_ascii_digit(), "3 or 4 digits");
/// assert_eq!(digits("123"), Ok(()));
/// assert_eq!(digits("12").unwrap_err().to_string(), "code is too short (allowed: 3 or 4 digits)");
/// ```
///
/// # Errors
/// [`InvalidRequest`] that names the field and the first rule it breaks, never the text.
pub fn matches(
    field: &'static str,
    text: &str,
    (min, max): (usize, usize),
    alphabet: fn(char) -> bool,
    allowed: &'static str,
) -> Result<(), InvalidRequest> {
    let length = text.chars().count();
    let problem = if length == 0 {
        "is empty"
    } else if length < min {
        "is too short"
    } else if length > max {
        "is too long"
    } else if !text.chars().all(alphabet) {
        "has other characters"
    } else {
        return Ok(());
    };
    Err(InvalidRequest::request(field, problem).allowed(allowed))
}

/// An absolute `http://` or `https://` URL of up to `max_chars` characters.
///
/// # Errors
/// As [`text`], and for any other text.
pub fn url(field: &'static str, url: &str, max_chars: usize) -> Result<(), InvalidRequest> {
    text(field, url, max_chars)?;
    let rest = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let start = rest.and_then(|rest| rest.bytes().next());
    let absolute = start.is_some_and(|start| !matches!(start, b'/' | b'?' | b'#' | b':'));
    if !absolute || (!is_plain(url) && url.contains(char::is_whitespace)) {
        return Err(InvalidRequest::request(field, "is not an absolute URL")
            .allowed("http:// or https:// and a host"));
    }
    // Text that `Uri` does not read, such as a name in another script, is left to the provider.
    match url.parse::<http::Uri>() {
        Ok(uri) if !endpoint::has_usable_port(&uri) => Err(InvalidRequest::request(
            field,
            "has a port that does not exist",
        )
        .allowed("1 to 65535")),
        _ => Ok(()),
    }
}

/// As [`url`](fn@url), or empty where the field is not sent.
///
/// # Errors
/// As [`url`](fn@url).
pub fn optional_url(
    field: &'static str,
    value: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    if value.is_empty() {
        Ok(())
    } else {
        url(field, value, max_chars)
    }
}

/// An amount of more than zero.
///
/// # Errors
/// [`InvalidRequest`] for zero.
pub fn positive(field: &'static str, amount: Amount) -> Result<(), InvalidRequest> {
    if amount.is_zero() {
        return Err(InvalidRequest::request(field, "is zero").allowed("more than zero"));
    }
    Ok(())
}

/// An amount with up to `most` decimals, trailing zeros beyond them not counted: send it
/// [without them](Amount::without_zeros_beyond). Further decimals are refused, never rounded: the provider would cut off money.
///
/// # Errors
/// [`InvalidRequest`] with the number of decimals.
pub fn decimals(field: &'static str, amount: Amount, most: u8) -> Result<(), InvalidRequest> {
    let decimals = amount.without_zeros_beyond(most).decimals();
    if decimals > most {
        return Err(
            InvalidRequest::request(field, format!("has {decimals} decimals"))
                .allowed(format!("up to {most}")),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(result: Result<(), InvalidRequest>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn text_is_counted_in_characters() {
        assert_eq!(text("id", "äöü", 3), Ok(()));
        assert_eq!(
            problem(text("id", "abcd", 3)),
            "id is too long (allowed: 1 to 3 characters)"
        );
        assert_eq!(
            problem(text("id", "", 3)),
            "id is empty (allowed: 1 to 3 characters)"
        );
        assert!(problem(text("id", "a\u{7}", 3)).contains("control character"));
        assert!(problem(text("id", " a", 3)).contains("white space"));
        assert_eq!(optional_text("id", "", 3), Ok(()));
        assert!(optional_text("id", "abcd", 3).is_err());
    }

    #[test]
    fn refuses_an_ampersand() {
        assert_eq!(no_ampersand("user_id", "a=b", 64), Ok(()));
        assert!(problem(no_ampersand("user_id", "u&fee=0", 64)).contains("has an &"));
    }

    #[test]
    fn accepts_only_absolute_http_urls() {
        for good in [
            "https://shop.example/cb?a=1&b=2",
            "http://127.0.0.1:8080/",
            "https://[::1]/",
        ] {
            assert_eq!(url("url", good, 256), Ok(()), "{good}");
        }
        for bad in [
            "/relative",
            "shop.example",
            "ftp://shop.example/",
            "https://",
            "https://a b/",
            "javascript:x",
            "http://127.0.0.1:99999/hook",
            "https://shop.example:0/",
        ] {
            assert!(url("url", bad, 256).is_err(), "{bad}");
        }
        assert!(url("url", "https://shop.example/", 20).is_err());
        assert_eq!(optional_url("url", "", 20), Ok(()));
    }

    #[test]
    fn amounts_are_refused_and_not_rounded() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert!(positive("amount", amount("0.00")).is_err());
        assert_eq!(positive("amount", amount("0.01")), Ok(()));
        assert_eq!(decimals("amount", amount("1.12345678"), 8), Ok(()));
        assert_eq!(decimals("amount", amount("1.123456780"), 8), Ok(()));
        assert!(decimals("amount", amount("1.123456781"), 8).is_err());
    }
}
