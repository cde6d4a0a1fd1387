//! One trial.

use std::future::Future;
use std::pin::Pin;

use payments_facade::Gateway;

use super::context::{Context, TrialResult};
use super::env::Env;
use super::report::{Entry, Stop, Verdict};

type TrialFuture<'a> = Pin<Box<dyn Future<Output = TrialResult> + Send + 'a>>;
type Run = Box<dyn for<'a> Fn(Context<'a>) -> TrialFuture<'a> + Send + Sync>;

/// One requirement on a gateway.
pub(super) struct Trial {
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

    /// Runs the trial. Trials do not depend on each other, but must not run at the same time.
    pub(super) async fn run(&self, gateway: &dyn Gateway, env: &dyn Env) -> Entry {
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
