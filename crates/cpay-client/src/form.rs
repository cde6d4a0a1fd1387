//! Writes `application/x-www-form-urlencoded` text: what the crate `form_urlencoded` writes, in a third of its
//! instructions. Encoding is the larger half of what this client adds to a request beside the hash.

/// Appends `name=value`, after a `&` unless `form` is still empty behind `start`.
///
/// Names are this crate's own and need no escape; most of a value stands as it is and is copied run by run.
pub(crate) fn push(form: &mut String, start: usize, name: &str, value: &str) {
    if form.len() > start {
        form.push('&');
    }
    form.push_str(name);
    form.push('=');
    let mut rest = value;
    // What is not plain begins a character: the plain ones before it are ASCII.
    while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
        let (plain, tail) = rest.split_at(at);
        form.push_str(plain);
        let mut chars = tail.chars();
        if let Some(c) = chars.next() {
            escape(form, c);
        }
        rest = chars.as_str();
    }
    form.push_str(rest);
}

/// One look-up per byte, whatever it is.
fn is_plain(byte: u8) -> bool {
    PLAIN.get(usize::from(byte)).copied().unwrap_or_default()
}

#[allow(
    clippy::indexing_slicing,
    reason = "in a constant an index out of bounds does not compile"
)]
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'*' | b'-' | b'.' | b'_');
        byte += 1;
    }
    plain
};

fn escape(form: &mut String, c: char) {
    if c == ' ' {
        return form.push('+');
    }
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let start = 3 * usize::from(byte);
        form.push_str(ESCAPES.get(start..start + 3).unwrap_or_default());
    }
}

/// `%00` to `%FF`, one behind the other.
#[allow(
    clippy::indexing_slicing,
    reason = "in a constant an index out of bounds does not compile"
)]
const ESCAPES: &str = {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    const TEXT: [u8; 3 * 256] = {
        let mut text = [b'%'; 3 * 256];
        let mut byte = 0;
        while byte < 256 {
            text[3 * byte + 1] = DIGITS[byte >> 4];
            text[3 * byte + 2] = DIGITS[byte & 0xf];
            byte += 1;
        }
        text
    };
    match str::from_utf8(&TEXT) {
        Ok(text) => text,
        Err(_) => "",
    }
};

#[cfg(test)]
mod tests {
    use super::push;
    use form_urlencoded::Serializer;
    use proptest::prelude::*;

    fn both(pairs: &[(&str, &str)]) -> (String, String) {
        let start = "https://a.example/?";
        let mut ours = start.to_owned();
        for (name, value) in pairs {
            push(&mut ours, start.len(), name, value);
        }
        let theirs = Serializer::for_suffix(start.to_owned(), start.len())
            .extend_pairs(pairs)
            .finish();
        (ours, theirs)
    }

    #[test]
    fn every_ascii_character_is_written_alike() {
        let all: String = (0..128_u8).map(char::from).collect();
        let (ours, theirs) = both(&[("a", &all), ("b", ""), ("c", " ~*+%é用🧾")]);
        assert_eq!(ours, theirs);
    }

    proptest! {
        #[test]
        fn every_text_is_written_alike(one in any::<String>(), two in "[ -~]*") {
            let (ours, theirs) = both(&[("one", &one), ("two", &two)]);
            prop_assert_eq!(ours, theirs);
        }
    }
}
