//! What a payer, a provider or a test does to a running sandbox.

use std::time::Duration;

use clap::Args;
use payments_core::Amount;
use serde_json::{Value, json};

use super::admin::{Target, segment};
use super::records::{self, text};
use crate::commands::input::duration;
use crate::failure::Failure;
use crate::output::{self, printable, say};

const PAY_HELP: &str = "\
Example:
  payments sandbox pay order-1001 9.99
      pay less than the price; without an amount, the price is paid
  payments sandbox pay order-1001 --late
      let its time end, and pay the price then (ccpayment, ccpayment-v2)";

#[derive(Args, Debug)]
#[command(after_help = PAY_HELP)]
pub(crate) struct Pay {
    /// The order's reference or the gateway's id
    #[arg(value_name = "ORDER")]
    order: String,
    /// What is paid; without it, what the order asks for
    #[arg(value_name = "AMOUNT")]
    amount: Option<Amount>,
    /// Let the time to pay end first
    #[arg(long, conflicts_with = "amount")]
    late: bool,
    #[command(flatten)]
    pub(crate) target: Target,
}

const CHOOSE_HELP: &str = "\
Example:
  payments sandbox choose order-1001 USDT@TRX
      be the payer who chooses the coin on the page of the gateway";

#[derive(Args, Debug)]
#[command(after_help = CHOOSE_HELP)]
pub(crate) struct Choose {
    /// The order's reference or the gateway's id
    #[arg(value_name = "ORDER")]
    order: String,
    /// The coin and its network, as USDT@TRX
    #[arg(value_name = "COIN@NETWORK", value_parser = coin)]
    coin: (String, String),
    #[command(flatten)]
    pub(crate) target: Target,
}

fn coin(text: &str) -> Result<(String, String), &'static str> {
    let parts = text.split_once('@');
    let parts = parts.filter(|(coin, network)| !coin.is_empty() && !network.is_empty());
    let (coin, network) = parts.ok_or("write COIN@NETWORK, as in USDT@TRX")?;
    Ok((coin.to_owned(), network.to_owned()))
}

#[derive(Args, Debug)]
pub(crate) struct Act {
    /// The order's reference or the gateway's id
    #[arg(value_name = "ORDER")]
    order: String,
    #[command(flatten)]
    pub(crate) target: Target,
}

const REFUND_HELP: &str = "\
Example:
  payments sandbox refund order-1001 1.5
      send a part back; without an amount, all that the merchant received";

#[derive(Args, Debug)]
#[command(after_help = REFUND_HELP)]
pub(crate) struct Refund {
    /// The order's reference or the gateway's id
    #[arg(value_name = "ORDER")]
    order: String,
    /// How much is sent back to the payer; without it, what the merchant received
    #[arg(value_name = "AMOUNT")]
    amount: Option<Amount>,
    #[command(flatten)]
    pub(crate) target: Target,
}

const CLOCK_HELP: &str = "\
Example:
  payments sandbox clock --advance 1h
      what becomes due happens at once: expiries, payouts, repeated webhooks
  payments sandbox clock --to-next-due
      to the next repeated webhook, expiry or payout";

#[derive(Args, Debug)]
#[command(after_help = CLOCK_HELP)]
pub(crate) struct Clock {
    #[command(flatten)]
    moved: Moved,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Args, Debug)]
#[group(multiple = false)]
struct Moved {
    /// Move the clock forward by this time, as 90s, 30m or 2h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    advance: Option<Duration>,
    /// Move it to the next thing that is due
    #[arg(long)]
    to_next_due: bool,
    /// Stop it
    #[arg(long)]
    freeze: bool,
    /// Let a stopped clock go on
    #[arg(long)]
    unfreeze: bool,
}

const RESEND_HELP: &str = "\
Example:
  payments sandbox resend 3
      the numbers are those of `payments sandbox deliveries list`
  payments sandbox resend 3 --spoil webhook_wrong_signature
      send it spoiled first: a receiver must refuse it
  payments sandbox resend 3 --duplicate
      send the same message as another webhook: a receiver must not book it again";

#[derive(Args, Debug)]
#[command(after_help = RESEND_HELP)]
pub(crate) struct Resend {
    /// The number of the webhook
    #[arg(value_name = "NUMBER")]
    number: u64,
    /// Spoil the first attempt by this kind of fault, as webhook_altered
    #[arg(long, value_name = "KIND")]
    spoil: Option<String>,
    /// Send the same message as another webhook
    #[arg(long, conflicts_with = "spoil")]
    duplicate: bool,
    #[command(flatten)]
    pub(crate) target: Target,
}

const HEALTH_HELP: &str = "\
Example:
  until payments sandbox health; do sleep 0.1; done
      wait until the sandbox answers; also the health check of the container";

#[derive(Args, Debug)]
#[command(after_help = HEALTH_HELP)]
pub(crate) struct Health {
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  payments sandbox reset --yes")]
pub(crate) struct Reset {
    /// Forget all orders, users, requests and webhooks without a question
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(crate) target: Target,
}

pub(crate) async fn pay(options: &Pay) -> Result<(), Failure> {
    let body = match options.amount {
        Some(amount) => json!({"amount": amount.to_string()}),
        None => json!({}),
    };
    let action = if options.late { "pay_late" } else { "pay" };
    order(&options.target, &options.order, action, &body).await
}

pub(crate) async fn choose(options: &Choose) -> Result<(), Failure> {
    let (coin, network) = &options.coin;
    let body = json!({"coin": coin, "network": network});
    order(&options.target, &options.order, "choose", &body).await
}

pub(crate) async fn act(options: &Act, action: &str) -> Result<(), Failure> {
    order(&options.target, &options.order, action, &json!({})).await
}

pub(crate) async fn refund(options: &Refund) -> Result<(), Failure> {
    let amount = match options.amount {
        Some(amount) => amount.to_string(),
        None => {
            let path = format!("/orders/{}", segment(&options.order));
            let page = options.target.admin()?.get(&path).await?;
            let order = page.get("order").unwrap_or(&Value::Null);
            let received = text(order, "received_amount");
            if received == "0" {
                let order = &options.order;
                return Err(Failure::bad(format!(
                    "nothing was credited for {order}; only a risky payment of CCPayment v2 can be sent back all the same: name its amount, as in `payments sandbox refund {order} 1.5`"
                )));
            }
            received
        }
    };
    let body = json!({ "amount": amount });
    order(&options.target, &options.order, "refund", &body).await
}

async fn order(target: &Target, id: &str, action: &str, body: &Value) -> Result<(), Failure> {
    let path = format!("/orders/{}/{action}", segment(id));
    let order = target.admin()?.post(&path, body).await?;
    if target.json {
        return Ok(output::json(&order)?);
    }
    records::order(&order).print();
    Ok(())
}

pub(super) fn milliseconds(time: Duration) -> Value {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).into()
}

pub(crate) async fn clock(options: &Clock) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let moved = &options.moved;
    let body = match moved.advance {
        Some(by) => Some(json!({"advance_ms": milliseconds(by)})),
        None if moved.to_next_due => Some(json!({"to_next_due": true})),
        None if moved.freeze => Some(json!({"frozen": true})),
        None if moved.unfreeze => Some(json!({"frozen": false})),
        None => None,
    };
    let time = match body {
        None => admin.get("/clock").await?,
        Some(body) => admin.post("/clock", &body).await?,
    };
    if options.target.json {
        return Ok(output::json(&time)?);
    }
    say!("{}", printable(&text(&time, "now")))?;
    Ok(output::prose(&printable(&text(&time, "note")))?)
}

pub(crate) async fn health(options: &Health) -> Result<(), Failure> {
    let health = options.target.admin()?.get("/health").await?;
    if options.target.json {
        return Ok(output::json(&health)?);
    }
    let (version, status) = (text(&health, "version"), text(&health, "status"));
    Ok(say!(
        "payments-sandbox {}: {}",
        printable(&version),
        printable(&status)
    )?)
}

pub(crate) async fn resend(options: &Resend) -> Result<(), Failure> {
    let (action, body) = match &options.spoil {
        _ if options.duplicate => ("duplicate", json!({})),
        None => ("resend", json!({})),
        Some(kind) => ("resend", json!({ "fault": kind })),
    };
    let path = format!("/deliveries/{}/{action}", options.number);
    let delivery = options.target.admin()?.post(&path, &body).await?;
    if options.target.json {
        return Ok(output::json(&delivery)?);
    }
    let (number, how) = (
        text(&delivery, "id"),
        match action {
            "duplicate" => format!("the same message is webhook {}", text(&delivery, "id")),
            _ => format!("webhook {} is sent again", options.number),
        },
    );
    let next = format!("{how}; `payments sandbox deliveries show {number}` prints the answer");
    Ok(output::prose(&printable(&next))?)
}

pub(crate) async fn reset(options: &Reset) -> Result<(), Failure> {
    if !options.yes {
        return Err(Failure::bad(
            "a reset forgets all orders, users, requests and webhooks of the sandbox; add --yes to do it",
        ));
    }
    let answer = options.target.admin()?.post("/reset", &json!({})).await?;
    if options.target.json {
        return Ok(output::json(&answer)?);
    }
    Ok(say!("the sandbox is as at its start")?)
}
