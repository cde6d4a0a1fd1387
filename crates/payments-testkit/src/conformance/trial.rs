//! One trial.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::env::Env;
use super::report::{Entry, Stop, Verdict};
use super::stage::{Stage, Tried};
use payments_facade::Gateway;

type Running<'a> = Pin<Box<dyn Future<Output = Tried> + Send + 'a>>;
type Run = Box<dyn for<'a> Fn(Stage<'a>) -> Running<'a> + Send + Sync>;

/// One thing a gateway must do.
pub struct Trial {
    name: &'static str,
    capability: String,
    run: Run,
}

impl Trial {
    pub(super) fn new(
        name: &'static str,
        capability: impl Into<String>,
        run: impl for<'a> Fn(Stage<'a>) -> Running<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            capability: capability.into(),
            run: Box::new(run),
        }
    }

    /// What is tried.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Of which capability. `no checkout.native`: that it is refused.
    #[must_use]
    pub fn capability(&self) -> &str {
        &self.capability
    }

    /// Runs it. Trials use references of their own and may run in any order, one at a time.
    pub async fn run(&self, gateway: &dyn Gateway, env: &dyn Env) -> Entry {
        let verdict = match (self.run)(Stage { gateway, env }).await {
            Ok(()) => Verdict::Passed,
            Err(Stop::Failed(why)) => Verdict::Failed(why),
            Err(Stop::Skipped(what)) => Verdict::Skipped(what.to_owned()),
        };
        Entry {
            trial: self.name.to_owned(),
            capability: self.capability.clone(),
            verdict,
        }
    }
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trial({}: {})", self.capability, self.name)
    }
}
