//! Decisions that a person is responsible for.

use clap::Args;
use payments_store::Store;
use tokio::runtime::Runtime;

use crate::database::DatabaseOption;
use crate::failure::{Failure, both};
use crate::runtime::runtime;

/// Who decides, and why.
#[derive(Args, Debug)]
pub(crate) struct Decision {
    /// Who decides; recorded
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Why; recorded
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// A decision with name and reason, and the store that it changes.
pub(crate) struct Decided<'a> {
    pub(crate) name: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) store: Store,
    pub(crate) runtime: Runtime,
}

impl Decision {
    /// Opens the database if name and reason are given too. All that is missing is one error.
    pub(crate) fn open(&self, database: &DatabaseOption) -> Result<Decided<'_>, Failure> {
        let ((name, reason), database) = both(self.given(), database.named())?;
        let runtime = runtime()?;
        let store = runtime.block_on(database.store())?;
        Ok(Decided {
            name,
            reason,
            store,
            runtime,
        })
    }

    /// Name and reason, or everything that is missing of them.
    fn given(&self) -> Result<(&str, &str), Failure> {
        let is_given = |value: &&str| !value.trim().is_empty();
        let name = self.name.as_deref().filter(is_given);
        let reason = self.reason.as_deref().filter(is_given);
        let missing = match (name, reason) {
            (Some(name), Some(reason)) => return Ok((name, reason)),
            (None, Some(_)) => "--name",
            (Some(_), None) => "--reason",
            (None, None) => "--name and --reason",
        };
        Err(Failure::bad(format!(
            "nothing was changed: missing {missing}; who decides and why is recorded"
        )))
    }
}
