//! Checks that several calls share, beyond those of [`payments_core::check`].

use payments_core::{Invalid, check};

/// The limit of texts to which the documents give none, or one that no real value could keep.
pub(crate) const UNSTATED: usize = 256;

/// `text` in the alphabet of `allowed`, `min` to `max` characters.
pub(crate) fn spelt(
    field: &'static str,
    text: &str,
    (min, max): (usize, usize),
    alphabet: fn(char) -> bool,
    allowed: &'static str,
) -> Result<(), Invalid> {
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
    Err(Invalid::request(field, problem).allowed(allowed))
}

/// A country by ISO 3166-1 alpha-2, in capitals. Whether it exists is the gateway's to say.
pub(crate) fn country(text: &str) -> Result<(), Invalid> {
    let capital = |c: char| c.is_ascii_uppercase();
    spelt(
        "country",
        text,
        (2, 2),
        capital,
        "two capital letters (ISO 3166-1 alpha-2), such as DE",
    )
}

/// An e-mail address, as far as its shape goes: one `@`, a domain with a point, nothing that a signature or a
/// header could stumble over.
pub(crate) fn email(field: &'static str, text: &str) -> Result<(), Invalid> {
    // The longest address that mail itself can carry.
    check::separable(field, text, 254)?;
    let good = text.split_once('@').is_some_and(|(local, domain)| {
        let labels = || domain.split('.');
        !local.is_empty()
            && !text.chars().any(char::is_whitespace)
            && !domain.contains('@')
            && labels().count() > 1
            && labels().all(|label| !label.is_empty())
    });
    if good {
        Ok(())
    } else {
        Err(Invalid::request(field, "is not an e-mail address").allowed("name@domain.example"))
    }
}

/// One of the values that a document lists.
pub(crate) fn one_of(field: &'static str, text: &str, listed: &[&str]) -> Result<(), Invalid> {
    if listed.contains(&text) {
        return Ok(());
    }
    Err(Invalid::request(field, "is not supported by this call").allowed(listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_judged_by_their_shape() {
        for good in ["a@b.c", "first.last+tag@shop.example", "ü@müller.example"] {
            assert_eq!(email("email", good), Ok(()), "{good}");
        }
        for bad in [
            "", "a", "@b.c", "a@", "a@b", "a@b.", "a@.b", "a@b@c.d", "a b@c.d", "a&b@c.d", "a@b..c",
        ] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn countries_are_two_capitals() {
        assert_eq!(country("DE"), Ok(()));
        for bad in ["", "D", "de", "DEU", "D1", "ÄÖ"] {
            assert!(country(bad).is_err(), "{bad}");
        }
    }
}
