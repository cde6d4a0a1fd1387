//! ChainUp OPay: five fields, encrypted for the merchant and signed by the platform (specification, step 3).

use payments_facade::config::ChainupOpayAccount;
use payments_sandbox::{Credentials, Gateway};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

use super::event::{Kind, Message, Status, TestEvent, object, unsupported, unusable};
use crate::failure::Failure;

pub(super) fn compose(
    account: &ChainupOpayAccount,
    event: &TestEvent<'_>,
    sandbox: &Credentials,
) -> Result<Message, Failure> {
    if event.kind != Kind::Checkout {
        return Err(unsupported(
            "ChainUp OPay has webhooks of orders only; use --kind checkout",
        ));
    }
    let status = match event.status {
        Status::Closed => "0",
        Status::Open => "1",
        Status::Failed => "2",
        Status::Completed => "3",
        Status::Processing => {
            return Err(unsupported(
                "ChainUp OPay has no status processing; use --status open",
            ));
        }
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
        hint: "; its keys must be those of a sandbox, with --credentials if they are not the public test keys",
        ..Message::json(body, Gateway::CHAINUP_OPAY)
    })
}
