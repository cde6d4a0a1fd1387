//! `getAppOrderInfo`: an order and its payments.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Rounding, Timestamp, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::status::DepositStatus;
use crate::v2::wire::{NonZero, Time};

/// Asks for an order: `POST getAppOrderInfo`.
///
/// **Effect: read.** An unknown order is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::order`"]
pub struct OrderQuery {
    order_id: MerchantRef,
}

impl OrderQuery {
    /// By the merchant's id.
    pub fn new(order_id: MerchantRef) -> Self {
        Self { order_id }
    }
}

impl Operation for OrderQuery {
    type Output = Order;
    const NAME: &'static str = "order";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::reference("order_id", &self.order_id)
    }
}

impl Call for OrderQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppOrderInfo", self, now)
    }

    /// The answer does not repeat the order's id.
    fn decode(&self, answer: Answer<'_>) -> Result<Order, Fault> {
        let order: Order = answer.data()?;
        if !has_distinct_records(order.payments.iter().map(|payment| &payment.record_id)) {
            return Err(Fault::mismatch("paidList: two payments of one record"));
        }
        Ok(answer.keep(order))
    }
}

/// Whether no two payments have the same record: one of them would be counted twice.
pub(super) fn has_distinct_records<'a>(
    records: impl Iterator<Item = &'a Option<ProviderRef>>,
) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    records.flatten().all(|record| seen.insert(record))
}

/// The answer to `getAppOrderInfo`. It has no status: compare what was paid with what was due.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Order {
    /// The amount due, in units of the coin.
    #[serde_as(as = "Scalar")]
    pub amount_to_pay: Amount,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain.
    #[serde_as(as = "NonEmpty")]
    pub chain: String,
    /// The address to pay to. An EVM address is in lower case here and in mixed case in the answer to the order.
    #[serde_as(as = "Optional")]
    pub to_address: Option<String>,
    /// The memo or tag that the payment needs.
    #[serde_as(as = "Optional")]
    pub to_memo: Option<String>,
    /// When it was created.
    #[serde(rename = "createAt")]
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// Until when the rate is fixed. The address receives for 7 days longer.
    #[serde(rename = "expiredAt")]
    #[serde_as(as = "Time")]
    pub expires_at: Option<Timestamp>,
    /// Units of the fiat currency for one unit of the coin, of a price in a fiat currency.
    #[serde_as(as = "Lenient")]
    pub rate: Option<Amount>,
    /// The fiat currency of the price.
    #[serde_as(as = "NonZero")]
    pub fiat_id: Option<u64>,
    /// The symbol of the fiat currency.
    #[serde_as(as = "Lenient")]
    pub fiat_symbol: Option<String>,
    /// The page to pay on, if it was asked for.
    #[serde_as(as = "Lenient")]
    pub checkout_url: Option<String>,
    /// The buyer's e-mail address.
    #[serde_as(as = "Lenient")]
    pub buyer_email: Option<String>,
    /// The payments. A payment in another coin than the order's is not among them.
    #[serde(rename = "paidList", default)]
    #[serde_as(as = "List")]
    pub payments: Vec<OrderPayment>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Order);

debug_masked!(Order shows amount_to_pay, coin_id, coin_symbol, chain, created_at, expires_at, rate, fiat_id,
    fiat_symbol, payments, raw; masks to_address, to_memo, checkout_url, buyer_email);

impl Order {
    /// Whether the amount due is that of this price in the order's fiat currency, by its [`rate`](Self::rate): nothing else in the
    /// answer shows the price.
    ///
    /// - `Some(true)`: by the rate as it is stated, the amount is worth the price to within half of 0.01. Prices have two decimals, so
    ///   that is no other one. Or it fits the price as below, and no price that differs from it by a hundredth.
    /// - `Some(false)`: the amount does not fit the price, even if the stated rate and amount are rounded.
    /// - `None`: they are too coarse to say, or there is no rate.
    ///
    /// In the provider's sample the amount is the quotient with 18 decimals. That it may be rounded to the coin's decimals, and the
    /// rate as well, is `assumed`: the amount fits if both are off by less than one unit of their last stated digit.
    #[must_use]
    pub fn costs(&self, price: Amount) -> Option<bool> {
        let (amount, rate) = (self.amount_to_pay, self.rate?);
        let half = Amount::from_parts(5, 3).ok()?;
        let least = due(price.checked_sub(half)?, rate, Rounding::Down)?;
        let most = due(price.checked_add(half)?, rate, Rounding::Up)?;
        if least < amount && amount < most {
            return Some(true);
        }
        let (least, most) = dues_if_rounded(price, rate, unit(amount)?)?;
        if amount < least || most < amount {
            return Some(false);
        }
        let hundredth = amount.checked_div(Amount::from(100), 18, Rounding::Down)?;
        let is_narrow = most.checked_sub(least)? < hundredth;
        is_narrow.then_some(true)
    }

    /// The sum of the confirmed payments that are not flagged as risky, in units of the coin.
    ///
    /// `None` if a confirmed payment does not state whether it is flagged: query it with
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
                sum.checked_add(payment.amount)
            })
    }

    /// Whether the [`credited`](Self::credited) payments are at least the amount due. The amount due is more than zero, so an
    /// order without payments is not paid. Payments after the expiry count, too: they are credited at another rate.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        !self.amount_to_pay.is_zero()
            && self
                .credited()
                .is_some_and(|credited| credited >= self.amount_to_pay)
    }
}

/// What a price comes to in the coin.
fn due(price: Amount, rate: Amount, rounding: Rounding) -> Option<Amount> {
    price.checked_div(rate, 18, rounding)
}

/// One unit of the last digit.
fn unit(stated: Amount) -> Option<Amount> {
    Amount::from_parts(1, stated.decimals()).ok()
}

/// The least and the greatest amount that a price may come to, if `rate` is off by one unit of its last digit and the amount by
/// `off`.
fn dues_if_rounded(price: Amount, rate: Amount, off: Amount) -> Option<(Amount, Amount)> {
    let rate_off = unit(rate)?;
    // A rate of 1 may lack its zeros: it is not rounded from less than half.
    let half = rate.checked_div(Amount::from(2), 18, Rounding::Down)?;
    let lowest = rate.checked_sub(rate_off)?.max(half);
    let highest = rate.checked_add(rate_off)?;
    let least = due(price, highest, Rounding::Down)?.checked_sub(off);
    let most = due(price, lowest, Rounding::Up)?.checked_add(off)?;
    Some((least.unwrap_or_default(), most))
}

/// A payment of an order.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderPayment {
    /// The gateway's id of the payment. Credit it once.
    #[serde_as(as = "Optional")]
    pub record_id: Option<ProviderRef>,
    /// Where it came from. Missing on chains such as Bitcoin.
    #[serde_as(as = "Lenient")]
    pub from_address: Option<String>,
    /// The amount, in units of the coin, including the fee.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// What the provider keeps of it.
    #[serde_as(as = "Lenient")]
    pub service_fee: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub txid: Option<String>,
    /// The status.
    #[serde_as(as = "NonEmpty")]
    pub status: DepositStatus,
    /// Whether it is flagged as risky: then it is not credited. Answers of 2024 do not contain it.
    #[serde_as(as = "Optional")]
    pub is_flagged_as_risky: Option<bool>,
    /// When it arrived.
    #[serde_as(as = "Time")]
    pub arrived_at: Option<Timestamp>,
    /// Units of the fiat currency for one unit of the coin.
    #[serde_as(as = "Lenient")]
    pub rate: Option<Amount>,
}

debug_masked!(OrderPayment shows record_id, amount, service_fee, txid, status, is_flagged_as_risky, arrived_at, rate;
    masks from_address);
