//! `payments webhook send`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use http::Uri;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::Gateway;
use payments_sandbox::Credentials;
use serde::Serialize;

use super::message::{self, TestEvent};
use super::post::{Answered, Post};
use crate::access::{Access, Session, now};
use crate::commands::input;
use crate::failure::{Failure, runtime};
use crate::output::{self, say};
use crate::url;

const HELP: &str = "\
Example:
  payments webhook send http://127.0.0.1:3000/webhooks/cpay/main --gateway cpay/main \\
      --reference order-1001 --amount 10.50 --status completed
      an event as the provider would send it, signed with the account's own secret;
      exit status 1 if your program does not acknowledge it

ChainUp OPay signs with the platform's private key, which a merchant does not have: the sandbox's
is used, or that of --credentials, so the account must be one of the sandbox.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Where it goes: https, or http on this machine
    #[arg(value_name = "URL")]
    url: Uri,
    /// What it is about; which of them there are is the provider's
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// How far it is
    #[arg(long, value_enum, default_value_t)]
    status: Status,
    /// Your own reference of the order
    #[arg(long, value_name = "REFERENCE", value_parser = input::reference, default_value = "order-1001")]
    reference: MerchantRef,
    /// The provider's id of it; by default the time
    #[arg(long, value_name = "ID")]
    provider_id: Option<String>,
    /// How much
    #[arg(long, value_name = "AMOUNT", default_value = "10.50")]
    amount: Amount,
    /// Of what
    #[arg(long, value_name = "ASSET[@NETWORK]", value_parser = input::asset, default_value = "USDT@tron")]
    asset: Asset,
    /// The customer, by your own id
    #[arg(long, value_name = "ID", default_value = "customer-7")]
    customer: String,
    /// The hash of the transaction on its chain
    #[arg(
        long,
        value_name = "HASH",
        default_value = "c4dbbf5737c52072817dc92fa09c41386f8024fee883270b92bfc1943616f957"
    )]
    transaction: String,
    /// chainup-opay: a JSON file with the sandbox's credentials, where they are not the public test credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// An order that a customer pays
    #[default]
    Checkout,
    /// Coins to a standing address
    Deposit,
    /// Money out
    Payout,
    /// Money back to a payer
    Refund,
    /// An invoice that was paid
    Invoice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Status {
    /// Nothing has happened
    Open,
    /// Money is on its way
    Processing,
    /// It ended with success
    #[default]
    Completed,
    /// It was tried and did not work
    Failed,
    /// It ended without success
    Closed,
}

/// `{"gateway":"cpay/main","url":"…","effect_key":"…","answer":{"status":200,"body":"OK"},"acknowledged":true}`
#[derive(Serialize)]
struct Sent<'a> {
    gateway: &'a str,
    url: String,
    effect_key: &'a str,
    answer: Answered,
    acknowledged: bool,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let post = Post::to(&options.url)?;
    let session = access.open()?;
    let gateway = session.gateway()?;
    let message = signed(&session, gateway, options)?;
    let received = gateway
        .webhooks()
        .receive(&message.headers, &message.body, now())
        .map_err(|error| {
            Failure::bad(format!(
                "the account {} would not take this event itself: {error}{}",
                gateway.id(),
                message.hint
            ))
        })?;
    let answer = runtime()?
        .block_on(post.send(&message.headers, message.body.clone()))
        .map_err(|error| {
            Failure::failed(&format!("sending to {}", url::shown(&options.url)), error)
        })?;
    let acknowledged = (message.is_ack)(&answer);
    let sent = Sent {
        gateway: gateway.id().as_str(),
        url: url::shown(&options.url),
        effect_key: received.event().effect_key().as_str(),
        answer: Answered::from(&answer),
        acknowledged,
    };
    if session.json {
        output::json(&sent)?;
    } else {
        let verdict = if acknowledged {
            "acknowledged"
        } else {
            "not acknowledged: the provider would send it again"
        };
        say!("{}: sent, effect {}", sent.gateway, sent.effect_key)?;
        say!("{} {}", sent.url, sent.answer.told())?;
        say!("{verdict}")?;
    }
    if acknowledged {
        Ok(())
    } else {
        Err(Failure::Refused)
    }
}

fn signed(
    session: &Session,
    gateway: &dyn Gateway,
    options: &Options,
) -> Result<message::Message, Failure> {
    let now = now();
    let event = TestEvent {
        kind: options.kind,
        status: options.status,
        reference: options.reference.as_str(),
        provider_id: options
            .provider_id
            .clone()
            .unwrap_or_else(|| now.as_millis().to_string()),
        amount: options.amount,
        symbol: options.asset.symbol(),
        network: options.asset.network(),
        customer: &options.customer,
        transaction: &options.transaction,
        now,
    };
    let sandbox = || match &options.credentials {
        None => Ok(Credentials::test()),
        Some(path) => Credentials::from_file(path)
            .map_err(|error| Failure::bad(format!("{}: {error}", path.display()))),
    };
    message::compose(session.account(gateway.id())?, &event, sandbox)
}
