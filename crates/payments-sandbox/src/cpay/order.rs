//! An order, and C-Pay's numbers and names for its states.

use serde::{Deserialize, Serialize};

use super::coins::{self, Currency, Network};
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::ids::Ids;
use crate::shared::order::{self, Exchanged, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// The state of an order. C-Pay has none for a failed payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Pending,
    Processing,
    Completed,
    Closed,
}

impl Status {
    /// The text on the wire.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Pending => "0",
            Self::Processing => "11",
            Self::Completed => "14",
            Self::Closed => "15",
        }
    }

    /// The state in the words of the sandbox.
    pub(super) fn view(self) -> OrderStatus {
        match self {
            Self::Pending => OrderStatus::Pending,
            Self::Processing => OrderStatus::Processing,
            Self::Completed => OrderStatus::Completed,
            Self::Closed => OrderStatus::Closed,
        }
    }

    pub(super) fn is_final(self) -> bool {
        self.view().is_final()
    }
}

/// The call or the event that made an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    PayIn,
    Deposit,
    CardPage,
    CardDirect,
    Payout,
    FiatPayout,
    Exchange,
}

impl Kind {
    pub(super) fn is_payout(self) -> bool {
        matches!(self, Self::Payout | Self::FiatPayout)
    }

    /// Whether the order is settled on a chain, with a transaction hash.
    fn is_on_chain(self) -> bool {
        matches!(self, Self::PayIn | Self::Deposit | Self::Payout)
    }

    fn view(self) -> OrderKind {
        match self {
            Self::PayIn => OrderKind::PayIn,
            Self::Deposit => OrderKind::Deposit,
            Self::CardPage => OrderKind::CardPage,
            Self::CardDirect => OrderKind::CardDirect,
            Self::Payout => OrderKind::Payout,
            Self::FiatPayout => OrderKind::FiatPayout,
            Self::Exchange => OrderKind::Exchange,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) kind: Kind,
    pub(super) order_id: String,
    /// `merchantTradeNo`; empty for a deposit.
    pub(super) merchant_ref: String,
    pub(super) user_id: String,
    pub(super) status: Status,
    pub(super) funds: Funds,
    /// The currency of all amounts; the target of an exchange.
    #[serde(deserialize_with = "coins::read_currency")]
    pub(super) currency: Currency,
    pub(super) network: Option<Network>,
    /// The deposit address, the payout's `toAddress` or `toAccount`.
    pub(super) address: String,
    /// What is asked for; of a payout, what leaves the balance.
    pub(super) amount: Amount,
    /// Of a payout, what the user will get.
    pub(super) net: Option<Amount>,
    pub(super) fee: Decimal,
    /// `0` before a payment.
    pub(super) actual_amount: String,
    pub(super) received_amount: String,
    /// The made-up transaction hash; empty before a payment and off the chains.
    pub(super) hash: String,
    pub(super) callback_url: String,
    pub(super) success_url: String,
    pub(super) fail_url: String,
    pub(super) return_url: String,
    pub(super) remark: String,
    pub(super) ext_info: String,
    /// The link of the page where the order is paid.
    pub(super) page_url: String,
    pub(super) exchanged: Option<Exchanged>,
    pub(super) created_ms: u64,
    pub(super) settled_ms: Option<u64>,
    /// When a payout completes without an action.
    pub(super) due_ms: Option<u64>,
}

impl Order {
    /// A pending order.
    pub(super) fn new(
        kind: Kind,
        order_id: String,
        currency: &'static str,
        amount: Amount,
        created_ms: u64,
    ) -> Self {
        Self {
            kind,
            order_id,
            merchant_ref: String::new(),
            user_id: String::new(),
            status: Status::Pending,
            funds: Funds::None,
            currency,
            network: None,
            address: String::new(),
            amount,
            net: None,
            fee: Decimal::default(),
            actual_amount: "0".to_owned(),
            received_amount: "0".to_owned(),
            hash: String::new(),
            callback_url: String::new(),
            success_url: String::new(),
            fail_url: String::new(),
            return_url: String::new(),
            remark: String::new(),
            ext_info: String::new(),
            page_url: String::new(),
            exchanged: None,
            created_ms,
            settled_ms: None,
            due_ms: None,
        }
    }

    /// The name of the network in orders and webhooks; empty without one.
    pub(super) fn network_name(&self) -> &'static str {
        self.network.map_or("", Network::short)
    }

    /// `createTime`: milliseconds, but whole seconds.
    pub(super) fn create_time(&self) -> u64 {
        self.created_ms - self.created_ms % 1_000
    }

    /// Gives an order on a chain its transaction hash.
    pub(super) fn set_hash(&mut self, ids: &Ids) {
        if self.hash.is_empty() && self.kind.is_on_chain() {
            self.hash = ids.hex(64);
        }
    }

    /// Where the customer of an order that has ended may go on to; may be empty.
    pub(super) fn onward_url(&self) -> &str {
        match self.status {
            Status::Completed => &self.success_url,
            Status::Closed => &self.fail_url,
            Status::Pending | Status::Processing => "",
        }
    }

    /// The error for an action that the order's state does not allow.
    pub(super) fn cannot_be(&self, action: &str) -> ActionError {
        let status = self.status.view().as_str();
        let id = &self.order_id;
        ActionError::Conflict(format!("Order {id} is {status} and cannot be {action}."))
    }
}

impl Stored for Order {
    fn order_id(&self) -> &str {
        &self.order_id
    }

    fn merchant_ref(&self) -> &str {
        &self.merchant_ref
    }

    fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    fn clear_due(&mut self) {
        self.due_ms = None;
    }

    fn view(&self) -> order::Order {
        let net = self.net.as_ref();
        order::Order {
            merchant_ref: self.merchant_ref.clone(),
            user_id: self.user_id.clone(),
            status: self.status.view(),
            funds: self.funds,
            currency: self.currency.to_owned(),
            network: self.network_name().to_owned(),
            address: self.address.clone(),
            amount: self.amount.text().to_owned(),
            actual_amount: self.actual_amount.clone(),
            received_amount: self.received_amount.clone(),
            net_amount: net.map_or_else(String::new, |net| net.text().to_owned()),
            fee: self.fee.to_string(),
            hash: self.hash.clone(),
            callback_url: self.callback_url.clone(),
            success_url: self.success_url.clone(),
            fail_url: self.fail_url.clone(),
            return_url: self.return_url.clone(),
            remark: self.remark.clone(),
            ext_info: self.ext_info.clone(),
            cashier_url: self.page_url.clone(),
            exchanged: self.exchanged.clone(),
            settled_ms: self.settled_ms,
            due_ms: self.due_ms,
            ..order::Order::new(
                Gateway::CPAY,
                self.kind.view(),
                self.order_id.clone(),
                self.created_ms,
            )
        }
    }
}
