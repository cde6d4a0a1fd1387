//! The callback (specification, step 3): five texts in an envelope, sealed anew for every try.

use serde::{Deserialize, Serialize};

use super::status;
use crate::app::App;
use crate::store::{Gateway, NewDelivery, Order};
use crate::webhook::{Answer, Message};

/// Waits between the ten tries, in seconds. Number and waits are assumed: no document has any.
pub(crate) const WAITS_S: [u64; 9] = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/// What `createThirdOrder` calls `appOrderId`, `orderAmount` and `returnPage` has other names here.
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
pub(super) fn compose(order: &Order) -> Option<NewDelivery> {
    let body = serde_json::to_string(&Callback {
        out_order_id: &order.merchant_ref,
        order_num: &order.order_id,
        order_status: status::code(order.status),
        pay_amount: &order.amount,
        return_url: &order.return_url,
    });
    Some(NewDelivery {
        gateway: Gateway::ChainupOpay,
        order_id: order.order_id.clone(),
        order_status: order.status,
        url: order.callback_url.clone(),
        body: body.ok()?,
    })
}

/// Seals the text of a try, which has a time of its own.
pub(crate) async fn dress(app: &App, text: String) -> Option<Message> {
    let account = &app.chainup_opay;
    let sealed = account.seal(text).await?;
    Some(Message {
        headers: Vec::new(),
        content_type: "application/json",
        body: sealed.envelope(&account.app_id, app.clock.now_ms()),
    })
}

#[derive(Deserialize)]
struct Reply {
    data: Option<String>,
    sign: Option<String>,
}

/// Delivered is HTTP 200 with the bare text `success`, or with JSON whose `data` is `success`, plain or encrypted to
/// the platform (assumed: the documents say that `data` is to answer success, not in which form). A `sign` may be left
/// out or empty; one that is there must be that of the text `success` (assumed).
pub(crate) async fn acknowledged(app: &App, answer: &Answer) -> Result<(), String> {
    if answer.status != 200 {
        return Err(format!("answered with HTTP {}, not 200", answer.status));
    }
    let text = answer.body.trim_ascii();
    if text == b"success" {
        return Ok(());
    }
    let reply: Reply = serde_json::from_slice(text)
        .map_err(|_| "the answer's body is neither `success` nor JSON with `data`".to_owned())?;
    let data = reply.data.unwrap_or_default();
    let sign = reply.sign.as_deref().filter(|sign| !sign.is_empty());
    let account = &app.chainup_opay;
    if data == "success" {
        return if sign.is_none_or(|sign| account.is_success_sign(sign)) {
            Ok(())
        } else {
            Err("the answer's sign is not that of the text `success`".to_owned())
        };
    }
    if !data.is_empty() && account.is_sealed_success(&data, sign).await {
        return Ok(());
    }
    Err(
        "the answer's data is not `success`, nor that text encrypted to the platform and, if signed, signed right"
            .to_owned(),
    )
}
