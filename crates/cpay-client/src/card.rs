//! The data of a payment card: wiped when dropped and never printed.
//!
//! Nothing here implements `Display`, `Serialize` or `PartialEq`. `Debug` shows only the last four digits of the
//! number.

use std::fmt;

use payments_core::redact::Masked;
use payments_core::wire::FromText;
use payments_core::{InvalidRequest, check};
use zeroize::Zeroizing;

/// A card: number, expiry and security code.
///
/// ```
/// use cpay_client::{Card, CardExpiry, CardNumber, Cvv};
///
/// let card = Card::new(CardNumber::new("4111111111111111")?, CardExpiry::new(12, 2027)?, Cvv::new("123")?);
/// assert_eq!(format!("{card:?}"), "Card { number: CardNumber(…1111), expiry: CardExpiry(***), cvv: Cvv(***) }");
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, Debug)]
pub struct Card {
    pub(crate) number: CardNumber,
    pub(crate) expiry: CardExpiry,
    pub(crate) cvv: Cvv,
}

impl Card {
    /// A card from its three parts.
    #[must_use]
    pub fn new(number: CardNumber, expiry: CardExpiry, cvv: Cvv) -> Self {
        Self {
            number,
            expiry,
            cvv,
        }
    }
}

/// The number of a card: 12 to 19 digits with a valid check digit (Luhn).
#[derive(Clone)]
pub struct CardNumber(Zeroizing<String>);

impl CardNumber {
    /// Takes the digits, without spaces or dashes. A `String` is not copied; it is wiped even if it is refused.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the number.
    pub fn new(digits: impl Into<String>) -> Result<Self, InvalidRequest> {
        let digits = Zeroizing::new(digits.into());
        let digit = |c: char| c.is_ascii_digit();
        check::matches(
            "card_number",
            &digits,
            (12, 19),
            digit,
            "12 to 19 digits without spaces",
        )?;
        if !luhn(&digits) {
            return Err(InvalidRequest::request(
                "card_number",
                "has a wrong check digit",
            ));
        }
        Ok(Self(digits))
    }

    /// The last four digits, the most of a card number that may be shown or kept.
    #[must_use]
    pub fn last_four(&self) -> &str {
        self.0
            .get(self.0.len().saturating_sub(4)..)
            .unwrap_or_default()
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(…{})", self.last_four())
    }
}

/// The last month in which a card is valid.
#[derive(Clone)]
pub struct CardExpiry(Zeroizing<[u8; 5]>);

impl CardExpiry {
    /// The month (1 to 12) and the year in full (2000 to 2099); sent as `12/27`. Whether the card has expired is not
    /// checked: it depends on a time zone that is not documented.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the values.
    pub fn new(month: u8, year: u16) -> Result<Self, InvalidRequest> {
        if !(1..=12).contains(&month) {
            return Err(InvalidRequest::request("card_expiry", "has no such month")
                .allowed("month 1 to 12"));
        }
        let Some(short) = year
            .checked_sub(2000)
            .and_then(|short| u8::try_from(short).ok())
            .filter(|y| *y < 100)
        else {
            return Err(
                InvalidRequest::request("card_expiry", "has a year out of range")
                    .allowed("year 2000 to 2099"),
            );
        };
        let digit = |value: u8| b'0' + value % 10;
        Ok(Self(Zeroizing::new([
            digit(month / 10),
            digit(month),
            b'/',
            digit(short / 10),
            digit(short),
        ])))
    }

    pub(crate) fn expose(&self) -> &str {
        // Digits and a slash are always UTF-8.
        std::str::from_utf8(&*self.0).unwrap_or_default()
    }
}

impl fmt::Debug for CardExpiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CardExpiry").field(&Masked).finish()
    }
}

/// The security code of a card: three digits, four on some.
#[derive(Clone)]
pub struct Cvv(Zeroizing<String>);

impl Cvv {
    /// Takes the digits.
    ///
    /// # Errors
    /// [`InvalidRequest`], which never repeats the code.
    pub fn new(digits: impl Into<String>) -> Result<Self, InvalidRequest> {
        let digits = Zeroizing::new(digits.into());
        check::matches(
            "cvv",
            &digits,
            (3, 4),
            |c| c.is_ascii_digit(),
            "3 or 4 digits",
        )?;
        Ok(Self(digits))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Cvv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cvv").field(&Masked).finish()
    }
}

/// The gateway's id of a card it has stored, `ccStorageID`. With the merchant's key it charges that card, so it is
/// wiped when dropped and `Debug` does not show it. The [`raw`](crate::CardPaymentPage::raw) answer contains it too and
/// is not wiped.
#[derive(Clone)]
pub struct StoredCardId(Zeroizing<String>);

impl StoredCardId {
    /// The id as the gateway returned it. The call that uses it checks it.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(Zeroizing::new(id.into()))
    }

    /// The id, to be stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StoredCardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoredCardId").field(&Masked).finish()
    }
}

impl FromText for StoredCardId {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
}

/// From the right, every second digit is doubled, and a two-digit result counts as the sum of its digits.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(byte, second)| match u32::from(byte.wrapping_sub(b'0')) {
            digit if !second => digit,
            digit if digit > 4 => digit * 2 - 9,
            digit => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}
