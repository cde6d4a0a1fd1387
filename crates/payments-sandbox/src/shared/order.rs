//! An order as the dashboard and the tests see it, whatever the provider. Providers keep orders of their own types and
//! make this from them.

use serde::{Deserialize, Serialize};

use super::gateway::Gateway;

/// The state of an order, in words that fit every gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderStatus {
    /// Waiting for the payment.
    Pending,
    /// A payment was seen and is not final yet; a payout is under way.
    Processing,
    /// Paid.
    Completed,
    /// The payment failed.
    Failed,
    /// Ended without a payment.
    Closed,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Closed,
    ];

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

/// The kind of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderKind {
    /// A crypto payment with a page for the payer.
    PayIn,
    /// Coins that arrived at a user's address without an order.
    Deposit,
    /// A card payment on the gateway's page.
    CardPage,
    /// A card payment from the merchant's own page.
    CardDirect,
    /// A crypto payout.
    Payout,
    /// A payout to a bank account.
    FiatPayout,
    /// An exchange between two of the merchant's balances.
    Exchange,
    /// An invoice, which is paid like an order.
    Invoice,
    /// Money that goes back to a payer.
    Refund,
}

impl OrderKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::PayIn,
        Self::Deposit,
        Self::CardPage,
        Self::CardDirect,
        Self::Payout,
        Self::FiatPayout,
        Self::Exchange,
        Self::Invoice,
        Self::Refund,
    ];

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

    /// Whether money leaves the merchant. Such an order is completed or rejected, not paid.
    #[must_use]
    pub fn is_payout(self) -> bool {
        matches!(self, Self::Payout | Self::FiatPayout | Self::Refund)
    }
}

/// What was given in an exchange, and the rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchanged {
    /// The currency given.
    pub currency: String,
    /// How much of it, as received.
    pub amount: String,
    /// Units of it for one of the order's currency.
    pub rate: String,
}

/// What arrived, compared with the order's amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// An order of any gateway. Amounts are exact decimal texts; times are milliseconds since the Unix epoch. Texts that an
/// order of its kind does not have are empty.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Order {
    /// The gateway it was created at.
    pub gateway: Gateway,
    /// Its kind.
    pub kind: OrderKind,
    /// The gateway's order id.
    pub order_id: String,
    /// The merchant's reference; empty for a deposit.
    pub merchant_ref: String,
    /// The merchant's user, or the payer.
    pub user_id: String,
    /// Its state.
    pub status: OrderStatus,
    /// The gateway's own, finer name of the state, e.g. `Underpayment(Overdue)`. Empty if it has none.
    pub gateway_state: String,
    /// What arrived, compared with the order's amount. `none` for payouts.
    pub funds: Funds,
    /// The currency of all its amounts, e.g. `USDT`; the target of an exchange.
    pub currency: String,
    /// The network's short name, e.g. `TRON`; empty without one.
    pub network: String,
    /// The deposit address, the payout's `toAddress` or `toAccount`.
    pub address: String,
    /// What the order asks for; of a payout, what leaves the balance.
    pub amount: String,
    /// What the payer sent; of a payout, what left the balance. `0` before that and when closed.
    pub actual_amount: String,
    /// What the merchant got; of a payout, what the user gets. `0` before that and when closed.
    pub received_amount: String,
    /// Of a payout, what the user will get: `amount` without the fee. Empty for other kinds.
    pub net_amount: String,
    /// The gateway's fee; `0` for payments (assumed).
    pub fee: String,
    /// The made-up transaction hash; empty before a payment and off the chains.
    pub hash: String,
    /// Where webhooks of this order go: the order's URL, else the account's; empty if neither is set.
    pub callback_url: String,
    /// Where the page leads after a payment; may be empty.
    pub success_url: String,
    /// Where the page leads when the order ended unpaid; may be empty.
    pub fail_url: String,
    /// The return URL as received; may be empty.
    pub return_url: String,
    /// The remark or scene type as received; may be empty.
    pub remark: String,
    /// Data of the merchant as received; may be empty.
    pub ext_info: String,
    /// The page where the order is paid or confirmed; may be empty.
    pub cashier_url: String,
    /// Of an exchange, what was given.
    pub exchanged: Option<Exchanged>,
    /// When the order was created.
    pub created_ms: u64,
    /// When it was completed or closed.
    pub settled_ms: Option<u64>,
    /// When something happens to the order without an action: a payout completes, the time to pay ends. `None` if the order
    /// waits for an action.
    pub due_ms: Option<u64>,
}

impl Order {
    /// A pending order with empty fields, to be filled in.
    pub(crate) fn new(
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
}
