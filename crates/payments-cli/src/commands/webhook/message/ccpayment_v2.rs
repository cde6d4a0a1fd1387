//! CCPayment v2: `{"type": …, "msg": {…}}` without amounts, with an HMAC in three headers (the page of webhooks).

use payments_facade::config::CcpaymentV2Account;
use payments_sandbox::Gateway;
use payments_signing::Secret;
use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{APP_ID_HEADER, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp};
use serde_json::{Value, json};

use super::event::{Kind, Message, Status, TestEvent, signed, unsupported, unusable};
use crate::failure::Failure;

pub(super) fn compose(
    account: &CcpaymentV2Account,
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
    signed(
        Message::json(body, Gateway::CCPAYMENT_V2),
        [
            (APP_ID_HEADER, key.app_id()),
            (TIMESTAMP_HEADER, timestamp.as_str()),
            (SIGN_HEADER, sign.as_str()),
        ],
    )
}

fn deposit_status(status: Status) -> Result<&'static str, Failure> {
    match status {
        Status::Processing => Ok("Processing"),
        Status::Completed => Ok("Success"),
        Status::Failed => Ok("Failed"),
        Status::Open | Status::Closed => Err(unsupported(
            "a payment at CCPayment v2 has no such status; use --status processing, completed or failed",
        )),
    }
}

const fn payout_status(status: Status) -> &'static str {
    match status {
        Status::Open => "WaitingApproval",
        Status::Processing => "Processing",
        Status::Completed => "Success",
        Status::Failed => "Failed",
        Status::Closed => "Rejected",
    }
}

/// The ids of the documents' samples. Those of other coins are in `getCoinList`.
fn coin_id(symbol: &str) -> Result<u64, Failure> {
    match symbol {
        "USDT" => Ok(1280),
        "POL" | "MATIC" => Ok(1329),
        _ => Err(unsupported(
            "CCPayment v2 names coins by ids, and only those of USDT and POL are known here; use --asset USDT",
        )),
    }
}

fn body(event: &TestEvent<'_>) -> Result<Value, Failure> {
    if event.kind == Kind::Probe {
        return Ok(json!({"type": "ActivateWebhookURL", "msg": {}}));
    }
    let (kind, status, members) = match event.kind {
        // Orders and invoices have the same webhook.
        Kind::Checkout | Kind::Invoice => (
            "ApiDeposit",
            deposit_status(event.status)?,
            json!({"orderId": event.reference, "isFlaggedAsRisky": false}),
        ),
        Kind::Deposit => (
            "DirectDeposit",
            deposit_status(event.status)?,
            json!({"referenceId": event.customer, "isFlaggedAsRisky": false}),
        ),
        Kind::UserDeposit => (
            "UserDeposit",
            deposit_status(event.status)?,
            json!({"userId": event.customer, "isFlaggedAsRisky": false}),
        ),
        Kind::Payout => (
            "ApiWithdrawal",
            payout_status(event.status),
            json!({"orderId": event.reference}),
        ),
        Kind::UserPayout => (
            "UserWithdrawal",
            payout_status(event.status),
            json!({"orderId": event.reference, "userId": event.customer}),
        ),
        Kind::Refund | Kind::Probe => {
            return Err(unsupported(
                "CCPayment v2 has no webhook of refunds; use another --kind",
            ));
        }
    };
    let mut message = json!({
        "recordId": event.provider_id,
        "coinId": coin_id(event.symbol)?,
        "coinSymbol": event.symbol,
        "status": status,
    });
    if let (Some(message), Value::Object(members)) = (message.as_object_mut(), members) {
        message.extend(members);
    }
    Ok(json!({"type": kind, "msg": message}))
}
