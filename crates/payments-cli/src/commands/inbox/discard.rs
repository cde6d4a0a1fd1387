//! `payments inbox discard`.

use clap::Args;
use payments_facade::webhook::EffectKey;
use payments_store::{DeliveryState, DiscardError};
use serde::Serialize;

use super::list::One;
use super::{find, not_known};
use crate::access::Access;
use crate::commands::input;
use crate::confirm::Consent;
use crate::database::DatabaseOption;
use crate::decision::Decision;
use crate::failure::Failure;
use crate::output;
use crate::table::Details;

const HELP: &str = "\
Example:
  payments inbox discard cpay/main:71:14 --name Ana --reason 'booked by hand' \\
      --database sqlite:payments.db
      end a dead event: it is never handled, also if it arrives again; asks first

Name and reason stay on record: `payments inbox show` prints them. This cannot
be undone.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    /// The effect key of a dead event
    #[arg(value_name = "KEY", value_parser = input::effect_key)]
    key: EffectKey,
    #[command(flatten)]
    decision: Decision,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"delivery":{…}}`
#[derive(Serialize)]
struct Ended<'a> {
    delivery: One<'a>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let decided = options.decision.open(&options.database)?;
    let (key, name, reason) = (&options.key, decided.name, decided.reason);
    let dead = decided.runtime.block_on(find(&decided.store, key))?;
    if dead.state != DeliveryState::Dead {
        return Err(refused(DiscardError::NotDead(Box::new(dead))));
    }
    let mut details = Details::default();
    details.add("effect key", Some(key));
    details.add("problem", dead.problem.as_ref());
    details.add("by", Some(name));
    details.add("because", Some(reason));
    details.add("effect", Some("it is never handled, and cannot be retried"));
    options
        .consent
        .ask_to_change("discard the event", &details)?;
    let discarded = decided.store.discard(key, name, reason);
    let discarded = decided.runtime.block_on(discarded).map_err(refused)?;
    if access.json {
        let delivery = One::from(&discarded);
        return Ok(output::json(&Ended { delivery })?);
    }
    Ok(output::prose(
        "The event is discarded; it is never handled.",
    )?)
}

fn refused(error: DiscardError) -> Failure {
    match error {
        DiscardError::NotKnown(_) => not_known(),
        DiscardError::Store(error) => Failure::from(error),
        other => Failure::Failed(other.to_string()),
    }
}
