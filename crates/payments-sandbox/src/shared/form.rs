//! Reads `application/x-www-form-urlencoded` strictly, with `form_urlencoded`.

use axum::body::Bytes;
use zeroize::{Zeroize as _, Zeroizing};

/// Why a text is not a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("a % is not followed by two hexadecimal digits")]
    Escape,
    #[error("a name or value is not UTF-8 text")]
    Utf8,
}

/// A name and its value. The value is wiped when it is dropped, because it may belong to a card.
pub(crate) type Pair = (String, Zeroizing<String>);

/// Reads names and values in their order. `form_urlencoded` itself would accept broken escapes and replace what is not
/// UTF-8; both are errors here, as in Go's form reader.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<Pair>, FormError> {
    let escapes = text.split(|byte| *byte == b'%').skip(1);
    let is_escape = |after: &[u8]| {
        let digits = after.first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !escapes.into_iter().all(is_escape) {
        return Err(FormError::Escape);
    }
    // `&`, `=` and `+` are ASCII, so the text is UTF-8 if and only if its parts are.
    let is_utf8 = if text.contains(&b'%') {
        // Allocated once: a vector that grows leaves copies behind.
        let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
        decoded.extend(percent_encoding::percent_decode(text));
        std::str::from_utf8(&decoded).is_ok()
    } else {
        std::str::from_utf8(text).is_ok()
    };
    if !is_utf8 {
        return Err(FormError::Utf8);
    }
    Ok(form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
        .collect())
}

/// Overwrites a body that may have held card data. A body that is shared is left alone, and what the connection read it
/// from is out of reach.
pub(crate) fn wipe(body: Bytes) {
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let pairs = pairs(text.as_bytes()).unwrap().into_iter();
        pairs
            .map(|(name, value)| (name, value.to_string()))
            .collect()
    }

    #[test]
    fn decodes_names_and_values() {
        let want = [("a", "1 2&3"), ("b", ""), ("c", ""), ("d", "充")];
        assert_eq!(
            read("a=1+2%263&&b=&c&d=%E5%85%85"),
            want.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn reads_unescaped_json_as_a_published_plugin_sends_it() {
        let read = read(r#"products=[{"name":"x=y","num":1}]&b=?:/"#);
        assert_eq!(read[0].1, r#"[{"name":"x=y","num":1}]"#);
        assert_eq!(read[1].1, "?:/");
    }

    #[test]
    fn refuses_broken_escapes_and_bytes_that_are_not_utf8() {
        for text in ["a=%", "a=%4", "a=%zz", "%+1=a", "a=%é", "a=%%41"] {
            assert_eq!(pairs(text.as_bytes()), Err(FormError::Escape), "{text}");
        }
        for text in ["a=%ff", "a=%E5&b=%85%85"] {
            assert_eq!(pairs(text.as_bytes()), Err(FormError::Utf8), "{text}");
        }
        assert_eq!(pairs(b"a=\xff"), Err(FormError::Utf8));
    }
}
