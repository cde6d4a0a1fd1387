//! C-Pay: a JSON object of strings, signed like a request (specification, chapter 15). All kinds have the same fields; a
//! deposit has no reference.

use payments_facade::config::CpayAccount;
use payments_facade::network;
use payments_sandbox::Gateway;
use payments_signing::Secret;
use payments_signing::cpay::Key;

use super::event::{Kind, Message, Status, TestEvent, object, unsupported, unusable};
use crate::failure::Failure;

/// The provider's name of a network in orders and webhooks. Other names stay as they are. All but `TRON` are `assumed`.
fn short_form(network: &str) -> &str {
    match network {
        network::TRON => "TRON",
        network::ETHEREUM => "Ethereum",
        network::BSC => "BSC",
        network::BITCOIN => "Bitcoin",
        other => other,
    }
}

pub(super) fn compose(account: &CpayAccount, event: &TestEvent<'_>) -> Result<Message, Failure> {
    let reference = match event.kind {
        Kind::Checkout | Kind::Payout => event.reference,
        Kind::Deposit => "",
        Kind::Refund => {
            return Err(unsupported("C-Pay has no webhooks of refunds"));
        }
        Kind::Invoice => {
            return Err(unsupported("C-Pay has no webhooks of invoices"));
        }
        Kind::UserDeposit | Kind::UserPayout | Kind::Probe => {
            return Err(unsupported("C-Pay has no such webhook"));
        }
    };
    let status = match event.status {
        Status::Open => "0",
        Status::Processing => "11",
        Status::Completed => "14",
        // C-Pay has one status for both.
        Status::Failed | Status::Closed => "15",
    };
    let amount = event.amount.to_string();
    let made_at = (event.now.as_secs() * 1_000).to_string();
    let mut fields = vec![
        ("merchantId", account.config.merchant_id()),
        ("merchantTradeNo", reference),
        ("merchantUserId", event.customer),
        ("orderId", &event.provider_id),
        ("orderStatus", status),
        ("hash", event.transaction),
        ("actualAmount", &amount),
        ("receivedAmount", &amount),
        ("fee", "0"),
        ("cryptoCurrency", event.symbol),
        ("network", event.network.map_or("TRON", short_form)),
        ("remark", ""),
        ("extInfo", ""),
        ("createTime", &made_at),
    ];
    let secret =
        Secret::new(account.secret.expose()).map_err(|error| unusable("the secret", error))?;
    let sign = Key::new(secret)
        .sign(fields.iter().copied())
        .map_err(|error| unusable("a value of the event", error))?;
    fields.push(("sign", sign.as_str()));
    Ok(Message::json(object(&fields), Gateway::CPAY))
}
