//! The event of a webhook: one of five kinds, whose names for the same things differ on the wire.

use payments_core::{ProviderRef, WebhookError};

use super::kinds::{ApiDeposit, ApiWithdrawal, DirectDeposit, Invoice, Refund};
use super::transfer::Transfer;
use crate::fields::Fields;
use crate::v1::status::{OrderType, PayStatus};

/// The content of a webhook. Handlers take a [`Verified<Event>`](crate::v1::Verified), which only
/// [`Webhooks::receive`](super::Webhooks::receive) creates.
///
/// Every kind has a [`Transfer`] and further fields. The names on the wire differ from kind to kind and are mapped:
///
/// | here | API deposit | direct deposit | invoice | API withdrawal | refund |
/// |---|---|---|---|---|---|
/// | `transfer.amount` | `paid_amount` | `paid_amount` | `paid_amount` | `withdraw_amount` | `amount` |
/// | `credit_amount`, `net_receivable` | | `credit_amount` | `credit_amount` | `net_receivable` | `net_receivable` |
/// | `merchant_order_id` | in `extend` | | in `extend` | top level | top level |
/// | the network fee's coin | | | not sent | `network_fee_crypto` | `network_crypto` |
///
/// Source: the five pages of webhooks.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one is handled at a time, and a box would be in every pattern
#[non_exhaustive]
pub enum Event {
    /// A payment of an API order, which may have several.
    ApiDeposit(ApiDeposit),
    /// A payment to a customer's permanent address.
    DirectDeposit(DirectDeposit),
    /// A payment of an invoice.
    Invoice(Invoice),
    /// A withdrawal made by the API.
    ApiWithdrawal(ApiWithdrawal),
    /// A refund to a payer.
    Refund(Refund),
    /// A kind that no page lists. Never a credit.
    Unlisted(Unlisted),
}

impl Event {
    /// The part that every kind has.
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

    /// The kind.
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

    /// Whether it is a credit: an incoming payment whose status is [`PayStatus::Success`]. Nothing else is a credit.
    ///
    /// Then `amount` and `crypto` of [`transfer`](Self::transfer) are set: a genuine webhook of such a payment without them
    /// is not accepted.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        let is_incoming = matches!(
            self,
            Self::ApiDeposit(_) | Self::DirectDeposit(_) | Self::Invoice(_)
        );
        is_incoming && self.transfer().status == PayStatus::Success
    }

    /// The identity of the event: record and status. The same pair arrives again until it is acknowledged, and whenever
    /// it is resent on request; another payment of the same order has another record.
    #[must_use]
    pub fn dedup_key(&self) -> (&str, &str) {
        let transfer = self.transfer();
        (transfer.record_id.as_str(), transfer.status.as_str())
    }

    /// The merchant's id of the order, for kinds that have one.
    #[must_use]
    pub fn merchant_order_id(&self) -> Option<&str> {
        match self {
            Self::ApiDeposit(event) => event.merchant_order_id.as_deref(),
            Self::ApiWithdrawal(event) => event.merchant_order_id.as_deref(),
            Self::Invoice(event) => event.merchant_order_id.as_deref(),
            Self::Refund(event) => event.merchant_order_id.as_deref(),
            Self::DirectDeposit(_) | Self::Unlisted(_) => None,
        }
    }

    /// The gateway's id of the order, for kinds that have one.
    #[must_use]
    pub const fn order_id(&self) -> Option<&ProviderRef> {
        match self {
            Self::ApiDeposit(event) => event.order_id.as_ref(),
            Self::Invoice(event) => event.order_id.as_ref(),
            Self::ApiWithdrawal(event) => event.order_id.as_ref(),
            Self::DirectDeposit(_) | Self::Refund(_) | Self::Unlisted(_) => None,
        }
    }

    /// The body as received, for fields that are not listed here. Treat it as confidential.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.transfer().raw()
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let fields = Fields::read(body)?;
        let order_type: String = fields.required("order_type")?;
        let read = |amount| Transfer::read(&fields, amount, body);
        let incoming = || Transfer::read_incoming(&fields, "paid_amount", body);
        // The table of the invoice's page misspells it.
        let spelling = match &*order_type {
            "Invocie" => OrderType::Invoice,
            other => OrderType::from(other),
        };
        Ok(match spelling {
            OrderType::ApiDeposit => Self::ApiDeposit(ApiDeposit::read(&fields, incoming()?)?),
            OrderType::DirectDeposit => {
                Self::DirectDeposit(DirectDeposit::read(&fields, incoming()?)?)
            }
            OrderType::Invoice => Self::Invoice(Invoice::read(&fields, incoming()?)?),
            OrderType::ApiWithdrawal => {
                Self::ApiWithdrawal(ApiWithdrawal::read(&fields, read("withdraw_amount")?)?)
            }
            OrderType::Refund => Self::Refund(Refund::read(&fields, read("amount")?)?),
            OrderType::Other(_) => Self::Unlisted(Unlisted {
                transfer: read("amount")?,
                order_type,
            }),
        })
    }
}

/// A webhook of a kind that no page lists; [`Event::raw`] has its other fields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unlisted {
    /// The part that every webhook has; `amount` is the field of that name, if present.
    pub transfer: Transfer,
    /// The kind as received.
    pub order_type: String,
}
