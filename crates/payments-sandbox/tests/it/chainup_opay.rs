//! ChainUp OPay: its calls, page and callback.

mod envelope;
mod faults;
mod merchant;
mod merchant_billing_day;
mod orders;
mod page;
mod payments;
mod robustness;
mod webhook;
