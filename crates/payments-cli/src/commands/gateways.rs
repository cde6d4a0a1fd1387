//! `payments gateways`.

use clap::Args;
use payments_core::Timestamp;
use payments_facade::config::AccountConfig;
use payments_facade::{Capabilities, Gateway};
use serde::Serialize;

use crate::access::{Access, Session};
use crate::failure::Failure;
use crate::output::{json, say};
use crate::table::Rows;
use crate::view::moment;

const HELP: &str = "\
Example:
  payments gateways --gateway cpay/main
      the URL of its calls, and all it supports: checkout.hosted.notify_url, …";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"gateways":[…]}`
#[derive(Serialize)]
struct Listed<'a> {
    gateways: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    gateway: &'a str,
    provider: &'a str,
    account: &'a str,
    base_url: &'a str,
    previous_secret_until_ms: Option<u64>,
    capabilities: Vec<String>,
}

pub(crate) fn run(access: &Access, _: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let selected = session.selected();
    if session.json {
        let gateways = selected.iter().map(|gateway| one(&session, *gateway));
        return Ok(json(&Listed {
            gateways: gateways.collect(),
        })?);
    }
    let listed: Vec<One<'_>> = selected
        .iter()
        .map(|gateway| one(&session, *gateway))
        .collect();
    let changes = listed
        .iter()
        .any(|one| one.previous_secret_until_ms.is_some());
    let headings = ["gateway", "base URL", "supports", "previous secret until"];
    let shown = if changes { 4 } else { 3 };
    let mut rows = Rows::new(headings.get(..shown).unwrap_or(&headings));
    for one in &listed {
        let groups = one.capabilities.iter().filter(|name| !name.contains('.'));
        let groups: Vec<&str> = groups.map(String::as_str).collect();
        let until = one.previous_secret_until_ms.map(Timestamp::from_millis);
        let groups = groups.join(", ");
        let until = changes.then(|| until.map(moment).unwrap_or_default());
        let cells = [one.gateway, one.base_url, &groups];
        rows.add(cells.into_iter().chain(until.as_deref()));
    }
    rows.print()?;
    if !session.is_chosen() {
        return Ok(());
    }
    for one in listed {
        for name in one.capabilities {
            say!("{name}")?;
        }
    }
    Ok(())
}

fn one<'a>(session: &'a Session, gateway: &'a dyn Gateway) -> One<'a> {
    let id = gateway.id();
    let account = session.config.account(id);
    let until = account.and_then(AccountConfig::previous_until);
    One {
        gateway: id.as_str(),
        provider: id.provider(),
        account: id.account(),
        base_url: session.base_url(gateway),
        previous_secret_until_ms: until.map(Timestamp::as_millis),
        capabilities: Capabilities::of(gateway)
            .iter()
            .map(|one| one.to_string())
            .collect(),
    }
}
