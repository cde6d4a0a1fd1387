//! `getInvoiceOrderInfo`: an invoice and its payments.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_app_order_info::has_distinct_records;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::status::DepositStatus;
use crate::v2::wire::{NonZero, Time};

/// Asks for an invoice: `POST getInvoiceOrderInfo`.
///
/// **Effect: read.** An unknown invoice is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::invoice`"]
pub struct InvoiceQuery {
    order_id: MerchantRef,
}

impl InvoiceQuery {
    /// By the merchant's id.
    pub fn new(order_id: MerchantRef) -> Self {
        Self { order_id }
    }
}

impl Operation for InvoiceQuery {
    type Output = Invoice;
    const NAME: &'static str = "invoice";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::reference("order_id", &self.order_id)
    }
}

impl Call for InvoiceQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getInvoiceOrderInfo", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Invoice, Fault> {
        let invoice: Invoice = answer.data()?;
        let (asked, found) = (self.order_id.as_str(), invoice.order_id.as_str());
        answer.expect_reference("orderId", asked, Some(found))?;
        if !has_distinct_records(invoice.payments.iter().map(|payment| &payment.record_id)) {
            return Err(Fault::mismatch("paidList: two payments of one record"));
        }
        Ok(answer.keep(invoice))
    }
}

/// The answer to `getInvoiceOrderInfo`. It has no status: compare what was paid with the price.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invoice {
    /// The merchant's id, as requested.
    #[serde_as(as = "NonEmpty")]
    pub order_id: String,
    /// When it was created.
    #[serde(rename = "createAt")]
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// The product's name.
    #[serde_as(as = "Lenient")]
    pub product: Option<String>,
    /// The price, in the currency below.
    #[serde_as(as = "Scalar")]
    pub price: Amount,
    /// The fiat currency of the price.
    #[serde_as(as = "NonZero")]
    pub price_fiat_id: Option<u64>,
    /// The coin of the price, unless it is in a fiat currency.
    #[serde_as(as = "NonZero")]
    pub price_coin_id: Option<u64>,
    /// The symbol of the price's currency.
    #[serde_as(as = "Lenient")]
    pub price_symbol: Option<String>,
    /// The page to pay on.
    #[serde_as(as = "Lenient")]
    pub invoice_url: Option<String>,
    /// The buyer's e-mail address.
    #[serde_as(as = "Lenient")]
    pub buyer_email: Option<String>,
    /// Until when it can be paid.
    #[serde(rename = "expiredAt")]
    #[serde_as(as = "Time")]
    pub expires_at: Option<Timestamp>,
    /// What was paid, in the currency of the price. No document states which statuses it includes: see
    /// [`credited`](Self::credited).
    #[serde_as(as = "Optional")]
    pub total_paid_value: Option<Amount>,
    /// The payments, in any coins.
    #[serde(rename = "paidList", default)]
    #[serde_as(as = "List")]
    pub payments: Vec<InvoicePayment>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Invoice);

debug_masked!(Invoice shows order_id, created_at, price, price_fiat_id, price_coin_id, price_symbol, expires_at,
    total_paid_value, payments, raw; masks product, invoice_url, buyer_email);

impl Invoice {
    /// The sum of `paid_value` of the confirmed payments that are not flagged as risky, in the currency of the price.
    ///
    /// `None` if a confirmed payment does not state its value, or whether it is flagged: query it with
    /// [`Client::deposit`](crate::v2::Client::deposit). Also if the sum is too large.
    #[must_use]
    pub fn credited(&self) -> Option<Amount> {
        let confirmed = self
            .payments
            .iter()
            .filter(|payment| payment.status == DepositStatus::Success);
        confirmed
            .filter(|payment| payment.is_flagged_as_risky != Some(true))
            .try_fold(Amount::ZERO, |sum, payment| {
                payment.is_flagged_as_risky?;
                sum.checked_add(payment.paid_value?)
            })
    }

    /// Whether the [`credited`](Self::credited) payments are worth at least the price.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        !self.price.is_zero()
            && self
                .credited()
                .is_some_and(|credited| credited >= self.price)
    }
}

/// A payment of an invoice.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InvoicePayment {
    /// The gateway's id of the payment. Credit it once.
    #[serde_as(as = "Optional")]
    pub record_id: Option<ProviderRef>,
    /// The coin.
    #[serde_as(as = "NonZero")]
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain.
    #[serde_as(as = "Lenient")]
    pub chain: Option<String>,
    /// Where it came from.
    #[serde_as(as = "Lenient")]
    pub from_address: Option<String>,
    /// Where it was paid to.
    #[serde_as(as = "Lenient")]
    pub to_address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Lenient")]
    pub to_memo: Option<String>,
    /// The amount, in units of the coin, including the fee.
    #[serde_as(as = "Optional")]
    pub paid_amount: Option<Amount>,
    /// What the provider keeps of it.
    #[serde_as(as = "Lenient")]
    pub service_fee: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub txid: Option<String>,
    /// The status.
    #[serde_as(as = "NonEmpty")]
    pub status: DepositStatus,
    /// Whether it is flagged as risky: then it is not credited.
    #[serde_as(as = "Optional")]
    pub is_flagged_as_risky: Option<bool>,
    /// When it arrived.
    #[serde_as(as = "Time")]
    pub arrived_at: Option<Timestamp>,
    /// A rate whose direction the provider's text and its sample state differently: compute nothing from it.
    #[serde_as(as = "Lenient")]
    pub rate: Option<Amount>,
    /// What the payment is worth, in the currency of the price.
    #[serde_as(as = "Optional")]
    pub paid_value: Option<Amount>,
}

debug_masked!(InvoicePayment shows record_id, coin_id, coin_symbol, chain, paid_amount, service_fee, txid, status,
    is_flagged_as_risky, arrived_at, rate, paid_value; masks from_address, to_address, to_memo);
