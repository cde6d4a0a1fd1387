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
    /// Waiting for the payment (C-Pay `0`, ChainUp OPay `1`).
    Pending,
    /// A payment was seen and is not final yet (C-Pay `11`).
    Processing,
    /// Paid (C-Pay `14`, ChainUp OPay `3`).
    Completed,
    /// The payment failed (ChainUp OPay `2`).
    Failed,
    /// Ended without a payment (C-Pay `15`, ChainUp OPay `0`).
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
            Self::Failed => "failed",
            Self::Closed => "closed",
        }
    }

    /// Whether nothing can happen to the order any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Closed)
    }
}

/// What an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderKind {
    /// A crypto payment with a cashier page (C-Pay `createOrder`).
    PayIn,
    /// Coins that came to a user's address without an order.
    Deposit,
    /// A card payment on the gateway's page (C-Pay `createOrderByCreditCard`).
    CardPage,
    /// A card payment from the merchant's own page (C-Pay `pwpp`).
    CardDirect,
    /// A crypto payout (C-Pay `withdraw`).
    Payout,
    /// A payout to a bank account (C-Pay `createFiatPayoutOrder`).
    FiatPayout,
    /// An exchange between two of the merchant's balances (C-Pay `exchange`).
    Exchange,
    /// An invoice that is paid like an order (CCPayment; made on the merchant platform, no call makes one).
    Invoice,
    /// Money that goes back to a payer (CCPayment).
    Refund,
}

impl OrderKind {
    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PayIn => "pay_in",
            Self::Deposit => "deposit",
            Self::CardPage => "card_page",
            Self::CardDirect => "card_direct",
            Self::Payout => "payout",
            Self::FiatPayout => "fiat_payout",
            Self::Exchange => "exchange",
            Self::Invoice => "invoice",
            Self::Refund => "refund",
        }
    }

    /// Whether money leaves: such an order is completed or rejected, not paid.
    #[must_use]
    pub fn is_payout(self) -> bool {
        matches!(self, Self::Payout | Self::FiatPayout | Self::Refund)
    }

    /// Whether it happens on a chain, and so gets a transaction hash.
    pub(crate) fn is_on_chain(self) -> bool {
        matches!(self, Self::PayIn | Self::Deposit | Self::Payout)
    }
}

/// What was given in an exchange, and at which rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Exchanged {
    /// The currency given.
    pub currency: String,
    /// How much of it, as received.
    pub amount: String,
    /// Units of it for one of the order's currency.
    pub rate: String,
}

impl Exchanged {
    pub(crate) fn new(currency: &str, amount: &str, rate: String) -> Self {
        Self {
            currency: currency.to_owned(),
            amount: amount.to_owned(),
            rate,
        }
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

/// An order as the sandbox keeps it. Amounts are exact decimal texts; times are milliseconds since the Unix epoch.
/// Texts that an order of its kind does not have are empty.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Order {
    /// The gateway it was created at.
    pub gateway: Gateway,
    /// What it is about.
    pub kind: OrderKind,
    /// The gateway's order id.
    pub order_id: String,
    /// The merchant's order number (C-Pay `merchantTradeNo`, ChainUp OPay `appOrderId`); empty for a deposit.
    pub merchant_ref: String,
    /// The merchant's user (C-Pay `userId`), or the payer's number at ChainUp OPay.
    pub user_id: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// The gateway's own name of where it stands, in words finer than `status`: CCPayment's `Underpayment(Overdue)`.
    /// Empty where there are none.
    pub gateway_state: String,
    /// What arrived, compared with what was asked for. `none` for payouts.
    pub funds: Funds,
    /// The currency of all its amounts, e.g. `USDT`; the target of an exchange.
    pub currency: String,
    /// The network's short name, e.g. `TRON`; empty without one.
    pub network: String,
    /// The deposit address, the payout's `toAddress` or `toAccount`.
    pub address: String,
    /// The order's amount: what is asked for, for payouts what leaves the balance.
    pub amount: String,
    /// What the payer sent, for payouts what left the balance; `0` before that and when closed.
    pub actual_amount: String,
    /// What the merchant got, for payouts what the user gets; `0` before that and when closed.
    pub received_amount: String,
    /// Of a payout, what the user is to get: `amount` without the fee. Empty for other kinds.
    pub net_amount: String,
    /// The gateway's fee; `0` for payments (assumed).
    pub fee: String,
    /// The made-up transaction hash; empty before a payment and off the chains.
    pub hash: String,
    /// Where webhooks of this order go: the order's own URL, else the account's; empty for neither.
    pub callback_url: String,
    /// Where a page leads after a payment; may be empty.
    pub success_url: String,
    /// Where a page leads after an order ended unpaid; may be empty.
    pub fail_url: String,
    /// `returnURL` (ChainUp OPay: `returnPage`) as received; may be empty.
    pub return_url: String,
    /// `remark` (ChainUp OPay: `orderSceneType`) as received; may be empty.
    pub remark: String,
    /// `extInfo` (ChainUp OPay: `goods`) as received; may be empty.
    pub ext_info: String,
    /// The page where it is paid or confirmed; may be empty.
    pub cashier_url: String,
    /// What was given, of an exchange.
    pub exchanged: Option<Exchanged>,
    /// When the sandbox made the order.
    pub created_ms: u64,
    /// When it was completed or closed.
    pub settled_ms: Option<u64>,
    /// When something happens to it by itself: an open payout completes, an order's time is over. None when it waits to
    /// be told.
    pub due_ms: Option<u64>,
}

impl Order {
    /// A pending order with nothing in it, to be filled in.
    pub(crate) fn blank(
        gateway: Gateway,
        kind: OrderKind,
        order_id: String,
        created_ms: u64,
    ) -> Self {
        let zero = || "0".to_owned();
        Self {
            gateway,
            kind,
            order_id,
            merchant_ref: String::new(),
            user_id: String::new(),
            status: OrderStatus::Pending,
            gateway_state: String::new(),
            funds: Funds::None,
            currency: String::new(),
            network: String::new(),
            address: String::new(),
            amount: zero(),
            actual_amount: zero(),
            received_amount: zero(),
            net_amount: String::new(),
            fee: zero(),
            hash: String::new(),
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            return_url: String::new(),
            remark: String::new(),
            ext_info: String::new(),
            cashier_url: String::new(),
            exchanged: None,
            created_ms,
            settled_ms: None,
            due_ms: None,
        }
    }

    /// Where the customer of an order that has ended may go on to, as the merchant gave it; empty for nowhere.
    pub(crate) fn onward_url(&self) -> &str {
        match self.status {
            OrderStatus::Completed => &self.success_url,
            OrderStatus::Failed | OrderStatus::Closed => &self.fail_url,
            OrderStatus::Pending | OrderStatus::Processing => "",
        }
    }
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
        self.room_for(order.gateway, &order.merchant_ref)?;
        let at = self.rows.len();
        self.by_id.insert(order.order_id.clone(), at);
        // A deposit has no number of the merchant's.
        if !order.merchant_ref.is_empty() {
            let merchant_ref = (order.gateway, order.merchant_ref.clone());
            self.by_merchant_ref.insert(merchant_ref, at);
        }
        self.rows.push(order);
        Ok(())
    }

    /// Whether an order with this merchant's number could be added: to be asked before money is moved for it.
    pub(crate) fn room_for(&self, gateway: Gateway, merchant_ref: &str) -> Result<(), AddRefused> {
        let merchant_ref = (gateway, merchant_ref.to_owned());
        if self.by_merchant_ref.contains_key(&merchant_ref) {
            return Err(AddRefused::DuplicateMerchantRef);
        }
        if self.rows.len() >= MOST_ORDERS {
            return Err(AddRefused::Full);
        }
        Ok(())
    }

    /// When the next thing happens to an order by itself.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.rows.iter().filter_map(|order| order.due_ms).min()
    }

    /// A gateway's orders whose time has come, by the order of their times.
    pub(crate) fn due(&self, gateway: Gateway, now_ms: u64) -> Vec<String> {
        let due = |order: &&Order| {
            order.gateway == gateway && order.due_ms.is_some_and(|due| due <= now_ms)
        };
        let mut orders: Vec<&Order> = self.rows.iter().filter(due).collect();
        orders.sort_by_key(|order| order.due_ms);
        orders.iter().map(|order| order.order_id.clone()).collect()
    }

    /// A payout that did not complete at its time waits until somebody completes or rejects it.
    pub(crate) fn no_longer_due(&mut self, order_id: &str) {
        if let Some(order) = self.find_mut(order_id) {
            order.due_ms = None;
        }
    }

    pub(crate) fn has_id(&self, order_id: &str) -> bool {
        self.by_id.contains_key(order_id)
    }

    /// A gateway's own order with this id.
    pub(crate) fn of(&self, gateway: Gateway, order_id: &str) -> Option<&Order> {
        let order = self.by_id.get(order_id).and_then(|at| self.rows.get(*at));
        order.filter(|order| order.gateway == gateway)
    }

    /// A gateway's own order with this number of the merchant's.
    pub(crate) fn by_merchant_ref(&self, gateway: Gateway, merchant_ref: &str) -> Option<&Order> {
        let merchant_ref = (gateway, merchant_ref.to_owned());
        let at = self.by_merchant_ref.get(&merchant_ref)?;
        self.rows.get(*at)
    }

    /// The order with this gateway id, else the one with this merchant's number at one of the gateways.
    pub(crate) fn find(&self, id: &str) -> Option<&Order> {
        self.position(id).and_then(|at| self.rows.get(at))
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.position(id).and_then(|at| self.rows.get_mut(at))
    }

    fn position(&self, id: &str) -> Option<usize> {
        let by_ref = |gateway| self.by_merchant_ref.get(&(gateway, id.to_owned()));
        let by_id = self.by_id.get(id);
        by_id
            .or_else(|| Gateway::ALL.into_iter().find_map(by_ref))
            .copied()
    }

    /// In the order of creation.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.rows.iter()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
