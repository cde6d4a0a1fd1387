//! CCPayment v1: five kinds of JSON bodies with a signature in three headers (the documents' pages of webhooks).

use http::{HeaderName, HeaderValue};
use payments_facade::config::CcpaymentAccount;
use payments_facade::network;
use payments_signing::Secret;
use payments_signing::ccpayment::{APP_ID_HEADER, Key, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp};
use serde_json::{Value, json};

use super::event::{Kind, Message, Status, TestEvent, body_is, unsupported, unusable};
use crate::failure::Failure;

pub(super) fn compose(
    account: &CcpaymentAccount,
    event: &TestEvent<'_>,
) -> Result<Message, Failure> {
    let body = body(event)?.to_string();
    let secret = Secret::new(account.app_secret.expose())
        .map_err(|error| unusable("the app secret", error))?;
    let key =
        Key::new(account.config.app_id(), secret).map_err(|error| unusable("the app id", error))?;
    let timestamp = Timestamp::from_secs(event.now.as_secs())
        .map_err(|error| unusable("the machine's clock", error))?;
    let sign = key.sign(timestamp, body.as_bytes());
    let mut message = Message::json(body, |answer| body_is(answer, &[b"success"]));
    for (name, value) in [
        (APP_ID_HEADER, key.app_id()),
        (TIMESTAMP_HEADER, timestamp.as_str()),
        (SIGN_HEADER, sign.as_str()),
    ] {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|error| unusable("a header", error))?;
        let value = HeaderValue::from_str(value).map_err(|error| unusable("a header", error))?;
        message.headers.insert(name, value);
    }
    Ok(message)
}

/// The provider's name of a network, as in its documents. Other names stay as they are.
fn chain(network: &str) -> &str {
    match network {
        network::TRON => "TRX",
        network::ETHEREUM => "ETH",
        network::BSC => "BSC",
        network::POLYGON => "POLYGON",
        other => other,
    }
}

/// Each kind has different members.
fn body(event: &TestEvent<'_>) -> Result<Value, Failure> {
    let status = match event.status {
        Status::Open => "pending",
        Status::Processing => "processing",
        Status::Completed => "success",
        Status::Failed => "failed",
        Status::Closed => {
            return Err(unsupported(
                "CCPayment has no status closed; use --status failed",
            ));
        }
    };
    let amount = event.amount.to_string();
    let (order_type, members) = match event.kind {
        Kind::Checkout => (
            "API Deposit",
            json!({
                "order_id": event.provider_id,
                "extend": {"merchant_order_id": event.reference},
                "order_amount": amount,
                "paid_amount": amount,
            }),
        ),
        Kind::Deposit => (
            "Direct Deposit",
            json!({
                "user_id": event.customer,
                "paid_amount": amount,
                "credit_amount": amount,
            }),
        ),
        Kind::Invoice => (
            "Invoice",
            json!({
                "order_id": event.provider_id,
                "extend": {"invoice_id": event.reference},
                "order_amount": amount,
                "paid_amount": amount,
                "credit_amount": amount,
            }),
        ),
        Kind::Payout => (
            "API Withdrawal",
            json!({
                "order_id": event.provider_id,
                "merchant_order_id": event.reference,
                "withdraw_amount": amount,
                "net_receivable": amount,
                "merchant_pays_fee": true,
            }),
        ),
        Kind::Refund => (
            "Refund",
            json!({
                "merchant_order_id": event.reference,
                "amount": amount,
                "net_receivable": amount,
            }),
        ),
    };
    let mut body = json!({
        "pay_status": status,
        "order_type": order_type,
        "record_id": event.provider_id,
        "chain": event.network.map_or("TRX", chain),
        "crypto": event.symbol,
        "txid": event.transaction,
    });
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    Ok(body)
}
