//! `payments inbox retry`.

use clap::Args;
use payments_facade::webhook::EffectKey;
use payments_store::{DeliveryState, Store};
use serde::Serialize;

use crate::access::Access;
use crate::commands::input;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, counted, say};
use crate::runtime::runtime;

const HELP: &str = "\
Example:
  payments inbox retry cpay/main:71:14 --database sqlite:payments.db
      let a dead event be handled again, with 12 new attempts

A server that runs handles it within a second. An event that is pending is
handled anyway. If one of several keys is not that of a dead event, nothing is
changed.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    /// The effect keys of dead events
    #[arg(value_name = "KEY", required = true, value_parser = input::effect_key)]
    keys: Vec<EffectKey>,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"revived":["…"]}`
#[derive(Serialize)]
struct Revived<'a> {
    revived: Vec<&'a str>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let revived = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        check(&store, &options.keys).await?;
        let mut revived = Vec::new();
        for key in &options.keys {
            // Another command may have been faster.
            if store.revive(key).await? {
                revived.push(key.as_str());
            }
        }
        Ok::<_, Failure>(revived)
    })?;
    if access.json {
        return Ok(output::json(&Revived { revived })?);
    }
    Ok(say!(
        "{} will be handled again",
        counted(revived.len(), "event")
    )?)
}

/// All keys that cannot be revived. One that is not stored is not printed: it could be anything.
async fn check(store: &Store, keys: &[EffectKey]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for (place, key) in (1..).zip(keys) {
        match store.delivery(key).await? {
            None => problems.push(format!("\n  key {place}: there is no such event")),
            Some(delivery) if delivery.state != DeliveryState::Dead => {
                let state = delivery.state.as_str();
                problems.push(format!("\n  key {place}: {key} is {state}, not dead"));
            }
            Some(_) => {}
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(format!(
            "nothing was changed:{}",
            problems.concat()
        ))),
    }
}
