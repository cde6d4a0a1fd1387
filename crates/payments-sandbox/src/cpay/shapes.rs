//! The forms of texts that a table describes in words.

use std::net::{IpAddr, Ipv4Addr};

use crate::shared::text::is_digits;

fn capitals(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// ISO 3166-1, two letters. Whether the country exists is not checked.
pub(super) fn alpha2(text: &str) -> bool {
    capitals(text, 2)
}

/// ISO 3166-1, three letters.
pub(super) fn alpha3(text: &str) -> bool {
    capitals(text, 3)
}

/// A name, an `@`, and a host with a point.
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
        .is_some_and(|number| is_digits(number) && (10..=13).contains(&number.len()))
}

/// A cpf or cnpj with or without punctuation. The check digits are not checked.
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

/// The address line of a card holder: one to fifty letters, digits, `_`, `-` or `.`. That letters of any alphabet and single
/// spaces between words are accepted is assumed.
pub(super) fn address_line(text: &str) -> bool {
    let good =
        |letter: char| letter.is_alphabetic() || letter.is_ascii_digit() || "_-.".contains(letter);
    text.chars().count() <= 50 && words(text, good)
}

/// A city: one to fifteen letters. That letters of any alphabet, hyphens, and single spaces between words are accepted is
/// assumed.
pub(super) fn city(text: &str) -> bool {
    let good = |letter: char| letter.is_alphabetic() || letter == '-';
    text.chars().count() <= 15 && words(text, good)
}

/// Words of allowed letters, separated by single spaces.
fn words(text: &str, good: fn(char) -> bool) -> bool {
    text.split(' ')
        .all(|word| !word.is_empty() && word.chars().all(good))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_documents_examples() {
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
}
