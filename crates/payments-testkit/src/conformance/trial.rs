//! One trial.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use payments_facade::Gateway;

use super::context::{Context, TrialResult};
use super::env::Env;
use super::report::{Entry, Stop, Verdict};

type TrialFuture<'a> = Pin<Box<dyn Future<Output = TrialResult> + Send + 'a>>;
type Run = Box<dyn for<'a> Fn(Context<'a>) -> TrialFuture<'a> + Send + Sync>;

/// One requirement on a gateway.
pub struct Trial {
    name: &'static str,
    capability: String,
    run: Run,
}

impl Trial {
    pub(super) fn new(
        name: &'static str,
        capability: impl Into<String>,
        run: impl for<'a> Fn(Context<'a>) -> TrialFuture<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            capability: capability.into(),
            run: Box::new(run),
        }
    }

    /// What the gateway must do.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The capability that the trial belongs to. `no checkout.native` means that `checkout.native` must be refused.
    #[must_use]
    pub fn capability(&self) -> &str {
        &self.capability
    }

    /// Runs the trial. Trials do not depend on each other, but must not run at the same time.
    pub async fn run(&self, gateway: &dyn Gateway, env: &dyn Env) -> Entry {
        let verdict = match (self.run)(Context { gateway, env }).await {
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
