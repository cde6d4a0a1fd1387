//! `payments reconcile resolve`.

use clap::Args;
use payments_store::{FindingId, ResolveError};

use super::{FindingView, details};
use crate::access::Access;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output;
use crate::runtime::runtime;

const HELP: &str = "\
Example:
  payments reconcile resolve overpaid:cpay/main:order-1001 --name ana \\
      --reason 'sent back by hand' --database sqlite:payments.db

Nothing is sent. The name and the reason stay on record. If more is found later,
such as another amount, the finding is open again.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The finding, as `payments reconcile report` names it
    #[arg(value_name = "ID", value_parser = id)]
    id: FindingId,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Why nothing is left to do
    #[arg(long, value_name = "REASON")]
    reason: String,
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
    let given = [("--name", &options.name), ("--reason", &options.reason)];
    let empty: Vec<&str> = given
        .iter()
        .filter_map(|(flag, value)| value.trim().is_empty().then_some(*flag))
        .collect();
    if !empty.is_empty() {
        return Err(Failure::bad(format!(
            "nothing was changed: {} must not be empty",
            empty.join(" and ")
        )));
    }
    let resolved = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        let resolved = store.resolve_finding(&options.id, &options.name, &options.reason);
        resolved.await.map_err(refused)
    })?;
    match access.json {
        true => Ok(output::json(&FindingView::from(&resolved))?),
        false => Ok(details(&resolved).print()?),
    }
}

fn refused(error: ResolveError) -> Failure {
    match error {
        ResolveError::Store(error) => error.into(),
        ResolveError::NotKnown(_) => Failure::bad(
            "nothing was changed: there is no such finding; `payments reconcile report --all` lists them",
        ),
        other => Failure::Failed(other.to_string()),
    }
}
