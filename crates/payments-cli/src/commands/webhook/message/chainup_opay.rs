//! ChainUp OPay: a text of five fields, encrypted to the merchant and signed by the platform (specification, step 3).

use bytes::Bytes;
use http::{Response, StatusCode};
use payments_facade::config::ChainupOpayAccount;
use payments_sandbox::Credentials;
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

use super::{Message, TestEvent, object, unknown, unusable};
use crate::commands::webhook::send::{Kind, Status};
use crate::failure::Failure;

pub(super) fn compose(
    account: &ChainupOpayAccount,
    event: &TestEvent<'_>,
    sandbox: &Credentials,
) -> Result<Message, Failure> {
    if event.kind != Kind::Checkout {
        return Err(unknown(
            "ChainUp OPay",
            "but that of an order: --kind checkout",
        ));
    }
    let status = match event.status {
        Status::Closed => "0",
        Status::Open => "1",
        Status::Failed => "2",
        Status::Completed => "3",
        Status::Processing => return Err(unknown("ChainUp OPay", "that says processing")),
    };
    let amount = event.amount.to_string();
    let text = object(&[
        ("outOrderId", event.reference),
        ("orderNum", &event.provider_id),
        ("orderStatus", status),
        ("payAmount", &amount),
        ("returnUrl", "https://shop.example/thanks"),
    ]);
    let keys = &sandbox.chainup_opay;
    let platform = PrivateKey::parse(&keys.platform_private_key)
        .map_err(|error| unusable("the platform's private key", error))?;
    let merchant = PublicKey::parse(&keys.merchant_public_key)
        .map_err(|error| unusable("the merchant's public key", error))?;
    let sealed = Keys::new(platform, merchant)
        .seal(text.as_bytes())
        .map_err(|error| unusable("the event", error))?;
    let body = sealed.envelope(account.config.app_id(), event.now.as_millis());
    Ok(Message {
        hint: "; its keys must be those of the sandbox, or of --credentials",
        ..Message::json(body, is_ack)
    })
}

/// What the platform takes for one is `assumed`: the word, alone or in its own form.
fn is_ack(answer: &Response<Bytes>) -> bool {
    let body = answer.body();
    let says = |word: &[u8]| body.windows(word.len()).any(|part| part == word);
    answer.status() == StatusCode::OK && says(b"success")
}
