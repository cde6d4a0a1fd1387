//! Decisions that a person is responsible for.

use clap::Args;

use crate::failure::Failure;

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

impl Decision {
    /// Name and reason, or everything that is missing of them.
    pub(crate) fn given(&self) -> Result<(&str, &str), Failure> {
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
