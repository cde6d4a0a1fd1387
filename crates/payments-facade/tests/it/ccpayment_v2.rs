//! CCPayment v2 over the facade.

mod checkout;
mod exchanges;
mod flags;
mod input;
mod payouts;
mod queries;
mod recovery;
pub(crate) mod support;
mod webhooks;
