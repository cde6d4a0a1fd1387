//! CCPayment v2 over the facade.

mod checkout;
mod exchanges;
mod flags;
mod input;
mod payouts;
mod queries;
mod recovery;
mod routing;
pub(crate) mod support;
mod webhooks;
