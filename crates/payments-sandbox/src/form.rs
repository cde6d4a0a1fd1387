//! `application/x-www-form-urlencoded`, read strictly.

use bytes::Bytes;
use zeroize::{Zeroize as _, Zeroizing};

/// What makes a text no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("a % is not followed by two hexadecimal digits")]
    Escape,
    #[error("a name or value is not UTF-8 text")]
    Utf8,
}

/// A name and its value, which is wiped when dropped: it may be of a card.
type Pair = (String, Zeroizing<String>);

/// Names and values in their order. Empty pairs (`&&`) are passed over.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = Result<Pair, FormError>> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = std::mem::take(&mut *decode(name)?);
        Ok((name, decode(value)?))
    })
}

/// Percent-decoding, `+` for space. Characters a URL ought to escape are taken as they are: a published plugin
/// sends whole JSON texts that way. A broken escape is an error, as it is to Go's form reader.
fn decode(text: &str) -> Result<Zeroizing<String>, FormError> {
    // Never longer than the text, so it is not moved and leaves nothing behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let high = digit().ok_or(FormError::Escape)?;
                let low = digit().ok_or(FormError::Escape)?;
                u8::try_from(high * 16 + low).map_err(|_| FormError::Escape)?
            }
            other => other,
        });
    }
    String::from_utf8(std::mem::take(&mut *decoded))
        .map(Zeroizing::new)
        .map_err(|error| {
            error.into_bytes().zeroize();
            FormError::Utf8
        })
}

/// Overwrites a body that may have held card data. A body that something else still looks at is left alone, and
/// what the connection read it from is out of reach.
pub(crate) fn wipe(body: Bytes) {
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let read: Result<Vec<_>, _> = pairs("a=1+2%263&&b=&c&d=%E5%85%85").collect();
        let want = [("a", "1 2&3"), ("b", ""), ("c", ""), ("d", "充")];
        assert_eq!(
            read.unwrap(),
            want.map(|(n, v)| (n.to_owned(), Zeroizing::new(v.to_owned())))
        );
    }

    #[test]
    fn bare_json_as_a_plugin_sends_it_is_read() {
        let read: Vec<_> = pairs(r#"products=[{"name":"x=y","num":1}]&b=?:/"#)
            .map(Result::unwrap)
            .collect();
        assert_eq!(*read[0].1, r#"[{"name":"x=y","num":1}]"#);
        assert_eq!(*read[1].1, "?:/");
    }

    #[test]
    fn broken_escapes_are_errors() {
        for text in ["a=%", "a=%4", "a=%zz", "%+1=a", "a=%é"] {
            assert_eq!(pairs(text).next(), Some(Err(FormError::Escape)), "{text}");
        }
        assert_eq!(pairs("a=%ff").next(), Some(Err(FormError::Utf8)));
    }
}
