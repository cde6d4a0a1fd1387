//! The callback (specification, step 3): five texts in an envelope, encrypted again for every attempt.

use payments_signing::chainup_opay::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account::Account;
use super::order::Order;
use crate::shared::deliveries::NewDelivery;
use crate::shared::gateway::Gateway;
use crate::shared::provider::{Reply, Signing};

/// How often a callback is sent at most. Assumed, like the waits: no document states either.
pub(super) const ATTEMPTS: usize = WAITS_S.len() + 1;
/// Waits between the attempts, in seconds.
pub(super) const WAITS_S: [u64; 9] = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/// `createThirdOrder` has other names for three of these: `appOrderId`, `orderAmount` and `returnPage`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Callback<'a> {
    out_order_id: &'a str,
    order_num: &'a str,
    order_status: &'static str,
    pay_amount: &'a str,
    return_url: &'a str,
}

/// The text inside the envelope of the callback.
pub(super) fn callback(order: &Order) -> Option<NewDelivery> {
    let body = serde_json::to_string(&Callback {
        out_order_id: &order.app_order_id,
        order_num: &order.order_num,
        order_status: order.status.code(),
        pay_amount: order.amount.text(),
        return_url: &order.return_page,
    });
    Some(NewDelivery {
        gateway: Gateway::CHAINUP_OPAY,
        order_id: order.order_num.clone(),
        merchant_ref: order.app_order_id.clone(),
        order_status: order.status.view(),
        url: order.notify_page.clone(),
        body: body.ok()?,
        attempts: ATTEMPTS,
    })
}

/// The envelope of one attempt.
pub(super) fn envelope(mut sealed: Sealed, app_id: &str, now_ms: u64, signing: Signing) -> String {
    match signing.sign(&sealed.sign) {
        Some(sign) => {
            sealed.sign = sign;
            sealed.envelope(app_id, now_ms)
        }
        None => json!({ "app_id": app_id, "data": sealed.data, "time": now_ms }).to_string(),
    }
}

#[derive(Deserialize)]
struct Acknowledgement {
    data: Option<String>,
    sign: Option<String>,
}

/// A callback is acknowledged by HTTP 200 with the bare text `success`, or with JSON whose `data` is `success`, plain or
/// encrypted to the platform (assumed: the documents demand `success` in `data`, but not in which form). `sign` may be
/// missing or empty; otherwise it must be the signature of the text `success` (assumed).
pub(crate) async fn acknowledge(account: &Account, reply: &Reply) -> Result<(), String> {
    let refusal = || reply.refusal("`success`, or JSON whose `data` is `success`");
    let text = reply.ok_body().ok_or_else(refusal)?;
    if text == b"success" {
        return Ok(());
    }
    let Acknowledgement { data, sign } = serde_json::from_slice(text).map_err(|_| refusal())?;
    let data = data.unwrap_or_default();
    let sign = sign.as_deref().filter(|sign| !sign.is_empty());
    if data == "success" {
        return if sign.is_none_or(|sign| account.is_success_sign(sign)) {
            Ok(())
        } else {
            Err("the sign of the reply is not that of the text `success`".to_owned())
        };
    }
    if !data.is_empty() && account.is_sealed_success(&data, sign).await {
        return Ok(());
    }
    Err(refusal())
}
