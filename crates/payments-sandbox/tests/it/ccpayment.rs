//! CCPayment, version 1: its calls, page, balances and webhooks.

mod access;
mod bill_create;
mod checkout;
mod lists;
pub(crate) mod merchant;
mod messages;
mod page;
mod robustness;
mod transfers;
mod webhook_resend;
mod withdraw;
