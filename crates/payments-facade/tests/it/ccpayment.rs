//! The CCPayment adapter: over a script, and against the sandbox over real HTTP.

mod checkout;
mod faults;
mod options;
mod payouts;
mod queries;
mod rates_and_balances;
mod sandbox;
mod support;
mod tokens;
mod webhooks;
