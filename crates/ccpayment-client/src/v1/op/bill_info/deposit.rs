//! An order of a deposit: what was due, what was paid, and whether it is paid.

use payments_core::{Amount, Fault, ProviderRef, Timestamp};

use super::trade::{RefundItem, Trade};
use super::wire::WireRow;
use crate::v1::status::DepositStatus;

/// An order of a deposit and its payments.
///
/// A query may see an order before or after its webhook arrives: handle both. Deliver only if [`is_paid`](Self::is_paid);
/// that there are payments is not enough.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DepositOrder {
    /// The merchant's id, as requested.
    pub merchant_order_id: String,
    /// The status; [`DepositStatus::Successful`] is the only one in an example.
    pub status: DepositStatus,
    /// The gateway's id. Not in the page's example.
    pub order_id: Option<ProviderRef>,
    /// The price.
    pub product_price: Option<Amount>,
    /// The currency of the price: `USD`, or `token` in one of several spellings.
    pub denominated_currency: Option<String>,
    /// The name of the product, for an order with a page.
    pub product_name: Option<String>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// The amount due, in units of `crypto`.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit (`assumed` from the samples).
    pub token_rate: Option<Amount>,
    /// When the order was created.
    pub created: Option<Timestamp>,
    /// The payments, each with its own hash. One order may have several, and they may fall short of the amount due. Their sum
    /// is [`paid_amount`](Self::paid_amount).
    pub payments: Vec<Trade>,
    /// The refunds.
    pub refunds: Vec<RefundItem>,
}

impl DepositOrder {
    pub(super) fn read(row: WireRow<'_>) -> Result<Self, Fault> {
        let detail = row.detail()?;
        if !detail.is_priced() {
            return Err(Fault::mismatch("order without a price: a withdrawal"));
        }
        Ok(Self {
            status: DepositStatus::from(detail.status.as_str()),
            token_rate: detail.token_rate(),
            merchant_order_id: detail.merchant_order_id,
            order_id: detail.order_id,
            product_price: detail.product_price,
            denominated_currency: detail.denominated_currency,
            product_name: detail.product_name,
            crypto: detail.crypto,
            chain: detail.chain,
            contract: detail.contract,
            order_amount: detail.order_amount,
            created: detail.created,
            payments: row.trade_list,
            refunds: row.refund_list,
        })
    }

    /// Whether the amount due was received: check this before delivering.
    ///
    /// True if all of this holds:
    ///
    /// - the status is settled: [`DepositStatus::is_settled`];
    /// - the answer contains `order_amount` and `crypto`, and the amount is more than zero;
    /// - [`paid_amount`](Self::paid_amount), less [`refunded_amount`](Self::refunded_amount), is `order_amount` or more. A
    ///   refund counts whatever its status; one without an amount in the order's coin leaves the order unpaid.
    ///
    /// The status alone is not enough: no document states whether a partly paid order is `Successful` too. Late payments
    /// count. Compare [`product_price`](Self::product_price) with your own price as well: this method compares the payments
    /// with what the gateway asked for.
    ///
    /// ```
    /// # use ccpayment_client::v1::Deposits;
    /// # use payments_core::MerchantRef;
    /// fn may_deliver(found: &Deposits, order: &MerchantRef) -> bool {
    ///     found.find(order).is_some_and(|order| order.is_paid())
    /// }
    /// ```
    #[must_use]
    pub fn is_paid(&self) -> bool {
        let due = self.order_amount.filter(|due| !due.is_zero());
        self.status.is_settled() && due.is_some_and(|due| self.kept_amount() >= Some(due))
    }

    /// The sum of the confirmed payments, in units of `crypto`, without subtracting refunds.
    ///
    /// A payment counts if
    ///
    /// - its own status is `Successful`; or it has no status, and the order's status means that money was received: a
    ///   [settled](DepositStatus::is_settled) one, `Underpayment` or `Underpayment(Overdue)` (`assumed`: the payment in the
    ///   page's example has no status). A payment with any other status does not count;
    /// - it is in the order's coin: it has the same `crypto`, and not another contract on the same chain.
    ///
    /// `None` if the order has no coin, a payment that counts has no amount, or the sum has more than 38 digits.
    #[must_use]
    pub fn paid_amount(&self) -> Option<Amount> {
        self.crypto.as_ref()?;
        self.payments
            .iter()
            .filter(|payment| self.is_confirmed(payment) && self.is_in_its_coin(payment))
            .try_fold(Amount::ZERO, |sum, payment| {
                sum.checked_add(payment.amount?)
            })
    }

    fn is_confirmed(&self, payment: &Trade) -> bool {
        match payment.status.as_deref() {
            Some(own) => DepositStatus::from(own) == DepositStatus::Successful,
            None => self.status.has_money(),
        }
    }

    /// Two tokens of one chain may share a symbol. A coin is the same on every chain, under different contracts.
    fn is_in_its_coin(&self, payment: &Trade) -> bool {
        let is_other_token = self.chain == payment.chain
            && differ(self.contract.as_deref(), payment.contract.as_deref());
        payment.crypto == self.crypto && !is_other_token
    }

    /// The sum of the refunds, in units of `crypto`, whatever their status: it is subtracted from
    /// [`paid_amount`](Self::paid_amount) before the order counts as paid.
    ///
    /// `None` if a refund has no amount or is in another coin, or the sum has more than 38 digits.
    #[must_use]
    pub fn refunded_amount(&self) -> Option<Amount> {
        self.refunds.iter().try_fold(Amount::ZERO, |sum, refund| {
            let is_in_its_coin = refund.crypto == self.crypto;
            sum.checked_add(refund.refund_amount.filter(|_| is_in_its_coin)?)
        })
    }

    /// The sum of the confirmed payments less the refunds.
    fn kept_amount(&self) -> Option<Amount> {
        self.paid_amount()?.checked_sub(self.refunded_amount()?)
    }
}

/// Contract addresses are written in upper or lower case.
fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other))
}
