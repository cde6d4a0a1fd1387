//! The looks of texts that a table describes in words.

use std::net::{IpAddr, Ipv4Addr};

pub(super) fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn capitals(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// ISO 3166-1, two letters. Whether there is such a country is not checked.
pub(super) fn alpha2(text: &str) -> bool {
    capitals(text, 2)
}

/// ISO 3166-1, three letters.
pub(super) fn alpha3(text: &str) -> bool {
    capitals(text, 3)
}

/// Something, an `@`, something with a point.
pub(super) fn email(text: &str) -> bool {
    let space = |letter: char| letter.is_whitespace() || letter.is_control();
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.trim_matches('.').contains('.')
            && !host.contains('@')
            && !text.contains(space)
    })
}

/// `+55`, area and number.
pub(super) fn brazilian_mobile(text: &str) -> bool {
    text.strip_prefix("+55")
        .is_some_and(|number| digits(number) && (10..=13).contains(&number.len()))
}

/// A cpf or cnpj with or without its punctuation. The check digits are not looked at.
pub(super) fn tax_number(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".-/".contains(&byte));
    plain && text.bytes().any(|byte| byte.is_ascii_digit())
}

pub(super) fn ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

pub(super) fn ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The address line of a card's holder: letters and digits, `_`, `-`, `.`, one to fifty of them. That letters are those
/// of any alphabet, and that single spaces between them are taken, is assumed.
pub(super) fn address_line(text: &str) -> bool {
    let good =
        |letter: char| letter.is_alphabetic() || letter.is_ascii_digit() || "_-.".contains(letter);
    text.chars().count() <= 50 && words(text, good)
}

/// A city: one to fifteen letters. That letters are those of any alphabet, and that hyphens and single spaces between
/// them are taken, is assumed.
pub(super) fn city(text: &str) -> bool {
    let good = |letter: char| letter.is_alphabetic() || letter == '-';
    text.chars().count() <= 15 && words(text, good)
}

/// Words of good letters, divided by single spaces.
fn words(text: &str, good: fn(char) -> bool) -> bool {
    text.split(' ')
        .all(|word| !word.is_empty() && word.chars().all(good))
}

/// `yyyy-mm-dd`, a day of the calendar.
pub(super) fn date(text: &str) -> Option<jiff::civil::Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse().ok().filter(|_| shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheets_examples_fit() {
        assert!(brazilian_mobile("+55000000000000") && !brazilian_mobile("55000000000000"));
        assert!(email("asdf@gmail.com") && !email("asdf@gmail") && !email("a b@c.de"));
        assert!(tax_number("123.456.789-09") && !tax_number("4864330xxx") && !tax_number("-"));
        assert!(
            address_line("12_Main-St.") && address_line("12 Główna") && !address_line("12/3 St")
        );
        assert!(
            !address_line("12  Main") && !address_line(" 12") && !address_line(&"a".repeat(51))
        );
        assert!(city("Moscow") && city("New York") && city("Łódź") && city("Foz-do Iguaçu"));
        assert!(
            !city("New  York")
                && !city("York ")
                && !city("")
                && !city("Rio2")
                && !city(&"a".repeat(16))
        );
    }

    #[test]
    fn dates_are_days() {
        assert!(date("1987-05-01").is_some() && date("2024-02-29").is_some());
        for text in [
            "1987-5-1",
            "2023-02-29",
            "1987-05-01T00:00",
            "19870501",
            "",
            "+987-05-01",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
