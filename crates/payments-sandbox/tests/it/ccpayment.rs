//! CCPayment, version 1: its calls, page, balances and webhooks.

mod access;
mod lists;
mod merchant;
mod messages;
mod orders;
mod page;
mod refunds;
mod robustness;
mod states;
mod webhook_resend;
mod withdraw;
