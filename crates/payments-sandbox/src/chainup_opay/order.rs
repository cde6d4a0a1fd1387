//! An order, and the platform's numbers for its states.

use serde::{Deserialize, Serialize};

use super::coins::Coin;
use super::goods::Item;
use super::payers::Payer;
use crate::shared::amount::Amount;
use crate::shared::gateway::Gateway;
use crate::shared::order::{self, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Closed,
    Pending,
    Failed,
    Paid,
}

impl Status {
    /// The text on the wire.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Closed => "0",
            Self::Pending => "1",
            Self::Failed => "2",
            Self::Paid => "3",
        }
    }

    /// The documents' words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Closed => "Closed",
            Self::Pending => "Pending payment",
            Self::Failed => "Payment failed",
            Self::Paid => "Payment successful",
        }
    }

    /// The state in the words of the sandbox.
    pub(super) fn view(self) -> OrderStatus {
        match self {
            Self::Closed => OrderStatus::Closed,
            Self::Pending => OrderStatus::Pending,
            Self::Failed => OrderStatus::Failed,
            Self::Paid => OrderStatus::Completed,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) order_num: String,
    pub(super) app_order_id: String,
    /// Of a transfer to the payer: the number of the order whose money goes back.
    pub(super) refund_of: Option<String>,
    pub(super) status: Status,
    pub(super) payer: &'static Payer,
    pub(super) coin: &'static Coin,
    pub(super) amount: Amount,
    /// `orderSceneType`; may be empty.
    pub(super) scene_type: String,
    /// `goods` as received, and what it contains.
    pub(super) goods_text: String,
    pub(super) goods: Vec<Item>,
    pub(super) return_page: String,
    pub(super) notify_page: String,
    /// The link of the payment page.
    pub(super) page_url: String,
    pub(super) created_ms: u64,
    pub(super) settled_ms: Option<u64>,
}

impl Stored for Order {
    fn order_id(&self) -> &str {
        &self.order_num
    }

    fn merchant_ref(&self) -> &str {
        &self.app_order_id
    }

    fn view(&self) -> order::Order {
        let paid = self.status == Status::Paid;
        let received = if paid { self.amount.text() } else { "0" };
        order::Order {
            merchant_ref: self.app_order_id.clone(),
            user_id: self.payer.user_id.to_owned(),
            status: self.status.view(),
            funds: if paid { Funds::Exact } else { Funds::None },
            currency: self.coin.symbol.to_owned(),
            amount: self.amount.text().to_owned(),
            actual_amount: received.to_owned(),
            received_amount: received.to_owned(),
            callback_url: self.notify_page.clone(),
            success_url: self.return_page.clone(),
            fail_url: self.return_page.clone(),
            return_url: self.return_page.clone(),
            remark: self.scene_type.clone(),
            ext_info: self.goods_text.clone(),
            cashier_url: self.page_url.clone(),
            settled_ms: self.settled_ms,
            ..order::Order::new(
                Gateway::CHAINUP_OPAY,
                if self.refund_of.is_some() {
                    OrderKind::Refund
                } else {
                    OrderKind::PayIn
                },
                self.order_num.clone(),
                self.created_ms,
            )
        }
    }
}
