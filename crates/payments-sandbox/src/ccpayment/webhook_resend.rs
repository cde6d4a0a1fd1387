//! `webhook/resend`: sends the webhooks of up to an hour again.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::order::OrderType;
use super::state::Ccpayment;
use super::verify::Verified;
use crate::shared::deliveries::DeliveryState;
use crate::shared::resend;

pub(super) const FIELDS: &[&str] = &[
    "start_timestamp",
    "end_timestamp",
    "webhook_result",
    "transaction_type",
];

const HOUR_S: u64 = 3_600;

/// The answer of version 2, in the spelling of version 1 (assumed: the page shows no `data`).
#[derive(Serialize)]
struct Resent {
    resend_count: usize,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let start = fields
        .integer("start_timestamp")?
        .ok_or_else(|| Refusal::field("start_timestamp", "is missing"))?;
    let end = fields
        .integer("end_timestamp")?
        .unwrap_or_else(|| start.saturating_add(HOUR_S));
    if end < start || end - start > HOUR_S {
        return Err(Refusal::field(
            "end_timestamp",
            "is before start_timestamp or more than an hour after it",
        ));
    }
    let all = match fields.optional("webhook_result", 32)? {
        "" | "Failed" => false,
        "All Result" => true,
        _ => {
            return Err(Refusal::field(
                "webhook_result",
                "is neither Failed nor All Result",
            ));
        }
    };
    let kind = match fields.optional("transaction_type", 32)? {
        "" | "All Type" => None,
        name => Some(OrderType::by_name(name).ok_or_else(|| {
            Refusal::field(
                "transaction_type",
                "must be one of All Type, Direct Deposit, API Deposit, Invoice, API Withdrawal, Refund",
            )
        })?),
    };

    let now_ms = ccpayment.context.clock.now_ms();
    let pushes = ccpayment.account.pushes();
    let mut state = ccpayment.state();
    resend::allow(&mut state.resends_ms, now_ms)
        .map_err(|reason| Refusal::new(Class::TooOften, reason))?;
    let chosen: Vec<u64> = state
        .webhooks
        .iter()
        .filter(|(_, webhook)| {
            let at_s = webhook.at_ms / 1_000;
            webhook.is_final
                && (start..=end).contains(&at_s)
                && kind.is_none_or(|kind| kind == webhook.order_type)
        })
        .map(|(id, _)| *id)
        .collect();
    let mut deliveries = ccpayment.context.deliveries();
    let mut resend_count = 0;
    for id in chosen {
        let failed_or_wanted = deliveries.get(id).is_some_and(|row| match row.state {
            DeliveryState::Sending => false,
            DeliveryState::Delivered => all,
            DeliveryState::Waiting => all || !row.attempts.is_empty(),
            _ => true,
        });
        if failed_or_wanted && deliveries.again(id, pushes, now_ms).is_some() {
            resend_count += 1;
        }
    }
    drop(deliveries);
    ccpayment.context.wake.notify_one();
    answer::data(&Resent { resend_count })
}
