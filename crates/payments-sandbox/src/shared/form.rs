//! Reads `application/x-www-form-urlencoded` strictly.

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

/// Reads names and values in their order. Broken escapes and what is not UTF-8 are errors, as in Go's form reader.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<Pair>, FormError> {
    let parts = text.split(|byte| *byte == b'&');
    let pairs = parts.filter(|part| !part.is_empty()).map(|part| {
        let equals = part.iter().position(|byte| *byte == b'=');
        let (name, value) = part.split_at(equals.unwrap_or(part.len()));
        let value = value.strip_prefix(b"=").unwrap_or_default();
        let mut name = decoded(name)?;
        Ok((std::mem::take(&mut *name), decoded(value)?))
    });
    pairs.collect()
}

fn decoded(part: &[u8]) -> Result<Zeroizing<String>, FormError> {
    if !part.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return text(part);
    }
    // Allocated once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(part.len()));
    for (at, word) in part.split(|byte| *byte == b'+').enumerate() {
        if at > 0 {
            bytes.push(b' ');
        }
        check_escapes(word)?;
        bytes.extend(percent_encoding::percent_decode(word));
    }
    text(&bytes)
}

fn text(bytes: &[u8]) -> Result<Zeroizing<String>, FormError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FormError::Utf8)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// `percent_encoding` itself leaves broken escapes as they are.
fn check_escapes(word: &[u8]) -> Result<(), FormError> {
    let is_escape = |after: &[u8]| {
        let digits = after.first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut escapes = word.split(|byte| *byte == b'%').skip(1);
    escapes
        .all(is_escape)
        .then_some(())
        .ok_or(FormError::Escape)
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
