//! `webhook/resend`: sends the webhooks of up to an hour again.

use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::messages::{ATTEMPTS, Kind};
use super::state::CcpaymentV2;
use super::verify::Verified;
use crate::shared::deliveries::DeliveryState;
use crate::shared::resend;

pub(super) const FIELDS: &[&str] = &[
    "startTimestamp",
    "endTimestamp",
    "recordIds",
    "webhookResult",
    "transactionType",
];

const HOUR_S: u64 = 3_600;
const MOST_IDS: usize = 50;

pub(super) fn run(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let start = fields.required_integer("startTimestamp")?;
    let end = fields.integer("endTimestamp")?;
    let end = end.unwrap_or_else(|| start.saturating_add(HOUR_S));
    let records = fields.texts("recordIds", MOST_IDS)?;
    if end < start {
        return Err(Refusal::field("endTimestamp", "is before startTimestamp"));
    }
    if end - start > HOUR_S {
        return Err(Refusal::new(
            Code::QueryDurationTooMax,
            "endTimestamp is more than an hour after startTimestamp",
        ));
    }
    let all = match fields.optional("webhookResult", 32)? {
        "" | "Failed" => false,
        "AllResult" => true,
        _ => {
            return Err(Refusal::field(
                "webhookResult",
                "is neither Failed nor AllResult",
            ));
        }
    };
    // `None`: every kind. The last two are of the user wallet system, which has no webhooks here.
    let kinds: Option<&[Kind]> = match fields.optional("transactionType", 32)? {
        "" | "AllType" => None,
        "ApiDeposit" => Some(&[Kind::ApiDeposit]),
        "DirectDeposit" => Some(&[Kind::DirectDeposit]),
        "ApiWithdrawal" => Some(&[Kind::ApiWithdrawal]),
        "UserDeposit" | "UserWithdrawal" => Some(&[]),
        _ => {
            return Err(Refusal::field(
                "transactionType",
                "must be one of AllType, ApiDeposit, DirectDeposit, ApiWithdrawal, UserDeposit, UserWithdrawal",
            ));
        }
    };

    let now_ms = provider.context.clock.now_ms();
    let mut state = provider.state();
    resend::allow(&mut state.resends_ms, now_ms)
        .map_err(|reason| Refusal::new(Code::ReqDailyLimit, reason))?;
    let chosen = state.webhooks.iter().filter(|(_, webhook)| {
        webhook.is_final
            && (start..=end).contains(&(webhook.at_ms / 1_000))
            && (records.is_empty() || records.contains(&webhook.record_id.as_str()))
            && kinds.is_none_or(|kinds| kinds.contains(&webhook.kind))
    });
    let chosen: Vec<u64> = chosen.map(|(id, _)| *id).collect();
    let mut deliveries = provider.context.deliveries();
    let mut count = 0;
    for id in chosen {
        let wanted = deliveries.get(id).is_some_and(|row| match row.state {
            DeliveryState::Sending => false,
            DeliveryState::Delivered => all,
            DeliveryState::Waiting => all || !row.attempts.is_empty(),
            _ => true,
        });
        if wanted && deliveries.again(id, ATTEMPTS, now_ms).is_some() {
            count += 1;
        }
    }
    drop(deliveries);
    provider.context.wake.notify_one();
    answer::data(&json!({ "resendCount": count }))
}
