//! The bodies of the five kinds of webhooks.

mod payments;
mod transfers;

pub(super) use payments::{Told, direct, payment};
pub(super) use transfers::transfer;

use serde::Serialize;

use super::book::Notice;
use crate::app::App;
use crate::store::{Gateway, NewDelivery, Order, Tables};

/// The kinds, by the names of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum OrderType {
    #[serde(rename = "API Deposit")]
    ApiDeposit,
    #[serde(rename = "Direct Deposit")]
    DirectDeposit,
    Invoice,
    #[serde(rename = "API Withdrawal")]
    ApiWithdrawal,
    Refund,
}

impl OrderType {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "API Deposit" => Self::ApiDeposit,
            "Direct Deposit" => Self::DirectDeposit,
            "Invoice" => Self::Invoice,
            "API Withdrawal" => Self::ApiWithdrawal,
            "Refund" => Self::Refund,
            _ => return None,
        })
    }
}

/// How far what a webhook tells has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PayStatus {
    Pending,
    Processing,
    Success,
    Failed,
}

impl PayStatus {
    fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

/// What every body begins with.
#[derive(Serialize)]
struct Head<'a> {
    pay_status: PayStatus,
    order_type: OrderType,
    record_id: &'a str,
}

/// Queues a body for the order's URL, and remembers it for `webhook/resend`. What is not final is told only to accounts
/// that chose so.
fn queue(
    app: &App,
    tables: &mut Tables,
    order: &Order,
    order_type: OrderType,
    pay_status: PayStatus,
    body: serde_json::Result<String>,
) {
    let wanted = pay_status.is_final() || app.ccpayment.settings.every_state;
    let Some(body) = body
        .ok()
        .filter(|_| wanted && !order.callback_url.is_empty())
    else {
        return;
    };
    let at_ms = app.clock.now_ms();
    let message = NewDelivery {
        gateway: Gateway::Ccpayment,
        order_id: order.order_id.clone(),
        order_status: order.status,
        url: order.callback_url.clone(),
        body,
    };
    let delivery_id = tables
        .deliveries
        .add(message, app.ccpayment.pushes(), at_ms);
    tables.ccpayment.notices.push(Notice {
        delivery_id,
        order_type,
        at_ms,
        confirmed: pay_status.is_final(),
    });
}
