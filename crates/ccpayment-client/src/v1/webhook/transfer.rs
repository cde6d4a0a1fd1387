//! What webhooks of several kinds have in common.

use bytes::Bytes;
use payments_core::{Amount, ProviderRef, WebhookError};

use crate::fields::Fields;
use crate::v1::fee::Fee;
use crate::v1::status::PayStatus;

/// The part that every webhook has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transfer {
    /// The status. Only [`PayStatus::Success`] is a credit.
    pub status: PayStatus,
    /// The gateway's id of this transfer: one order may have several.
    pub record_id: ProviderRef,
    /// The amount, in units of `crypto`. Both are always set for a credit.
    pub amount: Option<Amount>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// The hash of the transaction, or the text `internal transfer`: see [`is_internal`](Self::is_internal).
    pub txid: Option<String>,
    raw: Raw,
}

impl Transfer {
    /// Whether it was between Cwallet users, and so is not on a chain.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.txid.as_deref() == Some("internal transfer")
    }

    pub(super) fn raw(&self) -> &[u8] {
        &self.raw.0
    }

    /// A successful incoming payment must contain its amount and coin: without them there is nothing to book, and booking
    /// the amount due instead would be wrong.
    pub(super) fn read_incoming(
        fields: &Fields<'_>,
        amount: &'static str,
        body: &[u8],
    ) -> Result<Self, WebhookError> {
        let transfer = Self::read(fields, amount, body)?;
        let unreadable = |field| Err(WebhookError::Unreadable { field });
        match transfer.status {
            PayStatus::Success if transfer.amount.is_none() => unreadable(amount),
            PayStatus::Success if transfer.crypto.is_none() => unreadable("crypto"),
            _ => Ok(transfer),
        }
    }

    pub(super) fn read(
        fields: &Fields<'_>,
        amount: &'static str,
        body: &[u8],
    ) -> Result<Self, WebhookError> {
        Ok(Self {
            status: fields.required("pay_status")?,
            record_id: fields.required("record_id")?,
            amount: fields.optional(amount)?,
            crypto: fields.optional("crypto")?,
            chain: fields.lenient("chain"),
            contract: fields.lenient("contract"),
            txid: fields.lenient("txid"),
            raw: Raw(Bytes::copy_from_slice(body)),
        })
    }

    /// `service_fee`, which is in the coin that was paid.
    pub(super) fn service_fee(&self, fields: &Fields<'_>) -> Option<Fee> {
        let amount = fields.lenient("service_fee");
        Fee::from_wire(amount, self.crypto.clone(), None, None)
    }
}

/// The body; `Debug` prints its size only.
#[derive(Clone)]
struct Raw(Bytes);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// The price of an order and the amount due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quote {
    /// The price.
    pub product_price: Option<Amount>,
    /// The currency of the price: `USD`, or `token` in one of several spellings.
    pub denominated_currency: Option<String>,
    /// The amount due, in units of the coin.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit of the currency, 1 for dollars (`assumed` from the samples; the page states the opposite).
    pub fiat_rate: Option<Amount>,
    /// US dollars for one unit of the coin (`assumed` from the samples).
    pub token_rate: Option<Amount>,
}

impl Quote {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, WebhookError> {
        Ok(Self {
            product_price: fields.optional("product_price")?,
            denominated_currency: fields.optional("denominated_currency")?,
            order_amount: fields.optional("order_amount")?,
            fiat_rate: fields.lenient("fiat_rate"),
            token_rate: fields.lenient("token_rate"),
        })
    }
}
