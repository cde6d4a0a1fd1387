//! A conversion of one currency into another, as the rate queries take it.

use bytes::Bytes;
use payments_core::{Amount, InvalidRequest, check};

use crate::protocol::Account;
use crate::rate::Rate;
use crate::rules::{self, Names};

/// The two currencies of a conversion, the amount, and the currency that the amount is in.
///
/// ```
/// use cpay_client::Conversion;
///
/// // "I want to spend 100 USD", and "I want to get 0.5 ETH".
/// let spend = Conversion::spending("100".parse()?, "USD", "ETH");
/// let get = Conversion::getting("0.5".parse()?, "USD", "ETH");
/// # let _ = (spend, get);
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    amount: Amount,
    side: Side,
    source: String,
    target: String,
    names: Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Source,
    Target,
}

impl Conversion {
    /// `amount` units of `source` are spent for `target`: `purchaseType` 0.
    ///
    /// The amount is more than zero, up to 11 decimals, which is `assumed`: no document states a limit, and the
    /// gateway's results have as many. Both currencies are those of the documents' balances; see
    /// [`allow_unlisted`](Self::allow_unlisted).
    #[must_use]
    pub fn spending(amount: Amount, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            amount: amount.without_zeros_beyond(Rate::TARGET_DECIMALS),
            side: Side::Source,
            source: source.into(),
            target: target.into(),
            names: Names::Listed,
        }
    }

    /// `amount` units of `target` are bought with `source`: `purchaseType` 1. That the gateway's result is then the
    /// price, `target * rate`, is `assumed`: the documents have no example of it.
    ///
    /// The limits are those of [`spending`](Self::spending).
    #[must_use]
    pub fn getting(amount: Amount, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            amount: amount.without_zeros_beyond(Rate::TARGET_DECIMALS),
            side: Side::Target,
            source: source.into(),
            target: target.into(),
            names: Names::Listed,
        }
    }

    /// Sends a currency that C-Pay's documents do not list, as it is. Default: such a name is refused before anything is sent,
    /// because it is more often a typing error, and the gateway's answer to one proves nothing.
    #[must_use]
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// The other side of this conversion at `rate`: the obtained amount of the target for [`spending`](Self::spending),
    /// the amount of the source to pay for [`getting`](Self::getting).
    ///
    /// For `spending` it reproduces the specification's numbers; for `getting` it is `assumed`. See
    /// [`Rate::target_for`] and [`Rate::source_for`], which also describe when the result is `None`.
    ///
    /// ```
    /// use cpay_client::{Conversion, Rate};
    ///
    /// let rate = Rate::new("2999.342".parse()?);
    /// let obtained = Conversion::spending("100".parse()?, "USD", "ETH").at(rate);
    /// assert_eq!(obtained, Some("0.03334064604".parse()?));
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    #[must_use]
    pub fn at(&self, rate: Rate) -> Option<Amount> {
        match self.side {
            Side::Source => rate.target_for(self.amount),
            Side::Target => rate.source_for(self.amount),
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        let listed = rules::CURRENCIES;
        InvalidRequest::all([
            check::positive("amount", self.amount),
            check::decimals("amount", self.amount, Rate::TARGET_DECIMALS),
            self.names.check("source_currency", &self.source, listed),
            self.names.check("target_currency", &self.target, listed),
        ])
    }

    /// The request of both calls that take a conversion.
    pub(crate) fn encode(
        &self,
        name: &str,
        account: &Account,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.get(
            name,
            &mut [
                ("amount", &self.amount.to_text()),
                ("merchantId", account.merchant_id()),
                (
                    "purchaseType",
                    match self.side {
                        Side::Source => "0",
                        Side::Target => "1",
                    },
                ),
                ("sourceCurrency", &self.source),
                ("targetCurrency", &self.target),
            ],
        )
    }
}
