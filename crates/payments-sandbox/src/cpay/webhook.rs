//! The webhook of an order (specification, chapter 15): a JSON object of strings, signed like a request.

use serde::ser::{SerializeMap as _, Serializer as _};

use super::{Account, status};
use crate::clock::whole_seconds;
use crate::store::{Gateway, NewDelivery, Order};
use crate::webhook::Answer;

/// Waits between the ten tries, in seconds. Ten: README of its `document` repository; the waits are assumed, no document
/// states an interval.
pub(crate) const WAITS_S: [u64; 9] = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/// The message about an order's final state, or none when neither order nor account has a callback URL.
///
/// All fields of the table are there, also the empty ones, which are not signed (assumed: no document shows a body).
pub(crate) fn compose(account: &Account, order: &Order) -> Option<NewDelivery> {
    if order.callback_url.is_empty() {
        return None;
    }
    let create_time = whole_seconds(order.created_ms).to_string();
    let fields = [
        ("merchantId", account.merchant_id.as_str()),
        ("merchantTradeNo", &order.merchant_ref),
        ("merchantUserId", &order.user_id),
        ("orderId", &order.order_id),
        ("orderStatus", status::code(order.status)),
        ("hash", &order.hash),
        ("actualAmount", &order.actual_amount),
        ("receivedAmount", &order.received_amount),
        ("fee", &order.fee),
        ("cryptoCurrency", &order.currency),
        ("network", &order.network),
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
        gateway: Gateway::Cpay,
        order_id: order.order_id.clone(),
        order_status: order.status,
        url: order.callback_url.clone(),
        body: String::from_utf8(body).ok()?,
    })
}

/// Delivered is HTTP 200 with `OK` (specification), `ok` (the official plugins) or `success` (the `document`
/// repository) in any case; everything else is tried again.
pub(crate) fn acknowledged(answer: &Answer) -> Result<(), String> {
    if answer.status != 200 {
        return Err(format!("answered with HTTP {}, not 200", answer.status));
    }
    let text = answer.body.trim_ascii();
    if text.eq_ignore_ascii_case(b"ok") || text.eq_ignore_ascii_case(b"success") {
        Ok(())
    } else {
        Err("the answer's body is neither OK nor success".to_owned())
    }
}
