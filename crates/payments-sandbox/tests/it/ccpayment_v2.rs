//! CCPayment, version 2: its calls, page, balances and webhooks.

mod access;
mod checks;
mod controls;
mod faults;
mod foreign;
mod lists;
pub(crate) mod merchant;
mod orders;
mod permanent;
mod swaps;
mod switches;
mod transfers;
mod webhooks;
mod withdrawals;
