//! CCPayment, version 1: the API under `/ccpayment/v1/`, the checkout page and the webhooks.
//!
//! Every call is handled in this order: path, headers and signature, the fields, the operation, then one signed answer and one
//! record. A new call is a file with a `run` function and a row in `operations.rs`.

mod account;
mod actions;
mod answer;
mod assets;
mod bill_create;
mod bill_info;
mod chains;
mod check_user;
mod checkout;
mod choice;
mod coin_all;
mod coins;
mod concise_url_get;
mod controls;
mod controls_page;
mod credentials;
mod cwallet;
mod deposits;
mod fees;
mod fiat;
mod fields;
mod get_network_height_info;
mod handle;
mod invoices;
mod limits;
mod messages;
mod network_fee;
mod new_order;
mod operations;
mod order;
mod page;
mod payment_address_get;
mod payments;
mod provider;
mod qr;
mod rates;
mod receive;
mod state;
mod support_token;
mod token_rate;
mod transfers;
mod verify;
pub(crate) mod webhook;
mod webhook_resend;
mod withdraw;

pub(crate) use account::Settings;
pub use credentials::CcpaymentCredentials;
pub use deposits::CcpaymentDeposit;
pub use invoices::CcpaymentInvoice;
pub(crate) use state::{Ccpayment, opening};
