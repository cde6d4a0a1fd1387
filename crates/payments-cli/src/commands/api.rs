//! `payments api`: any call of a provider.

mod client;
mod data;

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use payments_core::redact::Confidential;
use payments_core::{Effect, KnownCall, RawResponse};
use payments_facade::{Error, Gateway, adapter};
use serde::Serialize;
use serde_json::value::RawValue;

use client::{Client, Shape};
use data::Data;

use crate::access::{Access, Selector, Session, selector};
use crate::confirm::{Consent, until_stopped};
use crate::failure::Failure;
use crate::json_text::{compact, pretty};
use crate::output::{self, printable, say};
use crate::runtime::runtime;
use crate::table::{Details, Rows};

const HELP: &str = "\
Examples:
  payments api cpay/main --list
      the calls of C-Pay, and what each does
  payments api ccpayment/main coin/all
      the coins of the account
  payments api ccpayment/main network/fee \\
      --data '{\"token_id\":\"0912e09a-d8e2-41d7-a0bc-a25530892988\",\"chain\":\"TRX\"}'
  payments api cpay/main submitKYC --data @customers.json
      send the fields in a file; asks first

The fields are the provider's own. They are signed and sent as they are, and the
answer is verified as far as the provider signs its answers. Nothing else is
checked. A call that changes something has no ticket: use `checkout`, `payout`
and the other commands where they do the same.

Exit status 3: it is unknown whether the call took effect. Do not repeat it.";

#[derive(Args)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
#[command(
    override_usage = "payments api [OPTIONS] <GATEWAY> <CALL>\n       payments api <GATEWAY> --list"
)]
pub(crate) struct Options {
    /// The account, as cpay/main, or cpay if there is one such account
    #[arg(value_name = "GATEWAY", value_parser = selector, conflicts_with = "gateway")]
    account: Selector,
    /// The provider's name of the call, as in bill/info
    #[arg(value_name = "CALL", required_unless_present = "list")]
    call: Option<String>,
    /// The fields of the request: a JSON object, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", requires = "call")]
    data: Option<Data>,
    /// The call changes nothing; only for calls that --list does not show
    #[arg(long, requires = "call")]
    read: bool,
    /// List the calls of the provider
    #[arg(long, conflicts_with_all = ["call", "data", "read"])]
    list: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateway":"cpay/main","calls":[…]}`
#[derive(Serialize)]
struct Listed<'a> {
    gateway: &'a str,
    calls: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: &'static str,
    effect: &'static str,
    source: &'static str,
}

/// `{"gateway":"cpay/main","call":"getOrderDetail","effect":"read","answer":…}`
#[derive(Serialize)]
struct Answered<'a> {
    gateway: &'a str,
    call: &'a str,
    effect: &'static str,
    answer: Box<RawValue>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.clone().selecting(&options.account)?.open();
    let session = session.map_err(|failure| failure.renamed("--gateway", "GATEWAY"))?;
    let gateway = session.gateway()?;
    let client = Client::of(gateway)
        .ok_or_else(|| Failure::bad(format!("{} has no calls of its provider", gateway.id())))?;
    match &options.call {
        None => list(gateway, &client, session.json),
        Some(name) => call(&session, gateway, &client, name, options),
    }
}

fn list(gateway: &dyn Gateway, client: &Client<'_>, json: bool) -> Result<(), Failure> {
    let calls = client.calls().iter().map(|known| One {
        name: known.name(),
        effect: effect_text(known.effect()),
        source: known.source(),
    });
    if json {
        return Ok(output::json(&Listed {
            gateway: gateway.id().as_str(),
            calls: calls.collect(),
        })?);
    }
    let mut rows = Rows::new(&["call", "effect", "in the provider's documents"]);
    for one in calls {
        rows.add([one.name, one.effect, one.source]);
    }
    rows.print()?;
    Ok(say!(
        "read: changes nothing; keyed: a repetition has no further effect; unkeyed: a\nrepetition may take effect again"
    )?)
}

fn call(
    session: &Session,
    gateway: &dyn Gateway,
    client: &Client<'_>,
    name: &str,
    options: &Options,
) -> Result<(), Failure> {
    let known = client.known(name);
    let effect = effect_of(known, options.read)?;
    let shape = match known {
        Some(known) if known.is_raw_read() => Shape::Read,
        None if options.read => Shape::Read,
        _ => Shape::Write,
    };
    let fields = match &options.data {
        Some(data) => data.read()?,
        None => RawValue::from_string("{}".to_owned()).unwrap_or_default(),
    };
    let checked = client.check(shape, name, &fields);
    checked.map_err(|invalid| Failure::refused(gateway, &invalid))?;
    if known.is_none() && !options.read && !session.json {
        // If standard error is closed, the call is still treated as a write.
        let _ = writeln!(
            anstream::stderr().lock(),
            "{} is not a call that this program knows. It is treated as a call that changes\nsomething and is never repeated. If it changes nothing, add --read.",
            printable(name)
        );
    }
    if effect != Effect::Read {
        let mut details = Details::default();
        let at = format!("{} at {}", gateway.id(), session.base_url(gateway));
        details.add("gateway", Some(at));
        details.add("call", Some(name));
        details.add("effect", Some(effect_text(effect)));
        details.add("fields", Some(compact(fields.get())));
        options
            .consent
            .ask(&format!("send {}", printable(name)), &details)?;
    }
    let failed = |error: Error| {
        let confidential = Confidential::of_json(fields.get(), &[]);
        let failure = match effect {
            Effect::Read => Failure::from(error),
            _ => Failure::of_call(&error, advice(gateway)),
        };
        failure
            .of_operation(name)
            .masking(&confidential)
            .at(session.base_url(gateway))
    };
    let sending = client.send(shape, name, &fields);
    let answer = match runtime()?.block_on(until_stopped(sending)) {
        Some(answer) => answer.map_err(|error| failed(adapter::read_error(error)))?,
        None if effect == Effect::Read => {
            return Err(Failure::Failed(
                "stopped before the answer arrived".to_owned(),
            ));
        }
        None => return Err(Failure::stopped(advice(gateway))),
    };
    let printed = print(gateway, name, effect, &answer, session.json);
    printed.map_err(|error| match effect {
        Effect::Read => error.into(),
        _ => Failure::unprinted_change(&error, advice(gateway)),
    })
}

/// What the call does. A known call is what the client knows; an unknown one may do anything unless the user declares that
/// it reads.
fn effect_of(known: Option<&KnownCall>, is_declared_read: bool) -> Result<Effect, Failure> {
    match known.map(KnownCall::effect) {
        Some(Effect::Read) => Ok(Effect::Read),
        Some(_) if is_declared_read => Err(Failure::bad(
            "nothing was sent: this call changes something, so it cannot be declared as a read; leave out --read",
        )),
        Some(effect) => Ok(effect),
        None if is_declared_read => Ok(Effect::Read),
        None => Ok(Effect::Unkeyed),
    }
}

const fn effect_text(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Keyed => "keyed",
        Effect::Unkeyed => "unkeyed",
    }
}

fn advice(gateway: &dyn Gateway) -> String {
    format!(
        "Do not repeat the call. `payments api` has no ticket, so `payments resolve` cannot find out what happened. \
         Query what the call should have changed (`payments api {} --list` lists the reads), or ask the provider.",
        gateway.id()
    )
}

/// The answer alone, or with its call as JSON for scripts.
fn print(
    gateway: &dyn Gateway,
    call: &str,
    effect: Effect,
    answer: &RawResponse,
    json: bool,
) -> std::io::Result<()> {
    if json {
        return output::json(&Answered {
            gateway: gateway.id().as_str(),
            call,
            effect: effect_text(effect),
            answer: RawValue::from_string(compact(answer.json()))?,
        });
    }
    if std::io::stdout().is_terminal() {
        say!("{}", pretty(answer.json()))
    } else {
        say!("{}", compact(answer.json()))
    }
}
