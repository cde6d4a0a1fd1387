//! What a payer, a provider or a test does to a running sandbox.

use std::time::Duration;

use clap::Args;
use payments_core::Amount;
use serde_json::{Map, Value, json};

use super::admin::{Target, segment};
use super::filter::gateway;
use super::lists::details;
use super::records::{self, text};
use crate::commands::input::duration;
use crate::failure::Failure;
use crate::output::{self, say};

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

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  payments sandbox refund order-1001 1.5")]
pub(crate) struct Refund {
    /// The order's reference or the gateway's id
    #[arg(value_name = "ORDER")]
    order: String,
    /// How much is sent back to the payer
    #[arg(value_name = "AMOUNT")]
    amount: Amount,
    #[command(flatten)]
    pub(crate) target: Target,
}

const FAULT_HELP: &str = "\
Example:
  payments sandbox fault cpay --call withdraw --when after
      the next withdraw takes effect, and its answer is lost
  payments sandbox fault ccpayment --http-status 502 --times 3
      the next three requests have no effect and get a proxy's error page
  payments sandbox fault cpay --when webhook --kind webhook_duplicate
      the next webhook is sent twice
  payments sandbox fault --list
      the faults that wait for a request

--set passes any field of the JSON that the sandbox's guide describes, such as
--set bytes=100 or --set rate=0.2.";

#[derive(Args, Debug)]
#[command(after_help = FAULT_HELP)]
pub(crate) struct Fault {
    /// The gateway: cpay, chainup-opay, ccpayment, ccpayment-v2
    #[arg(value_name = "GATEWAY", value_parser = gateway, required_unless_present_any = ["list", "kinds"])]
    gateway: Option<String>,
    /// List the faults that wait
    #[arg(long, conflicts_with = "gateway")]
    list: bool,
    /// List the kinds of faults
    #[arg(long, conflicts_with_all = ["gateway", "list"])]
    kinds: bool,
    /// Only this call, as withdraw or bill/create
    #[arg(long, value_name = "CALL")]
    call: Option<String>,
    /// Instead of carrying the request out, after it, or of a webhook
    #[arg(long, value_name = "WHEN", value_parser = ["instead", "after", "webhook"])]
    when: Option<String>,
    /// What happens, as cut, lost or other_amount; --kinds lists them
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The gateway's error with this code
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    code: Option<i64>,
    /// The HTTP status of the answer
    #[arg(long, value_name = "NUMBER")]
    http_status: Option<u16>,
    /// How much later it happens, on the sandbox's clock
    #[arg(long, value_name = "TIME", value_parser = duration)]
    delay: Option<Duration>,
    /// How many requests meet it (without it, 1)
    #[arg(long, value_name = "NUMBER")]
    times: Option<u32>,
    /// Another field of the fault; can be repeated
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    set: Vec<(String, Value)>,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// `times=3` is a number, `call=withdraw` a text.
fn field(text: &str) -> Result<(String, Value), &'static str> {
    let pair = text.split_once('=');
    let (name, value) = pair.ok_or("write FIELD=VALUE, as in delay_ms=500")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
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

#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  payments sandbox resend 3\n      the numbers are those of `payments sandbox deliveries list`"
)]
pub(crate) struct Resend {
    /// The number of the webhook
    #[arg(value_name = "NUMBER")]
    number: u64,
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
    let body = json!({"amount": options.amount.to_string()});
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

pub(crate) async fn fault(options: &Fault) -> Result<(), Failure> {
    let admin = options.target.admin()?;
    let Some(gateway) = &options.gateway else {
        let (path, name, none) = match options.kinds {
            true => ("/faults/kinds", "kinds", "there are no kinds"),
            false => ("/faults", "faults", "no faults wait"),
        };
        let answer = admin.get(path).await?;
        let rows = answer.get(name).unwrap_or(&Value::Null);
        return print_rows(rows, name, none, options.target.json);
    };
    let mut body = Map::new();
    body.insert("gateway".to_owned(), gateway.as_str().into());
    let given = [
        ("call", options.call.as_deref().map(Value::from)),
        ("when", options.when.as_deref().map(Value::from)),
        ("kind", options.kind.as_deref().map(Value::from)),
        ("code", options.code.map(Value::from)),
        ("http_status", options.http_status.map(Value::from)),
        ("delay_ms", options.delay.map(milliseconds)),
        ("times", options.times.map(Value::from)),
    ];
    let given = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    body.extend(given.chain(options.set.iter().cloned()));
    let answer = admin.post("/faults", &Value::Object(body)).await?;
    if options.target.json {
        return Ok(output::json(&answer)?);
    }
    Ok(say!("the fault waits for a request that it fits")?)
}

fn milliseconds(time: Duration) -> Value {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).into()
}

fn print_rows(rows: &Value, name: &str, none: &str, json: bool) -> Result<(), Failure> {
    if json {
        return Ok(output::json(&json!({ name: rows }))?);
    }
    let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
    if rows.is_empty() {
        return Ok(say!("{none}")?);
    }
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            say!("")?;
        }
        details(row).print()?;
    }
    Ok(())
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
    say!("{}", text(&time, "now"))?;
    Ok(output::prose(&text(&time, "note"))?)
}

pub(crate) async fn health(options: &Health) -> Result<(), Failure> {
    let health = options.target.admin()?.get("/health").await?;
    if options.target.json {
        return Ok(output::json(&health)?);
    }
    let (version, status) = (text(&health, "version"), text(&health, "status"));
    Ok(say!("payments-sandbox {version}: {status}")?)
}

pub(crate) async fn resend(options: &Resend) -> Result<(), Failure> {
    let path = format!("/deliveries/{}/resend", options.number);
    let delivery = options.target.admin()?.post(&path, &json!({})).await?;
    if options.target.json {
        return Ok(output::json(&delivery)?);
    }
    Ok(say!(
        "webhook {} is sent again; `payments sandbox deliveries show {}` prints the answer",
        options.number,
        options.number
    )?)
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
