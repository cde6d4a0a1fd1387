//! Layers around gateways.

#[cfg(feature = "metrics")]
mod metrics;
mod outcome;
mod rate_limit;
pub(crate) mod support;
