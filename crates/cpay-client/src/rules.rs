//! Checks that several calls share, beyond those of [`payments_core::check`].

use payments_core::{Amount, InvalidRequest, check};

/// The limit of texts to which the documents give none, or one that no real value could keep.
pub(crate) const UNSTATED: usize = 256;

/// `min` to `max` characters of `text`, all of the `alphabet`; `allowed` says it in words.
pub(crate) fn spelt(
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

/// A country by ISO 3166-1 alpha-2, in capitals. Whether it exists is the gateway's to say.
pub(crate) fn country(text: &str) -> Result<(), InvalidRequest> {
    let capital = |c: char| c.is_ascii_uppercase();
    spelt(
        "country",
        text,
        (2, 2),
        capital,
        "two capital letters (ISO 3166-1 alpha-2), such as DE",
    )
}

/// As [`spelt`], of 1 to `max` characters, with single spaces between words.
pub(crate) fn words(
    field: &'static str,
    text: &str,
    max: usize,
    alphabet: fn(char) -> bool,
    allowed: &'static str,
) -> Result<(), InvalidRequest> {
    if text.chars().any(|c| c != ' ' && !alphabet(c)) {
        return Err(InvalidRequest::request(field, "has other characters").allowed(allowed));
    }
    spelt(field, text, (1, max), |_| true, allowed)?;
    if text.split(' ').any(str::is_empty) {
        return Err(InvalidRequest::request(field, "has a space too many").allowed(allowed));
    }
    Ok(())
}

/// Text that may come back in a webhook, with `&` but without a piece `&name=`.
///
/// Where a signature joins raw values, such a piece could pass for the border of another field, and a webhook that
/// brings it back would be refused: see `payments_signing::cpay::Key::verify_webhook`. A name does not begin with a
/// space.
pub(crate) fn whole(
    field: &'static str,
    text: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    check::text(field, text, max_chars)?;
    let border = |piece: &str| {
        piece
            .split_once('=')
            .is_some_and(|(name, _)| !name.is_empty() && !name.starts_with(' '))
    };
    if text.split('&').skip(1).any(border) {
        return Err(InvalidRequest::request(field, "has an & followed by name=")
            .allowed("an & before a space, or with no = behind it"));
    }
    Ok(())
}

/// As [`whole`], or empty where the field is not sent.
pub(crate) fn optional_whole(
    field: &'static str,
    text: &str,
    max_chars: usize,
) -> Result<(), InvalidRequest> {
    if text.is_empty() {
        Ok(())
    } else {
        whole(field, text, max_chars)
    }
}

/// What is left of `amount` after `most` decimals, where digits other than zero stand beyond them.
pub(crate) fn cut(amount: Amount, most: u8) -> Option<Amount> {
    let beyond = amount.decimals().checked_sub(most)?;
    let left = 10_u128
        .checked_pow(u32::from(beyond))
        .and_then(|power| Amount::from_parts(amount.coefficient() / power, most).ok())
        .unwrap_or(Amount::ZERO);
    (left != amount).then_some(left)
}

/// An e-mail address, as far as its shape goes: one `@`, a domain with a point, no white space.
pub(crate) fn email(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    // The longest address that mail itself can carry.
    check::text(field, text, 254)?;
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
        Err(InvalidRequest::request(field, "is not an e-mail address")
            .allowed("name@domain.example"))
    }
}

/// One of the values that a document lists.
pub(crate) fn one_of(
    field: &'static str,
    text: &str,
    listed: &[&str],
) -> Result<(), InvalidRequest> {
    if listed.contains(&text) {
        return Ok(());
    }
    Err(InvalidRequest::request(field, "is not supported by this call").allowed(listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_judged_by_their_shape() {
        for good in [
            "a@b.c",
            "first.last+tag@shop.example",
            "ü@müller.example",
            "a&b@c.d",
        ] {
            assert_eq!(email("email", good), Ok(()), "{good}");
        }
        for bad in [
            "", "a", "@b.c", "a@", "a@b", "a@b.", "a@.b", "a@b@c.d", "a b@c.d", "a@b..c",
        ] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_text_that_comes_back_has_no_border_of_a_field_in_it() {
        for good in [
            "&",
            "a&b",
            "Tom & Jerry",
            "Tom & Jerry = friends",
            "a=1",
            "&=1",
            r#"{"a":1}"#,
        ] {
            assert_eq!(whole("remark", good, 256), Ok(()), "{good}");
        }
        for bad in [
            "&fee=0",
            "x&a b=",
            r#"{"u":"https://x/?a=1&b=2"}"#,
            "&&hash=1",
            "&ü=1",
            "& &z=",
        ] {
            let problem = whole("remark", bad, 256).unwrap_err().to_string();
            assert!(problem.contains("& followed by name="), "{bad}: {problem}");
        }
        assert!(whole("remark", "", 256).is_err() && optional_whole("remark", "", 256).is_ok());
        assert!(optional_whole("remark", "&a=", 256).is_err());
    }

    #[test]
    fn words_are_divided_by_single_spaces() {
        let words = |text| words("city", text, 9, char::is_alphabetic, "letters");
        for good in ["a", "São Paulo", "Łódź", "北京", "a b c"] {
            assert_eq!(words(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            " a",
            "a ",
            "a  b",
            "a1",
            "a\tb",
            "a\u{a0}b",
            "ten letter",
        ] {
            assert!(words(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn zeros_that_are_cut_off_are_nothing() {
        let cut = |text: &str| cut(text.parse().unwrap(), 2).map(|left| left.to_string());
        for fine in ["7", "7.1", "7.12", "7.120", "0.0000", "1.00000000"] {
            assert_eq!(cut(fine), None, "{fine}");
        }
        assert_eq!(cut("19.011").as_deref(), Some("19.01"));
        assert_eq!(cut("0.0090").as_deref(), Some("0.00"));
        let smallest = "0.0000000000000000000000000000000000001";
        assert_eq!(cut(smallest).as_deref(), Some("0.00"));
    }

    #[test]
    fn countries_are_two_capitals() {
        assert_eq!(country("DE"), Ok(()));
        for bad in ["", "D", "de", "DEU", "D1", "ÄÖ"] {
            assert!(country(bad).is_err(), "{bad}");
        }
    }
}
