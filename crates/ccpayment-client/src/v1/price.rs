//! The price of an order.

use payments_core::{Amount, InvalidRequest, check};

use super::limits;

/// The price of an order, in a currency or in the token that pays it.
///
/// ```
/// use ccpayment_client::v1::Price;
///
/// let price = Price::usd("25.50".parse()?);
/// assert_eq!((price.amount().to_string(), price.currency()), ("25.50".to_owned(), Some("USD")));
/// assert_eq!(Price::in_token("0.01".parse()?).currency(), None);
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    amount: Amount,
    /// `None` means the token.
    currency: Option<String>,
}

/// `denominated_currency` of a price in the token. Documents and SDKs spell it in three ways; the pages use this one.
const TOKEN: &str = "token";

impl Price {
    /// A price in US dollars, with up to two decimals; zeros beyond them are not sent.
    #[must_use]
    pub fn usd(amount: Amount) -> Self {
        Self::fiat(amount, "USD")
    }

    /// A price in a currency, with up to two decimals. The list of currencies is not public; only `USD` is certain.
    #[must_use]
    pub fn fiat(amount: Amount, currency: impl Into<String>) -> Self {
        Self {
            amount: amount.without_zeros_beyond(2),
            currency: Some(currency.into()),
        }
    }

    /// A price in the token that pays the order: this amount is due.
    ///
    /// How many decimals a token has differs, so trailing zeros are not sent. Up to 18 decimals, `assumed` from v2: v1's "no more than two" refers to dollars.
    #[must_use]
    pub const fn in_token(amount: Amount) -> Self {
        Self {
            amount: amount.without_zeros_beyond(0),
            currency: None,
        }
    }

    /// The amount.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// The currency; `None` for a price in the token.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    pub(crate) fn denominated_currency(&self) -> &str {
        self.currency().unwrap_or(TOKEN)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let positive = check::positive("price", self.amount);
        let Some(currency) = self.currency() else {
            return positive.and_then(|()| check::decimals("price", self.amount, 18));
        };
        let named = match currency.eq_ignore_ascii_case(TOKEN) {
            true => Err(InvalidRequest::request("currency", "is not a currency")
                .allowed("a code such as USD; for a price in the token, Price::in_token")),
            false => check::text("currency", currency, limits::ID),
        };
        InvalidRequest::all([positive, check::decimals("price", self.amount, 2), named])
    }
}
