//! C-Pay: its calls, pages, balances and webhook.

mod access;
mod addresses;
pub(crate) mod calls;
mod card_page;
mod cashier;
mod exchange;
mod ledger;
mod orders;
mod payout_refusals;
mod payouts;
mod pwpp;
mod races;
mod refusals;
mod robustness;
mod submit_kyc;
mod webhook;
