//! The bodies of the five kinds of webhooks.

pub(super) mod payments;
pub(super) mod transfers;

use serde::Serialize;

use super::order::{Order, OrderType};
use super::state::{Ccpayment, Queued, State};
use crate::shared::deliveries::NewDelivery;
use crate::shared::gateway::Gateway;

/// The state in a webhook.
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

/// The first fields of every body.
#[derive(Serialize)]
struct Head<'a> {
    pay_status: PayStatus,
    order_type: OrderType,
    record_id: &'a str,
}

/// Queues a body for the order's URL, and remembers it for `webhook/resend`. States that are not final are sent only if the
/// account asks for them.
fn queue(
    ccpayment: &Ccpayment,
    state: &mut State,
    order: &Order,
    order_type: OrderType,
    pay_status: PayStatus,
    body: serde_json::Result<String>,
) {
    let settings = ccpayment.account.settings.get();
    let wanted = pay_status.is_final() || settings.every_state;
    let Some(body) = body
        .ok()
        .filter(|_| wanted && !order.callback_url.is_empty())
    else {
        return;
    };
    let delivery_id = ccpayment.context.queue(NewDelivery {
        gateway: Gateway::CCPAYMENT,
        order_id: order.order_id.clone(),
        merchant_ref: order.merchant_ref.clone(),
        order_status: order.status,
        url: order.callback_url.clone(),
        body,
        attempts: ccpayment.account.pushes(),
    });
    let queued = Queued {
        order_type,
        at_ms: ccpayment.context.clock.now_ms(),
        is_final: pay_status.is_final(),
    };
    state.webhooks.insert(delivery_id, queued);
    ccpayment
        .context
        .deliveries()
        .forget_notes(&mut state.webhooks);
}
