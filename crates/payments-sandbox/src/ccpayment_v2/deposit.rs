//! A payment that arrived: for an order, an invoice or a customer's permanent address.

use serde::{Deserialize, Serialize};

use super::coins::Network;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::order::{self, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// What a payment belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Link {
    Order(String),
    Invoice(String),
    Reference(String),
}

impl Link {
    /// The order or invoice.
    pub(super) fn order_id(&self) -> Option<&str> {
        match self {
            Self::Order(id) | Self::Invoice(id) => Some(id),
            Self::Reference(_) => None,
        }
    }

    pub(super) fn reference(&self) -> Option<&str> {
        match self {
            Self::Reference(id) => Some(id),
            _ => None,
        }
    }
}

/// The state of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PayStatus {
    Processing,
    Success,
    Failed,
}

impl PayStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "Processing",
            Self::Success => "Success",
            Self::Failed => "Failed",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        let all = [Self::Processing, Self::Success, Self::Failed];
        all.into_iter().find(|status| status.as_str() == name)
    }

    pub(super) fn order_status(self) -> OrderStatus {
        match self {
            Self::Processing => OrderStatus::Processing,
            Self::Success => OrderStatus::Completed,
            Self::Failed => OrderStatus::Failed,
        }
    }
}

/// A payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deposit {
    pub(super) record_id: String,
    /// Continues a list after this record.
    pub(super) cursor: String,
    pub(super) link: Link,
    pub(super) network: &'static Network,
    /// Empty on chains whose transactions have no single sender.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) memo: String,
    pub(super) amount: Decimal,
    pub(super) service_fee: Decimal,
    pub(super) txid: String,
    pub(super) status: PayStatus,
    /// Not credited.
    pub(super) risky: bool,
    /// Risky, and sent back.
    pub(super) refunded: bool,
    pub(super) at_ms: u64,
    /// Where its webhooks go.
    pub(super) url: String,
}

impl Deposit {
    /// What the merchant gets.
    pub(super) fn net(&self) -> Decimal {
        self.amount.minus(self.service_fee).unwrap_or_default()
    }

    /// Whether it counts as paid.
    pub(super) fn counts(&self) -> bool {
        self.status == PayStatus::Success && !self.risky
    }

    /// Whether it is risky and can be sent back.
    pub(super) fn is_refundable(&self) -> bool {
        self.risky && self.status == PayStatus::Success && !self.refunded
    }

    /// Whether it is an order of the dashboard: the payments of orders and invoices are parts of theirs.
    pub(super) fn stands_alone(&self) -> bool {
        self.link.reference().is_some()
    }
}

impl Stored for Deposit {
    fn order_id(&self) -> &str {
        &self.record_id
    }

    fn merchant_ref(&self) -> &'static str {
        ""
    }

    fn view(&self) -> order::Order {
        let id = self.record_id.clone();
        let (gateway, kind) = (Gateway::CCPAYMENT_V2, OrderKind::Deposit);
        let mut view = order::Order::new(gateway, kind, id, self.at_ms);
        self.link
            .reference()
            .unwrap_or_default()
            .clone_into(&mut view.user_id);
        view.status = self.status.order_status();
        self.status.as_str().clone_into(&mut view.gateway_state);
        self.network.coin.symbol.clone_into(&mut view.currency);
        self.network.chain.name().clone_into(&mut view.network);
        self.to.clone_into(&mut view.address);
        view.amount = self.amount.to_string();
        if self.status == PayStatus::Success {
            view.actual_amount.clone_from(&view.amount);
            view.funds = Funds::Exact;
            view.fee = self.service_fee.to_string();
            if !self.risky {
                view.received_amount = self.net().to_string();
            }
            view.settled_ms = Some(self.at_ms);
        }
        self.txid.clone_into(&mut view.hash);
        self.url.clone_into(&mut view.callback_url);
        view
    }
}
