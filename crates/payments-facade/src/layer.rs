//! Layers around gateways: rate limits, metrics and your own.
//!
//! A [`Layer`] sees every call of the gateway it is put around by [`Layered`]. [`RateLimited`] keeps to a provider's rate,
//! `Metered` (feature `metrics`) counts calls.

mod call;
mod layered;
#[cfg(feature = "metrics")]
mod metrics;
mod rate_limit;
mod shared;

pub use call::Call;
pub use layered::{Layer, Layered};
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub use metrics::{Metered, MetricsLayer};
pub use rate_limit::{RateLimitLayer, RateLimited, RateLimiter, Suspension};
