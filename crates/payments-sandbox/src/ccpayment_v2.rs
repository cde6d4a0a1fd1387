//! CCPayment, version 2: the API under `/ccpayment/v2/`, the page of invoices and the webhooks.
//!
//! Every call is handled in this order: path, headers and signature, the fields, the operation, then one answer and one record.
//! A new call is a function and a row in `operations.rs`. Version 1 is another provider: they share no code but `shared`.

mod account;
mod actions;
mod addresses;
mod answer;
mod assets;
mod chains;
mod checkout;
mod checks;
mod codes;
mod coins;
mod controls;
mod controls_page;
mod credentials;
mod cwallet;
mod deposit;
mod deposit_records;
mod fields;
mod gate;
mod handle;
mod lists;
pub(crate) mod messages;
mod operations;
mod order_info;
mod orders;
mod page;
mod paging;
mod payments;
mod provider;
mod receive;
mod state;
mod swap;
mod swap_records;
mod switches;
mod transfer_records;
mod transfers;
mod verify;
mod webhook_resend;
mod withdraw;
mod withdraw_records;
mod withdrawal;

pub(crate) use account::Settings;
pub use credentials::CcpaymentV2Credentials;
pub use payments::CcpaymentV2Deposit;
pub(crate) use state::{CcpaymentV2, opening};
pub use switches::CcpaymentV2Switches;
