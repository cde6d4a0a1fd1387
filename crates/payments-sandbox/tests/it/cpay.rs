//! C-Pay: its calls, pages, balances and webhook.

mod access;
pub(crate) mod calls;
mod card_page;
mod cashier;
mod create_order;
mod every_state;
mod exchange;
mod get_wallet_address;
mod ledger;
mod payout_refusals;
mod payouts;
mod pwpp;
mod races;
mod refusals;
mod robustness;
mod submit_kyc;
mod webhook;
