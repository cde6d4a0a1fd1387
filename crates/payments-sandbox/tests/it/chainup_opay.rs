//! ChainUp OPay: its calls, page and callback.

mod actions;
mod create_third_order;
mod envelope;
mod faults;
pub(crate) mod merchant;
mod merchant_billing_day;
mod page;
mod robustness;
mod webhook;
