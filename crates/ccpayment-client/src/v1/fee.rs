//! A fee, and the coin it is in.

use std::fmt;

use payments_core::Amount;

use super::Coin;

/// What a transfer costs, in a coin that need not be the one that is moved.
///
/// A withdrawal of USDT may be charged in TRX: subtracting one from the other would be wrong by the price of both. So the
/// number comes out only together with its coin, and [`net`](Self::net) subtracts within one coin only.
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
/// // In which coin is not told: then it is subtracted from none.
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
    /// A fee whose coin is not told.
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

    /// The fee as the gateway tells it, if it tells one.
    pub(crate) fn told(
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

    /// The symbol of the fee's coin, `TRX`. Where the gateway does not tell it, none: older answers and invoices.
    #[must_use]
    pub fn crypto(&self) -> Option<&str> {
        self.crypto.as_deref()
    }

    /// The id of the fee's coin, a `coin_id` of [`coins`](super::Client::coins).
    #[must_use]
    pub fn coin_id(&self) -> Option<&str> {
        self.coin_id.as_deref()
    }

    /// `network_fee_value`, the fee's worth. In which currency, no document says, and the samples do not add up.
    #[must_use]
    pub const fn value(&self) -> Option<Amount> {
        self.value
    }

    /// The number with its coin, for books and pages.
    #[must_use]
    pub fn parts(&self) -> (Amount, Option<&str>) {
        (self.amount, self.crypto())
    }

    /// How much of `crypto` the fee is: none if it is in another coin, or its coin is not told.
    ///
    /// It goes by the symbol alone, in capitals or not. Two coins may share one: where you have the coin, ask
    /// [`amount_of`](Self::amount_of).
    #[must_use]
    pub fn amount_in(&self, crypto: &str) -> Option<Amount> {
        self.crypto()
            .filter(|own| own.eq_ignore_ascii_case(crypto))
            .map(|_| self.amount)
    }

    /// How much of `coin` the fee is, by the id of the coin; by its symbol only where the gateway told no id of the fee's.
    /// None if it is in another coin, or its coin is not told.
    #[must_use]
    pub fn amount_of(&self, coin: &Coin) -> Option<Amount> {
        match self.coin_id() {
            Some(own) => (own == coin.coin_id).then_some(self.amount),
            None => self.amount_in(coin.crypto.as_deref()?),
        }
    }

    /// What is left of `gross` units of `coin`: as [`net`](Self::net), and told apart as by
    /// [`amount_of`](Self::amount_of).
    #[must_use]
    pub fn net_of(&self, gross: Amount, coin: &Coin) -> Option<Amount> {
        if self.amount.is_zero() {
            return Some(gross);
        }
        gross.checked_sub(self.amount_of(coin)?)
    }

    /// What is left of `gross` units of `crypto`, by the symbol alone as [`amount_in`](Self::amount_in).
    ///
    /// `None` if the fee is in another coin, its coin is not told, or it is more than `gross`. A fee of zero leaves
    /// everything, in whatever coin it is.
    #[must_use]
    pub fn net(&self, gross: Amount, crypto: &str) -> Option<Amount> {
        if self.amount.is_zero() {
            return Some(gross);
        }
        gross.checked_sub(self.amount_in(crypto)?)
    }
}

impl fmt::Display for Fee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coin = self.crypto().unwrap_or("of an untold coin");
        write!(f, "{} {}", self.amount, coin.escape_debug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn a_fee_is_subtracted_within_its_coin_only() {
        let fee = Fee::new(amount("2")).in_crypto("usdt");
        assert_eq!(fee.amount_in("USDT"), Some(amount("2")));
        assert_eq!(fee.net(amount("5"), "USDT"), Some(amount("3")));
        assert_eq!(fee.net(amount("1"), "USDT"), None, "more than there is");
        assert_eq!(fee.net(amount("5"), "TRX"), None);
        assert_eq!(fee.parts(), (amount("2"), Some("usdt")));
        let untold = Fee::new(amount("2"));
        assert_eq!(
            (untold.net(amount("5"), "USDT"), untold.crypto()),
            (None, None)
        );
        assert_eq!(untold.to_string(), "2 of an untold coin");
    }

    fn coin(id: &str, crypto: &str) -> Coin {
        serde_json::from_str(&format!(r#"{{"coin_id":"{id}","crypto":"{crypto}"}}"#)).unwrap()
    }

    /// Two coins of one symbol, and one coin whose symbol is spelt in two ways.
    #[test]
    fn where_an_id_is_told_it_decides() {
        let fee = Fee::told(
            Some(amount("2")),
            Some("USDT".into()),
            Some("id-1".into()),
            None,
        )
        .unwrap();
        let gross = amount("5");
        for (coin, is_its) in [
            (coin("id-1", "USDT"), true),
            (coin("id-1", "USDT20"), true),
            (coin("id-2", "USDT"), false),
        ] {
            assert_eq!(fee.amount_of(&coin).is_some(), is_its, "{coin:?}");
            let left = is_its.then(|| amount("3"));
            assert_eq!(fee.net_of(gross, &coin), left, "{coin:?}");
        }
        assert_eq!(fee.net_of(amount("1"), &coin("id-1", "USDT")), None);
        let without_id = Fee::new(amount("2")).in_crypto("USDT");
        assert_eq!(
            without_id.amount_of(&coin("id-2", "USDT")),
            Some(amount("2"))
        );
        assert_eq!(without_id.amount_of(&coin("id-2", "TRX")), None);
        let free = Fee::new(Amount::ZERO);
        assert_eq!(free.net_of(gross, &coin("id-2", "TRX")), Some(gross));
    }

    #[test]
    fn nothing_is_nothing_in_every_coin() {
        let free = Fee::new(amount("0.00"));
        assert_eq!(free.net(amount("5"), "USDT"), Some(amount("5")));
    }
}
