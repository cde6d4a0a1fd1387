//! CCPayment v1: five kinds of JSON bodies with a signature in three headers (the documents' pages of webhooks).

use payments_facade::config::CcpaymentAccount;
use payments_facade::network;
use payments_sandbox::Gateway;
use payments_signing::Secret;
use payments_signing::ccpayment::{APP_ID_HEADER, Key, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp};
use serde_json::{Value, json};

use super::event::{Kind, Message, Status, TestEvent, signed, unsupported, unusable};
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
    signed(
        Message::json(body, Gateway::CCPAYMENT),
        [
            (APP_ID_HEADER, key.app_id()),
            (TIMESTAMP_HEADER, timestamp.as_str()),
            (SIGN_HEADER, sign.as_str()),
        ],
    )
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

/// USDT on TRON. The contracts of other tokens are empty here.
const USDT_ON_TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
/// An address of the documents' samples.
const ADDRESS: &str = "TXkJ2yNLUiBL5XQt8CVXdvLRLnGjbBLRrd";
/// The id of a coin: the merchant's program has the list.
const COIN: &str = "8e5741cf-6e51-4892-9d04-3d40e1dd0128";

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
                "product_price": amount,
                "denominated_currency": "USD",
                "fiat_rate": "1",
                "token_rate": "1",
                "order_amount": amount,
                "paid_amount": amount,
            }),
        ),
        Kind::Deposit => (
            "Direct Deposit",
            json!({
                "user_id": event.customer,
                "service_fee": "0",
                "from_address": ADDRESS,
                "to_address": ADDRESS,
                "memo": "",
                "paid_amount": amount,
                "credit_amount": amount,
            }),
        ),
        Kind::Invoice => (
            "Invoice",
            json!({
                "order_id": event.provider_id,
                "extend": {"invoice_id": event.reference, "user_email": ""},
                "product_price": amount,
                "denominated_currency": "USD",
                "fiat_rate": "1",
                "token_rate": "1",
                "network_fee": "0",
                "service_fee": "0",
                "memo": "",
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
                "network_fee": "0",
                "network_fee_crypto": event.symbol,
                "network_coin_id": COIN,
                "network_fee_value": "0",
                "to_address": ADDRESS,
                "memo": "",
            }),
        ),
        Kind::Refund => (
            "Refund",
            json!({
                "merchant_order_id": event.reference,
                "amount": amount,
                "net_receivable": amount,
                "network_fee": "0",
                "network_crypto": event.symbol,
                "network_coin_id": COIN,
                "to_address": ADDRESS,
                "memo": "",
            }),
        ),
        Kind::UserDeposit | Kind::UserPayout | Kind::Probe => {
            return Err(unsupported("CCPayment v1 has no such webhook"));
        }
    };
    let chain = event.network.map_or("TRX", chain);
    let mut body = json!({
        "pay_status": status,
        "order_type": order_type,
        "record_id": event.provider_id,
        "chain": chain,
        "contract": match (chain, event.symbol) {
            ("TRX", "USDT") => USDT_ON_TRON,
            _ => "",
        },
        "crypto": event.symbol,
        "txid": event.transaction,
    });
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    Ok(body)
}
