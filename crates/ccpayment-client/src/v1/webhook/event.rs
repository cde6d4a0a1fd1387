//! What a webhook tells: five kinds, each with its own names for the same things.

use bytes::Bytes;
use payments_core::{Amount, ProviderRef};

use super::WebhookError;
use super::fields::Fields;
use super::kinds::{ApiDeposit, ApiWithdrawal, DirectDeposit, Invoice, Refund};
use crate::v1::{OrderType, PayStatus};

/// What a webhook tells. Handlers take a [`Verified<Event>`](super::Verified), which only
/// [`Webhooks::receive`](super::Webhooks::receive) makes.
///
/// Every kind has a [`Transfer`], and fields of its own. The wire's names differ from kind to kind and are mapped:
///
/// | here | API deposit | direct deposit | invoice | API withdrawal | refund |
/// |---|---|---|---|---|---|
/// | `transfer.amount` | `paid_amount` | `paid_amount` | `paid_amount` | `withdraw_amount` | `amount` |
/// | `credit_amount`, `net_receivable` | | `credit_amount` | `credit_amount` | `net_receivable` | `net_receivable` |
/// | `merchant_order_id` | in `extend` | | | top level | top level |
/// | the network fee's coin | | | not told | `network_fee_crypto` | `network_crypto` |
///
/// Source: the five pages of webhooks.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one is read and handled at a time; a box would stand in every pattern
#[non_exhaustive]
pub enum Event {
    /// A payment of an order of the API: one of possibly several.
    ApiDeposit(ApiDeposit),
    /// A payment to a customer's permanent address.
    DirectDeposit(DirectDeposit),
    /// A payment of an invoice.
    Invoice(Invoice),
    /// A withdrawal of the API.
    ApiWithdrawal(ApiWithdrawal),
    /// Money sent back to a payer.
    Refund(Refund),
    /// A kind that no page lists. Never a credit.
    Unlisted(Unlisted),
}

impl Event {
    /// What every kind has.
    #[must_use]
    pub const fn transfer(&self) -> &Transfer {
        match self {
            Self::ApiDeposit(event) => &event.transfer,
            Self::DirectDeposit(event) => &event.transfer,
            Self::Invoice(event) => &event.transfer,
            Self::ApiWithdrawal(event) => &event.transfer,
            Self::Refund(event) => &event.transfer,
            Self::Unlisted(event) => &event.transfer,
        }
    }

    /// What it is about.
    #[must_use]
    pub fn order_type(&self) -> OrderType {
        match self {
            Self::ApiDeposit(_) => OrderType::ApiDeposit,
            Self::DirectDeposit(_) => OrderType::DirectDeposit,
            Self::Invoice(_) => OrderType::Invoice,
            Self::ApiWithdrawal(_) => OrderType::ApiWithdrawal,
            Self::Refund(_) => OrderType::Refund,
            Self::Unlisted(event) => OrderType::Other(event.order_type.clone()),
        }
    }

    /// Whether money has come in for good: a payment whose status is [`PayStatus::Success`]. Nothing else is a credit.
    ///
    /// How much of what is told then: `amount` and `crypto` of [`transfer`](Self::transfer). A genuine webhook of such a
    /// payment without them gives no event.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        let comes_in = matches!(
            self,
            Self::ApiDeposit(_) | Self::DirectDeposit(_) | Self::Invoice(_)
        );
        comes_in && self.transfer().status == PayStatus::Success
    }

    /// What makes it one event: record and status. The same pair comes again until it is acknowledged, and whenever it
    /// is asked for again; another payment of the same order has another record.
    #[must_use]
    pub fn dedup_key(&self) -> (&str, &str) {
        let transfer = self.transfer();
        (transfer.record_id.as_str(), transfer.status.as_str())
    }

    /// The merchant's id of the order, where the kind has one.
    #[must_use]
    pub fn merchant_order_id(&self) -> Option<&str> {
        match self {
            Self::ApiDeposit(event) => event.merchant_order_id.as_deref(),
            Self::ApiWithdrawal(event) => event.merchant_order_id.as_deref(),
            Self::Refund(event) => event.merchant_order_id.as_deref(),
            Self::DirectDeposit(_) | Self::Invoice(_) | Self::Unlisted(_) => None,
        }
    }

    /// The gateway's id of the order, where the kind has one.
    #[must_use]
    pub const fn order_id(&self) -> Option<&ProviderRef> {
        match self {
            Self::ApiDeposit(event) => event.order_id.as_ref(),
            Self::Invoice(event) => event.order_id.as_ref(),
            Self::ApiWithdrawal(event) => event.order_id.as_ref(),
            Self::DirectDeposit(_) | Self::Refund(_) | Self::Unlisted(_) => None,
        }
    }

    /// The body as it came, for fields that are not listed here. Treat it as confidential.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.transfer().raw.0
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let fields = Fields::read(body)?;
        let missing = WebhookError::Unreadable {
            field: "order_type",
        };
        let order_type = fields.text("order_type")?.ok_or(missing)?;
        let read = |amount| Transfer::read(&fields, amount, body);
        let incoming = || Transfer::read_incoming(&fields, "paid_amount", body);
        Ok(match order_type.as_str() {
            "API Deposit" => Self::ApiDeposit(ApiDeposit::read(&fields, incoming()?)?),
            "Direct Deposit" => Self::DirectDeposit(DirectDeposit::read(&fields, incoming()?)?),
            // The page's table misspells it.
            "Invoice" | "Invocie" => Self::Invoice(Invoice::read(&fields, incoming()?)?),
            "API Withdrawal" => {
                Self::ApiWithdrawal(ApiWithdrawal::read(&fields, read("withdraw_amount")?)?)
            }
            "Refund" => Self::Refund(Refund::read(&fields, read("amount")?)?),
            _ => Self::Unlisted(Unlisted {
                transfer: read("amount")?,
                order_type,
            }),
        })
    }
}

/// What every webhook tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transfer {
    /// The state. Only [`PayStatus::Success`] is a credit.
    pub status: PayStatus,
    /// The gateway's id of this movement: one order may have several.
    pub record_id: ProviderRef,
    /// How much moved, in units of `crypto`. Of every credit it is told, and so is `crypto`.
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
    /// Whether it moved between Cwallet users, and so stands on no chain.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.txid.as_deref() == Some("internal transfer")
    }

    /// A success of incoming money has to tell how much of what: there is nothing to book otherwise, and whoever books
    /// what was due instead is deceived.
    fn read_incoming(
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

    fn read(fields: &Fields<'_>, amount: &'static str, body: &[u8]) -> Result<Self, WebhookError> {
        let missing = |field| WebhookError::Unreadable { field };
        let status = fields
            .text("pay_status")?
            .ok_or_else(|| missing("pay_status"))?;
        Ok(Self {
            status: PayStatus::from(status.as_str()),
            record_id: fields
                .reference("record_id")?
                .ok_or_else(|| missing("record_id"))?,
            amount: fields.amount(amount)?,
            crypto: fields.text("crypto")?,
            chain: fields.told("chain"),
            contract: fields.told("contract"),
            txid: fields.told("txid"),
            raw: Raw(Bytes::copy_from_slice(body)),
        })
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

/// The price of an order and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quote {
    /// The price.
    pub product_price: Option<Amount>,
    /// What the price is in: `USD`, or `token` in one of several spellings.
    pub denominated_currency: Option<String>,
    /// What was due, in units of the coin.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit of the currency, 1 for dollars (`assumed` from the samples; the page says the opposite).
    pub fiat_rate: Option<Amount>,
    /// US dollars for one unit of the coin (`assumed` from the samples).
    pub token_rate: Option<Amount>,
}

impl Quote {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, WebhookError> {
        Ok(Self {
            product_price: fields.amount("product_price")?,
            denominated_currency: fields.text("denominated_currency")?,
            order_amount: fields.amount("order_amount")?,
            fiat_rate: fields.told_amount("fiat_rate"),
            token_rate: fields.told_amount("token_rate"),
        })
    }
}

/// A webhook of a kind that no page lists; [`Event::raw`] has all of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unlisted {
    /// What every webhook tells; `amount` is the field of that name, if there is one.
    pub transfer: Transfer,
    /// The kind, as it came.
    pub order_type: String,
}
