//! Whether a gateway keeps the promises of `payments-facade`.
//!
//! Any [`Gateway`] can be put to it, one of this crate, a wrapper, or your own. You bring an [`Env`]: the other end, that
//! says what really arrived and acts for payers and the provider. The suite picks its trials by what the gateway
//! [claims](payments_facade::Capabilities). It works in both directions: what is claimed must be proven by a trial that passed, and
//! what is not claimed must be refused by name with not one request on the way.
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
//! The trials know no provider. They make real orders at the other end, a few hundred of them, so bring a sandbox.

mod env;
mod hooks;
mod list;
mod making;
mod order;
mod others;
mod recovery;
mod refusing;
mod report;
mod samples;
mod stage;
mod statement;
mod trial;

pub use env::{Act, Delivery, Env, Probe, Strike};
pub use list::trials;
pub use order::{Made, Op, Order};
pub use report::{Entry, Report, Verdict};
pub use samples::with_option;
pub use trial::Trial;

use payments_facade::{Capabilities, Gateway};

/// Runs all [`trials`] of a gateway, one after the other.
pub async fn run(gateway: &dyn Gateway, env: &dyn Env) -> Report {
    let mut entries = Vec::new();
    for trial in trials(gateway) {
        entries.push(trial.run(gateway, env).await);
    }
    let capabilities = Capabilities::of(gateway);
    let named = capabilities.iter().map(|capability| capability.to_string());
    let always = ["webhooks", "recovery"].map(str::to_owned);
    Report::new(gateway.id().clone(), entries, named.chain(always).collect())
}
