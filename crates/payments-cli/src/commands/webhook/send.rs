//! `payments webhook send`.

use std::path::PathBuf;

use clap::Args;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::Gateway;
use payments_sandbox::Credentials;
use serde::Serialize;
use url::Url;

use super::message;
use super::message::event::{Kind, Message, Status, TestEvent};
use super::post::{Answered, Post, transport};
use crate::access::{Access, Session, now};
use crate::commands::input;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::runtime;
use crate::url as target;

const HELP: &str = "\
Example:
  payments webhook send http://127.0.0.1:3000/webhooks/cpay/main --gateway cpay/main \\
      --reference order-1001 --amount 10.50 --status completed
      send a webhook as the provider would, signed with the account's secret;
      exit status 1 if your program does not acknowledge it

Webhooks of CCPayment v2 state no amount; --kind probe is the check of a URL that
its console sends.

ChainUp OPay signs webhooks with the platform's private key, which merchants do
not have. Test webhooks are signed with the sandbox's key or that of
--credentials, so they work for accounts of a sandbox only.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The URL to send to: https, or http on this machine
    #[arg(value_name = "URL", value_parser = target::absolute)]
    url: Url,
    /// What the webhook reports; not every provider has every kind
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// The status that the webhook reports
    #[arg(long, value_enum, default_value_t)]
    status: Status,
    /// Your reference of the order
    #[arg(long, value_name = "REFERENCE", value_parser = input::reference, default_value = "order-1001")]
    reference: MerchantRef,
    /// The provider's id of the order [default: the current time]
    #[arg(long, value_name = "ID")]
    provider_id: Option<String>,
    /// The amount
    #[arg(long, value_name = "AMOUNT", default_value = "10.50")]
    amount: Amount,
    /// The asset
    #[arg(long, value_name = "ASSET[@NETWORK]", value_parser = input::asset, default_value = "USDT@tron")]
    asset: Asset,
    /// Your id of the customer
    #[arg(long, value_name = "ID", default_value = "customer-7")]
    customer: String,
    /// The hash of the transaction
    #[arg(
        long,
        value_name = "HASH",
        default_value = "c4dbbf5737c52072817dc92fa09c41386f8024fee883270b92bfc1943616f957"
    )]
    transaction: String,
    /// chainup-opay: a JSON file with the sandbox's credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateway":"cpay/main","url":"…","effect_key":"…","answer":{"status":200,"body":"OK"},"acknowledged":true,"problem":null}`
#[derive(Serialize)]
struct Sent<'a> {
    gateway: &'a str,
    url: String,
    /// Missing if the webhook states no money: then the record that it names has the key.
    effect_key: Option<String>,
    answer: Answered,
    acknowledged: bool,
    /// Why it does not acknowledge.
    problem: Option<String>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let post = Post::to(&options.url, transport()?)?;
    let session = access.open()?;
    let gateway = session.gateway()?;
    let credentials = credentials(options)?;
    let provider_id = options.provider_id.clone();
    let provider_id = provider_id.unwrap_or_else(|| now().as_millis().to_string());
    let message = signed(&session, gateway, options, &provider_id, &credentials)?;
    let effect_key = accepted(gateway, &message)?;
    let runtime = runtime()?;
    let answer = runtime
        .block_on(post.send(&message.headers, message.body.clone()))
        .map_err(|error| {
            Failure::failed(
                &format!("cannot send to {}", target::shown(&options.url)),
                error,
            )
        })?;
    let (status, body) = (answer.status().as_u16(), answer.body());
    let judged = credentials.judge_reply(message.provider, status, body);
    let problem = runtime.block_on(judged).err();
    let acknowledged = problem.is_none();
    let sent = Sent {
        gateway: gateway.id().as_str(),
        url: target::shown(&options.url),
        effect_key,
        answer: Answered::from(&answer),
        acknowledged,
        problem,
    };
    if session.json {
        output::json(&sent)?;
    } else {
        match &sent.effect_key {
            Some(key) => say!("{}: sent, effect key {key}", sent.gateway)?,
            None if options.kind == Kind::Probe => {
                say!("{}: sent, a check of the URL", sent.gateway)?
            }
            None => output::prose(&format!(
                "{}: sent; it states no money, so your program has to query the record {provider_id}, which a test webhook does not create",
                sent.gateway
            ))?,
        }
        say!("{} returned {}", sent.url, sent.answer.shown())?;
        match &sent.problem {
            None => say!("acknowledged")?,
            Some(problem) => output::prose(&format!(
                "not acknowledged: {}; the provider would send it again",
                output::printable(problem)
            ))?,
        }
    }
    if acknowledged {
        Ok(())
    } else {
        Err(Failure::Refused)
    }
}

/// The effect key of the webhook. `None` if the account takes it as a signed hint.
fn accepted(gateway: &dyn Gateway, message: &Message) -> Result<Option<String>, Failure> {
    let webhooks = gateway.webhooks();
    let (headers, body) = (&message.headers, &message.body);
    let error = match webhooks.receive(headers, body, now()) {
        Ok(received) => return Ok(Some(received.event().effect_key().to_string())),
        Err(error) => error,
    };
    match webhooks.hint(headers, body) {
        Ok(hint) if hint.is_signed() => Ok(None),
        _ => Err(Failure::bad(format!(
            "nothing was sent: the account {} does not accept this webhook: {error}{}",
            gateway.id(),
            message.hint
        ))),
    }
}

fn signed(
    session: &Session,
    gateway: &dyn Gateway,
    options: &Options,
    provider_id: &str,
    credentials: &Credentials,
) -> Result<Message, Failure> {
    let now = now();
    let event = TestEvent {
        kind: options.kind,
        status: options.status,
        reference: options.reference.as_str(),
        provider_id: provider_id.to_owned(),
        amount: options.amount,
        symbol: options.asset.symbol(),
        network: options.asset.network(),
        customer: &options.customer,
        transaction: &options.transaction,
        now,
    };
    message::compose(session.account(gateway.id())?, &event, credentials)
}

/// The sandbox's test credentials, or those of `--credentials`.
fn credentials(options: &Options) -> Result<Credentials, Failure> {
    let Some(path) = &options.credentials else {
        return Ok(Credentials::test());
    };
    Credentials::from_file(path).map_err(|error| {
        // Someone may have pasted the key itself where its file belongs.
        let shown = match path.exists() {
            true => path.display().to_string(),
            false => "--credentials".to_owned(),
        };
        Failure::bad(format!("nothing was sent: {shown}: {error}"))
    })
}
