//! The order ledger.

use std::collections::HashMap;

use serde::Serialize;

use super::Gateway;

/// More orders than any test makes; the cap keeps a runaway client from filling the memory.
const MOST_ORDERS: usize = 10_000;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderStatus {
    /// Waiting for the payment (C-Pay `0`).
    Pending,
    /// A payment was seen and is not final yet (C-Pay `11`).
    Processing,
    /// Paid (C-Pay `14`).
    Completed,
    /// Ended without a payment (C-Pay `15`).
    Closed,
}

impl OrderStatus {
    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Closed => "closed",
        }
    }

    /// Whether nothing can happen to the order any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Closed)
    }
}

/// What arrived, compared with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Funds {
    /// Nothing arrived.
    None,
    /// Less than the order's amount.
    Under,
    /// The order's amount, by value.
    Exact,
    /// More than the order's amount.
    Over,
}

impl Funds {
    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Under => "under",
            Self::Exact => "exact",
            Self::Over => "over",
        }
    }
}

/// A pay-in order as the sandbox keeps it. Amounts are exact decimal texts; times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Order {
    /// The gateway it was created at.
    pub gateway: Gateway,
    /// The gateway's order id.
    pub order_id: String,
    /// The merchant's order number (C-Pay `merchantTradeNo`).
    pub merchant_ref: String,
    /// The merchant's user (C-Pay `userId`).
    pub user_id: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// What arrived, compared with what was asked for.
    pub funds: Funds,
    /// The coin, e.g. `USDT`.
    pub currency: String,
    /// The network's short name, e.g. `TRON`.
    pub network: String,
    /// The made-up deposit address. Nobody holds it.
    pub address: String,
    /// The amount asked for, as received.
    pub amount: String,
    /// What the payer sent; `0` before that.
    pub actual_amount: String,
    /// What the merchant got; `0` before that.
    pub received_amount: String,
    /// The gateway's fee (always `0`: assumed).
    pub fee: String,
    /// The made-up transaction hash; empty before a payment.
    pub hash: String,
    /// Where webhooks of this order go: the order's own URL, else the account's; empty for neither.
    pub callback_url: String,
    /// Where the cashier leads after a payment; may be empty.
    pub success_url: String,
    /// Where the cashier leads after an order ended unpaid; may be empty.
    pub fail_url: String,
    /// `returnURL` as received; may be empty.
    pub return_url: String,
    /// `extInfo` as received; may be empty.
    pub ext_info: String,
    /// The cashier page.
    pub cashier_url: String,
    /// When the sandbox made the order.
    pub created_ms: u64,
    /// When it was completed or closed.
    pub settled_ms: Option<u64>,
}

/// Why an order could not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddRefused {
    DuplicateMerchantRef,
    Full,
}

#[derive(Default)]
pub(crate) struct Orders {
    rows: Vec<Order>,
    by_id: HashMap<String, usize>,
    by_merchant_ref: HashMap<(Gateway, String), usize>,
}

impl Orders {
    pub(crate) fn add(&mut self, order: Order) -> Result<(), AddRefused> {
        let merchant_ref = (order.gateway, order.merchant_ref.clone());
        if self.by_merchant_ref.contains_key(&merchant_ref) {
            return Err(AddRefused::DuplicateMerchantRef);
        }
        if self.rows.len() >= MOST_ORDERS {
            return Err(AddRefused::Full);
        }
        let at = self.rows.len();
        self.by_id.insert(order.order_id.clone(), at);
        self.by_merchant_ref.insert(merchant_ref, at);
        self.rows.push(order);
        Ok(())
    }

    pub(crate) fn has_id(&self, order_id: &str) -> bool {
        self.by_id.contains_key(order_id)
    }

    /// The order with this gateway id, else the one with this merchant's order number.
    pub(crate) fn find(&self, id: &str) -> Option<&Order> {
        self.position(id).and_then(|at| self.rows.get(at))
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.position(id).and_then(|at| self.rows.get_mut(at))
    }

    fn position(&self, id: &str) -> Option<usize> {
        let by_ref = || self.by_merchant_ref.get(&(Gateway::Cpay, id.to_owned()));
        self.by_id.get(id).or_else(by_ref).copied()
    }

    /// In the order of creation.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.rows.iter()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
