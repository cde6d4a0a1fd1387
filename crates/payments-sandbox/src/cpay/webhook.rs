//! The webhook of an order (specification, chapter 15): a JSON object of strings, signed like a request.

use serde::ser::{SerializeMap as _, Serializer as _};

use super::account::Account;
use super::order::Order;
use crate::shared::deliveries::NewDelivery;
use crate::shared::gateway::Gateway;
use crate::shared::provider::{Reply, Signing};

/// How often a webhook is sent at most: ten, by the README of the `document` repository.
pub(super) const ATTEMPTS: usize = WAITS_S.len() + 1;
/// Waits between the attempts, in seconds (assumed: no document states an interval).
pub(super) const WAITS_S: [u64; 9] = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/// The webhook about an order's state. `None` if neither order nor account has a callback URL.
///
/// It has all fields of the table, also the empty ones, which are not signed (assumed: no document shows a body).
pub(super) fn compose(account: &Account, order: &Order) -> Option<NewDelivery> {
    if order.callback_url.is_empty() {
        return None;
    }
    let create_time = order.create_time().to_string();
    let fee = order.fee.to_string();
    let fields = [
        ("merchantId", account.merchant_id.as_str()),
        ("merchantTradeNo", &order.merchant_ref),
        ("merchantUserId", &order.user_id),
        ("orderId", &order.order_id),
        ("orderStatus", order.status.code()),
        ("hash", &order.hash),
        ("actualAmount", &order.actual_amount),
        ("receivedAmount", &order.received_amount),
        ("fee", &fee),
        ("cryptoCurrency", order.currency),
        ("network", order.network_name()),
        ("remark", &order.remark),
        ("extInfo", &order.ext_info),
        ("createTime", &create_time),
    ];
    let sign = account.key.sign(fields).ok()?;
    let mut body = Vec::new();
    let mut writer = serde_json::Serializer::new(&mut body);
    let mut object = writer.serialize_map(None).ok()?;
    for (name, value) in fields {
        object.serialize_entry(name, value).ok()?;
    }
    object.serialize_entry("sign", sign.as_str()).ok()?;
    object.end().ok()?;
    Some(NewDelivery {
        gateway: Gateway::CPAY,
        order_id: order.order_id.clone(),
        merchant_ref: order.merchant_ref.clone(),
        order_status: order.status.view(),
        url: order.callback_url.clone(),
        body: String::from_utf8(body).ok()?,
        attempts: ATTEMPTS,
    })
}

/// The body with another signature, or without one.
pub(super) fn signed(body: String, signing: Signing) -> String {
    const NAME: &str = ",\"sign\":\"";
    match body.rsplit_once(NAME) {
        Some((fields, sign)) if signing != Signing::Right => {
            let sign = signing.sign(sign.trim_end_matches("\"}"));
            let sign = sign.map(|sign| format!("{NAME}{sign}\""));
            format!("{fields}{}}}", sign.unwrap_or_default())
        }
        _ => body,
    }
}

/// Acknowledged by HTTP 200 with `OK` (specification), `ok` (official plugins) or `success` (`document` repository) in upper
/// or lower case.
pub(crate) fn acknowledge(reply: &Reply) -> Result<(), String> {
    let is = |word: &[u8]| {
        reply
            .ok_body()
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    if is(b"ok") || is(b"success") {
        Ok(())
    } else {
        Err(reply.refusal("`OK` or `success`"))
    }
}
