//! An order of a deposit: what was due, what was paid, and whether the one covers the other.

use payments_core::{Amount, Fault, ProviderRef, Timestamp};

use super::super::{RefundItem, Trade};
use super::{Detail, Row};
use crate::v1::DepositStatus;

/// An order of a deposit and what was paid for it.
///
/// Answer and webhook may overtake each other: handle both orders. [`is_paid`](Self::is_paid) says whether to deliver; that
/// there are payments does not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DepositOrder {
    /// The merchant's id, as asked.
    pub merchant_order_id: String,
    /// The state; [`DepositStatus::Successful`] is the only one that an example shows.
    pub status: DepositStatus,
    /// The gateway's id. Not in the page's example.
    pub order_id: Option<ProviderRef>,
    /// The price.
    pub product_price: Option<Amount>,
    /// What the price is in: `USD`, or `token` in one of several spellings.
    pub denominated_currency: Option<String>,
    /// The name of what is sold, of an order with a page.
    pub product_name: Option<String>,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// What is due, in units of `crypto`.
    pub order_amount: Option<Amount>,
    /// US dollars for one unit (`assumed` from the samples).
    pub token_rate: Option<Amount>,
    /// When the order was made.
    pub created: Option<Timestamp>,
    /// The payments, each with its own hash: one order may have several, and they may fall short of what is due. Their sum
    /// is [`paid_amount`](Self::paid_amount).
    pub payments: Vec<Trade>,
    /// What went back.
    pub refunds: Vec<RefundItem>,
}

impl DepositOrder {
    pub(super) fn read(row: Row<'_>) -> Result<Self, Fault> {
        let detail: Detail = row.order_detail.read_object()?;
        if !detail.is_priced() {
            return Err(Fault::mismatch("order without a price: a withdrawal"));
        }
        Ok(Self {
            status: DepositStatus::from(detail.status.as_str()),
            merchant_order_id: detail.merchant_order_id,
            order_id: detail.order_id,
            product_price: detail.product_price,
            denominated_currency: detail.denominated_currency,
            product_name: detail.product_name,
            crypto: detail.crypto,
            chain: detail.chain,
            contract: detail.contract,
            order_amount: detail.order_amount,
            token_rate: detail.token_rate.or(detail.rate),
            created: detail.created,
            payments: row.trade_list,
            refunds: row.refund_list,
        })
    }

    /// Whether what was due is there: the one question to ask before delivering.
    ///
    /// It is if all of this holds:
    ///
    /// - the state is settled: [`DepositStatus::is_settled`];
    /// - `order_amount` and `crypto` are told, and the amount is more than zero;
    /// - [`paid_amount`](Self::paid_amount), less `refund_amount` of everything in `refunds`, is `order_amount` or more. A
    ///   refund counts whatever its state; one without an amount in the order's coin leaves the order unpaid.
    ///
    /// The state alone would not do: whether an order that was paid in part is `Successful` too, no document says. Money that
    /// came late counts. Compare [`product_price`](Self::product_price) with your own price as well: this compares what
    /// came with what the gateway asked for.
    ///
    /// ```
    /// # use ccpayment_client::v1::Deposits;
    /// # use payments_core::MerchantRef;
    /// /// Whether the goods may leave.
    /// fn may_deliver(found: &Deposits, order: &MerchantRef) -> bool {
    ///     found.find(order).is_some_and(|order| order.is_paid())
    /// }
    /// ```
    #[must_use]
    pub fn is_paid(&self) -> bool {
        let due = self.order_amount.filter(|due| !due.is_zero());
        self.status.is_settled() && due.is_some_and(|due| self.kept_amount() >= Some(due))
    }

    /// What has come in for good, in units of `crypto`; what went back is not taken off.
    ///
    /// A payment counts if
    ///
    /// - its own state is `Successful`, or none is told and the order's state says that money has come: any that
    ///   [is settled](DepositStatus::is_settled), `Underpayment` or `Underpayment(Overdue)` (`assumed`: the page's example
    ///   tells no state of a payment). Every other word of the payment's own does not count;
    /// - it is in the order's coin: `crypto` is told and the same, and it is not of another contract on the same chain.
    ///
    /// `None` where the order does not tell its coin, a payment that counts does not tell its amount, or the sum has more than
    /// 38 digits.
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
            Some(own) => own == DepositStatus::Successful.as_str(),
            None => self.status.has_money(),
        }
    }

    /// Two tokens of one chain may go by one symbol; one coin is the same on every chain.
    fn is_in_its_coin(&self, payment: &Trade) -> bool {
        let is_other_token = self.chain == payment.chain
            && differ(self.contract.as_deref(), payment.contract.as_deref());
        payment.crypto == self.crypto && !is_other_token
    }

    /// What came less what went back.
    fn kept_amount(&self) -> Option<Amount> {
        self.refunds
            .iter()
            .try_fold(self.paid_amount()?, |left, refund| {
                let is_in_its_coin = refund.crypto == self.crypto;
                left.checked_sub(refund.refund_amount.filter(|_| is_in_its_coin)?)
            })
    }
}

/// Addresses of contracts come in capitals or not.
fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other))
}
