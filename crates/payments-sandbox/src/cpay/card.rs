//! Test cards: which are accepted and which are declined. Cards are not kept.

use zeroize::Zeroizing;

use crate::shared::text::is_digits;

/// Test numbers that are declined, with the bank's reason. Every other number that passes the Luhn check is accepted, e.g.
/// 4242424242424242.
const DECLINED: [(&str, &str); 4] = [
    ("4000000000000002", "the bank declines this test card"),
    ("4000000000009995", "this test card has no funds"),
    ("4000000000000069", "this test card has expired"),
    ("4000000000000127", "the cvv of this test card is wrong"),
];

/// A received card without its cvv, which is only checked. Wiped when dropped; `Debug` shows nothing.
pub(super) struct Card {
    number: Zeroizing<String>,
    expiry: Zeroizing<String>,
}

/// A value of a card that cannot be used: its name and what is wrong, without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadCard {
    pub(super) field: &'static str,
    pub(super) problem: &'static str,
}

impl Card {
    /// Checks the form of number (12 to 19 digits, Luhn), cvv (3 or 4 digits) and expiry (`12/27`).
    pub(super) fn new(
        number: Zeroizing<String>,
        cvv: Zeroizing<String>,
        expiry: Zeroizing<String>,
    ) -> Result<Self, BadCard> {
        let bad = |field, problem| Err(BadCard { field, problem });
        if !is_digits(&number) || !(12..=19).contains(&number.len()) {
            return bad("cardNumber", "is not 12 to 19 digits");
        }
        if !luhn(&number) {
            return bad("cardNumber", "has a wrong check digit (Luhn)");
        }
        if !is_digits(&cvv) || !(3..=4).contains(&cvv.len()) {
            return bad("cvv", "is not 3 or 4 digits");
        }
        let card = Self { number, expiry };
        if card.month_and_year().is_none() {
            return bad("expDate", "is not month/year, as in 12/27");
        }
        Ok(card)
    }

    fn month_and_year(&self) -> Option<(u32, u32)> {
        let (month, year) = self.expiry.split_once('/')?;
        if month.len() != 2 || year.len() != 2 || !is_digits(month) || !is_digits(year) {
            return None;
        }
        let month = month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        Some((month, year.parse().ok()?))
    }

    /// Why the bank declines the card at this time of the sandbox, given as `yyMM…`.
    pub(super) fn decline(&self, stamp: &str) -> Option<&'static str> {
        let now = stamp.get(..4).and_then(|now| now.parse::<u32>().ok());
        let until = self
            .month_and_year()
            .map(|(month, year)| year * 100 + month);
        if until < now {
            return Some("the card has expired at the sandbox's time");
        }
        DECLINED
            .iter()
            .find(|(number, _)| *number == self.number.as_str())
            .map(|(_, reason)| *reason)
    }
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card").finish_non_exhaustive()
    }
}

/// The Luhn check: every second digit from the right is doubled, and the sum of all digits is a multiple of ten.
fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .map(|byte| u32::from(byte.wrapping_sub(b'0')))
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit) {
            (1, 5..) => digit * 2 - 9,
            (1, _) => digit * 2,
            _ => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(number: &str, cvv: &str, expiry: &str) -> Result<Card, BadCard> {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        Card::new(own(number), own(cvv), own(expiry))
    }

    #[test]
    fn a_wrong_digit_fails_the_luhn_check() {
        for (number, _) in DECLINED {
            assert!(luhn(number), "{number}");
        }
        for number in ["4242424242424242", "4111111111111111", "378282246310005"] {
            assert!(card(number, "737", "12/27").is_ok(), "{number}");
            let wrong = number.replacen('4', "5", 1).replacen('3', "9", 1);
            let refused = card(&wrong, "737", "12/27").unwrap_err();
            assert_eq!(refused.field, "cardNumber");
        }
    }

    #[test]
    fn refuses_malformed_values_by_name() {
        let ok = "4242424242424242";
        for (number, cvv, expiry, field) in [
            ("4242 4242 4242 4242", "737", "12/27", "cardNumber"),
            ("42", "737", "12/27", "cardNumber"),
            ("", "737", "12/27", "cardNumber"),
            (ok, "73", "12/27", "cvv"),
            (ok, "73a", "12/27", "cvv"),
            (ok, "737", "13/27", "expDate"),
            (ok, "737", "1/27", "expDate"),
            (ok, "737", "12/2027", "expDate"),
            (ok, "737", "1227", "expDate"),
            (ok, "737", "+1/27", "expDate"),
        ] {
            assert_eq!(card(number, cvv, expiry).unwrap_err().field, field);
        }
    }

    #[test]
    fn a_card_is_good_until_the_end_of_its_month() {
        let ok = card("4242424242424242", "737", "12/27").unwrap();
        assert_eq!(ok.decline("271231235959"), None);
        assert!(ok.decline("280101000000").unwrap().contains("expired"));
        let bad = card("4000000000000002", "737", "12/27").unwrap();
        assert!(bad.decline("221116112637").unwrap().contains("declines"));
        assert!(!format!("{bad:?}").contains("4000"));
    }
}
