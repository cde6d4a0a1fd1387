//! `payments reconcile close`.

use clap::Args;
use payments_store::{FindingId, ResolveError};

use super::{FindingView, details};
use crate::access::Access;
use crate::database::DatabaseOption;
use crate::decision::Decision;
use crate::failure::Failure;
use crate::output;

const HELP: &str = "\
Example:
  payments reconcile close overpaid:cpay/main:order-1001 --name ana \\
      --reason 'sent back by hand' --database sqlite:payments.db

Nothing is sent. The name and the reason stay on record. If more is found later,
such as another amount, the finding is open again.";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    /// The finding, as `payments reconcile report` names it
    #[arg(value_name = "ID", value_parser = id)]
    id: FindingId,
    #[command(flatten)]
    decision: Decision,
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    pub(crate) access: Access,
}

fn id(text: &str) -> Result<FindingId, &'static str> {
    text.parse()
        .map_err(|_| "write KIND:GATEWAY:SUBJECT, as `payments reconcile report` prints it")
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let decided = options.decision.open(&options.database)?;
    let resolved = decided
        .store
        .resolve_finding(&options.id, decided.name, decided.reason);
    let resolved = decided.runtime.block_on(resolved).map_err(refused)?;
    match access.json {
        true => Ok(output::json(&FindingView::from(&resolved))?),
        false => Ok(details(&resolved).print()?),
    }
}

fn refused(error: ResolveError) -> Failure {
    match error {
        ResolveError::Store(error) => error.into(),
        ResolveError::NotKnown(_) => Failure::Failed(
            "there is no such finding; `payments reconcile report --all` prints them".to_owned(),
        ),
        ResolveError::Resolved(_) => Failure::Failed(
            "nothing was changed: the finding is closed already; `payments reconcile report --all` prints by whom"
                .to_owned(),
        ),
        other => Failure::Failed(other.to_string()),
    }
}
