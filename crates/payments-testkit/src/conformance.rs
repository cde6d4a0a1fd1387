//! Tests whether a gateway conforms to `payments-facade`.
//!
//! The suite runs against any [`Gateway`]: an adapter, a wrapper or your own. You implement [`Env`], which controls and
//! observes the provider. The suite selects its trials by the gateway's [capabilities](payments_facade::Capabilities) and works
//! in both directions: every capability must be proven by a trial that passed, and everything else must be refused by name
//! before any request is sent.
//!
//! ```no_run
//! use payments_facade::Gateway;
//! use payments_testkit::conformance::{self, Env};
//!
//! async fn conforms(gateway: &dyn Gateway, env: &dyn Env) {
//!     let report = conformance::run(gateway, env).await;
//!     assert!(report.is_pass(), "{report}");
//! }
//! # let _ = conforms;
//! ```
//!
//! A run creates several hundred real orders at the provider, so use a sandbox. No trial depends on a particular provider.

mod address;
mod balance;
mod cancellation;
mod context;
mod delivery;
mod env;
mod money_calls;
mod options;
mod order;
mod rate;
mod recovery;
mod report;
mod samples;
mod statement;
mod trial;
mod trials;
mod unsupported;
mod webhooks;

pub use delivery::{Accepted, Delivery};
pub use env::{Act, Env, InjectedFault};
pub use order::{Created, Op, Order};
pub use report::{Entry, Report, Verdict};
pub use samples::{Probe, with_option};

use payments_facade::{Capabilities, Gateway};

/// Runs all trials of a gateway, one after the other.
pub async fn run(gateway: &dyn Gateway, env: &dyn Env) -> Report {
    let mut entries = Vec::new();
    for trial in trials::trials(gateway) {
        entries.push(trial.run(gateway, env).await);
    }
    let capabilities = Capabilities::of(gateway);
    let names = capabilities.iter().map(|capability| capability.to_string());
    let always = ["webhooks", "recovery"].map(str::to_owned);
    Report::new(gateway.id().clone(), entries, names.chain(always).collect())
}
