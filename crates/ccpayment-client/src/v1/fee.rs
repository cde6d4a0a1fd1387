//! A fee together with its coin.

use std::fmt;

use payments_core::Amount;
use payments_core::wire::FromText;

/// What a transfer costs, in a coin that may differ from the one that is moved.
///
/// A withdrawal of USDT may be charged in TRX. So the number is only available together with its coin, and
/// [`net`](Self::net) subtracts within one coin only.
///
/// ```
/// use ccpayment_client::v1::Fee;
/// use payments_core::Amount;
///
/// let sent: Amount = "10".parse()?;
/// let fee = Fee::new("1.5".parse()?).in_crypto("TRX");
/// assert_eq!(fee.net(sent, "USDT"), None);
/// assert_eq!(fee.net(sent, "TRX"), Some("8.5".parse()?));
/// assert_eq!(fee.to_string(), "1.5 TRX");
///
/// // A fee in an unknown coin is never subtracted.
/// assert_eq!(Fee::new("1.5".parse()?).net(sent, "TRX"), None);
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    amount: Amount,
    crypto: Option<String>,
    coin_id: Option<String>,
    value: Option<Amount>,
}

impl Fee {
    /// A fee in an unknown coin.
    #[must_use]
    pub const fn new(amount: Amount) -> Self {
        Self {
            amount,
            crypto: None,
            coin_id: None,
            value: None,
        }
    }

    /// The same fee in this coin.
    #[must_use]
    pub fn in_crypto(mut self, crypto: impl Into<String>) -> Self {
        self.crypto = Some(crypto.into());
        self
    }

    /// The fee that an answer or a webhook contains; `None` without an amount.
    pub(crate) fn from_wire(
        amount: Option<Amount>,
        crypto: Option<String>,
        coin_id: Option<String>,
        value: Option<Amount>,
    ) -> Option<Self> {
        Some(Self {
            amount: amount?,
            crypto,
            coin_id,
            value,
        })
    }

    /// The symbol of the fee's coin, `TRX`. `None` in older answers and in invoices, which do not name the coin.
    #[must_use]
    pub fn crypto(&self) -> Option<&str> {
        self.crypto.as_deref()
    }

    /// The id of the fee's coin, a `coin_id` of [`coins`](super::Client::coins).
    #[must_use]
    pub fn coin_id(&self) -> Option<&str> {
        self.coin_id.as_deref()
    }

    /// `network_fee_value`, the fee's worth. No document states its currency, and the samples do not add up.
    #[must_use]
    pub const fn value(&self) -> Option<Amount> {
        self.value
    }

    /// The number with its coin, for accounting and display.
    #[must_use]
    pub fn parts(&self) -> (Amount, Option<&str>) {
        (self.amount, self.crypto())
    }

    /// The fee in `crypto`; `None` if it is in another or an unknown coin.
    ///
    /// Compares the symbol only, ignoring ASCII case. Two coins may share a symbol: with a [`Coin`](super::Coin), use
    /// [`amount_of`](Self::amount_of).
    #[must_use]
    pub fn amount_in(&self, crypto: &str) -> Option<Amount> {
        self.crypto()
            .filter(|own| own.eq_ignore_ascii_case(crypto))
            .map(|_| self.amount)
    }

    /// What remains of `gross` units of `crypto`, comparing symbols as [`amount_in`](Self::amount_in).
    ///
    /// `None` if the fee is in another or an unknown coin, or is more than `gross`. A fee of zero leaves `gross`,
    /// whatever its coin.
    #[must_use]
    pub fn net(&self, gross: Amount, crypto: &str) -> Option<Amount> {
        self.subtract_from(gross, self.amount_in(crypto))
    }

    /// `gross` less `own_amount`, which is `None` if the fee is in another coin.
    pub(crate) fn subtract_from(
        &self,
        gross: Amount,
        own_amount: Option<Amount>,
    ) -> Option<Amount> {
        if self.amount.is_zero() {
            return Some(gross);
        }
        gross.checked_sub(own_amount?)
    }
}

impl fmt::Display for Fee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coin = self.crypto().unwrap_or("of an unknown coin");
        write!(f, "{} {}", self.amount, coin.escape_debug())
    }
}

/// From the text of its amount: a fee in an unknown coin.
impl FromText for Fee {
    fn from_text(text: &str) -> Option<Self> {
        Amount::from_text(text).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn subtracts_within_its_own_coin_only() {
        let fee = Fee::new(amount("2")).in_crypto("usdt");
        assert_eq!(fee.amount_in("USDT"), Some(amount("2")));
        assert_eq!(fee.net(amount("5"), "USDT"), Some(amount("3")));
        assert_eq!(fee.net(amount("1"), "USDT"), None, "more than gross");
        assert_eq!(fee.net(amount("5"), "TRX"), None);
        assert_eq!(fee.parts(), (amount("2"), Some("usdt")));
        let unknown = Fee::new(amount("2"));
        assert_eq!(
            (unknown.net(amount("5"), "USDT"), unknown.crypto()),
            (None, None)
        );
        assert_eq!(unknown.to_string(), "2 of an unknown coin");
    }

    #[test]
    fn a_fee_of_zero_leaves_the_gross_amount_in_any_coin() {
        let free = Fee::new(amount("0.00"));
        assert_eq!(free.net(amount("5"), "USDT"), Some(amount("5")));
    }
}
