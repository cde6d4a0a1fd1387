//! The webhooks: how they are sent, acknowledged and remembered, and their bodies. No body has an amount.

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::deposit::{Deposit, PayStatus};
use super::state::{CcpaymentV2, State};
use super::withdrawal::{Status, Withdrawal};
use crate::shared::action::ActionError;
use crate::shared::deliveries::{Delivery, NewDelivery};
use crate::shared::gateway::Gateway;
use crate::shared::order::OrderStatus;
use crate::shared::provider::{Message, Reply, Signing};

/// The waits before the retries, in seconds: they follow 0:30, 1:30, 3:30, 7:30, 15:30 and 31:30 after the first attempt.
pub(super) const WAITS_S: [u64; 6] = [30, 60, 120, 240, 480, 960];
pub(super) const ATTEMPTS: usize = WAITS_S.len() + 1;

/// The kinds, as in `type` and in `transactionType` of `webhook/resend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    ActivateWebhookURL,
    ApiDeposit,
    DirectDeposit,
    ApiWithdrawal,
}

/// A webhook that was queued, for `webhook/resend`.
#[derive(Serialize, Deserialize)]
pub(super) struct Queued {
    pub(super) kind: Kind,
    pub(super) record_id: String,
    pub(super) at_ms: u64,
    pub(super) is_final: bool,
}

/// Signs one attempt. Every attempt has its own timestamp, because a timestamp is valid for two minutes (assumed).
pub(super) fn sign(account: &Account, now_ms: u64, body: String, signing: Signing) -> Message {
    Message {
        headers: account.headers(now_ms, body.as_bytes(), signing),
        content_type: "application/json; charset=utf-8",
        body,
    }
}

/// Acknowledged by HTTP 200 with `success` somewhere in the body, in upper or lower case (assumed: the documents say it in
/// several ways), or by a body that is `Success` and nothing else.
pub(crate) fn acknowledge(reply: &Reply, exact: bool) -> Result<(), String> {
    if exact {
        return match reply.ok_body() {
            Some(b"Success") => Ok(()),
            _ => {
                Err(reply.refusal("`Success` and nothing else (the switch exact_acknowledgement)"))
            }
        };
    }
    let word = b"success";
    let has = |text: &[u8]| {
        let mut parts = text.windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word))
    };
    match reply.ok_body() {
        Some(text) if has(text) => Ok(()),
        _ => Err(reply.refusal("`Success` in its text")),
    }
}

#[derive(Serialize)]
struct Body<T> {
    r#type: Kind,
    msg: T,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DepositMessage<'a> {
    record_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<&'a str>,
    coin_id: u64,
    coin_symbol: &'a str,
    status: &'a str,
    is_flagged_as_risky: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalMessage<'a> {
    record_id: &'a str,
    order_id: &'a str,
    coin_id: u64,
    coin_symbol: &'a str,
    status: &'a str,
}

/// What the message is about, and where it goes.
struct About<'a> {
    kind: Kind,
    record_id: &'a str,
    merchant_ref: &'a str,
    status: OrderStatus,
    url: &'a str,
}

/// Queues a message and returns the number of its delivery; `None` without a URL.
fn push(provider: &CcpaymentV2, about: &About<'_>, msg: impl Serialize) -> Option<u64> {
    if about.url.is_empty() {
        return None;
    }
    let body = Body {
        r#type: about.kind,
        msg,
    };
    let body = serde_json::to_string(&body).ok()?;
    Some(provider.context.queue(NewDelivery {
        gateway: Gateway::CCPAYMENT_V2,
        order_id: about.record_id.to_owned(),
        merchant_ref: about.merchant_ref.to_owned(),
        order_status: about.status,
        url: about.url.to_owned(),
        body,
        attempts: ATTEMPTS,
    }))
}

/// Queues the message about a change, if its status is pushed at all.
fn queue(provider: &CcpaymentV2, state: &mut State, about: &About<'_>, msg: impl Serialize) {
    let is_final = about.status.is_final();
    if !is_final && provider.account.settings.get().switches.final_states_only {
        return;
    }
    if let Some(delivery_id) = push(provider, about, msg) {
        let queued = Queued {
            kind: about.kind,
            record_id: about.record_id.to_owned(),
            at_ms: provider.context.clock.now_ms(),
            is_final,
        };
        state.webhooks.insert(delivery_id, queued);
        provider
            .context
            .deliveries()
            .forget_notes(&mut state.webhooks);
    }
}

/// `ApiDeposit` or `DirectDeposit`.
fn about_deposit(deposit: &Deposit) -> (About<'_>, DepositMessage<'_>) {
    let about = About {
        kind: match deposit.link.reference() {
            None => Kind::ApiDeposit,
            Some(_) => Kind::DirectDeposit,
        },
        record_id: &deposit.record_id,
        merchant_ref: deposit.link.order_id().unwrap_or_default(),
        status: deposit.status.order_status(),
        url: &deposit.url,
    };
    let msg = DepositMessage {
        record_id: &deposit.record_id,
        order_id: deposit.link.order_id(),
        reference_id: deposit.link.reference(),
        coin_id: deposit.network.coin.id,
        coin_symbol: deposit.network.coin.symbol,
        status: deposit.status.as_str(),
        is_flagged_as_risky: deposit.risky,
    };
    (about, msg)
}

pub(super) fn queue_deposit(provider: &CcpaymentV2, state: &mut State, deposit: &Deposit) {
    let (about, msg) = about_deposit(deposit);
    queue(provider, state, &about, msg);
}

/// `ApiWithdrawal`; `None` for a withdrawal to Cwallet, which has no webhook.
fn about_withdrawal(withdrawal: &Withdrawal) -> Option<(About<'_>, WithdrawalMessage<'_>)> {
    withdrawal.network?;
    let about = About {
        kind: Kind::ApiWithdrawal,
        record_id: &withdrawal.record_id,
        merchant_ref: &withdrawal.merchant_ref,
        status: withdrawal.status.order_status(),
        url: &withdrawal.url,
    };
    let msg = WithdrawalMessage {
        record_id: &withdrawal.record_id,
        order_id: &withdrawal.merchant_ref,
        coin_id: withdrawal.coin.id,
        coin_symbol: withdrawal.coin.symbol,
        status: withdrawal.status.as_str(),
    };
    Some((about, msg))
}

pub(super) fn queue_withdrawal(provider: &CcpaymentV2, state: &mut State, withdrawal: &Withdrawal) {
    if let Some((about, msg)) = about_withdrawal(withdrawal) {
        queue(provider, state, &about, msg);
    }
}

impl CcpaymentV2 {
    /// Pushes the webhook of a payment or of a withdrawal once more, with its status or with another one: a repeated message,
    /// or one that arrives after a later one.
    pub(super) fn push_again(
        &self,
        id: &str,
        status: Option<&str>,
    ) -> Result<Delivery, ActionError> {
        let state = self.state();
        let unknown =
            |statuses: &str| ActionError::Invalid(format!("The status is one of {statuses}."));
        let pushed = if let Some(deposit) = state.deposits.by_id(id) {
            let mut deposit = deposit.clone();
            if let Some(status) = status {
                let found = PayStatus::by_name(status);
                deposit.status = found.ok_or_else(|| unknown("Processing, Success and Failed"))?;
            }
            let (about, msg) = about_deposit(&deposit);
            push(self, &about, msg)
        } else {
            let mut withdrawal = state.withdrawals.find(id)?.clone();
            if let Some(status) = status {
                let found = Status::by_name(status);
                withdrawal.status = found.ok_or_else(|| {
                    unknown("WaitingApproval, Processing, Success, Failed and Rejected")
                })?;
            }
            about_withdrawal(&withdrawal).and_then(|(about, msg)| push(self, &about, msg))
        };
        let deliveries = self.context.deliveries();
        let delivery = pushed.and_then(|id| deliveries.get(id)).cloned();
        delivery.ok_or_else(|| {
            ActionError::Conflict(format!(
                "{id} has no webhooks: it has no URL, or goes to Cwallet."
            ))
        })
    }

    /// Sends what the console sends when a URL is saved there.
    pub(super) fn probe(&self) -> Result<Delivery, ActionError> {
        let url = self.account.settings.get().webhook_url.clone();
        if url.is_empty() {
            return Err(ActionError::Conflict(
                "The account of CCPayment v2 has no webhook URL; set it when the sandbox starts."
                    .to_owned(),
            ));
        }
        let body = Body {
            r#type: Kind::ActivateWebhookURL,
            msg: Nothing {},
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        let id = self.context.queue(NewDelivery {
            gateway: Gateway::CCPAYMENT_V2,
            order_id: String::new(),
            merchant_ref: String::new(),
            order_status: OrderStatus::Pending,
            url,
            body,
            attempts: 1,
        });
        let deliveries = self.context.deliveries();
        let delivery = deliveries.get(id).cloned();
        delivery.ok_or_else(|| ActionError::NotFound("The delivery was removed.".to_owned()))
    }
}
