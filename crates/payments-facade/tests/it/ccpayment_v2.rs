//! CCPayment v2 over the facade.

mod checkout;
mod exchanges;
mod input;
mod payouts;
mod queries;
mod recovery;
mod support;
mod webhooks;
