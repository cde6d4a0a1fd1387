//! ChainUp OPay, version 2: the RSA envelope under `/platformapi/chainup/open/`, the payment page and the callback.
//!
//! Every call is handled in this order: path and content type, the four fields of the envelope, app and time, decryption and
//! signature, the fields inside, the operation, then one answer and one record. A new call is a file with a `run` function
//! and a row in `operations.rs`.

pub(crate) mod account;
mod actions;
mod answer;
mod cancel_order;
mod coins;
mod create_third_order;
mod credentials;
mod envelope;
mod fault;
mod goods;
mod handle;
mod limits;
mod merchant_billing_day;
mod operations;
mod order;
mod order_detail;
mod page;
mod panels;
mod params;
mod payers;
mod provider;
mod receive;
mod state;
pub(crate) mod webhook;

pub(crate) use account::Settings;
pub use credentials::ChainupOpayCredentials;
pub(crate) use credentials::PublicChainupOpay;
pub use fault::ChainupOpayFault;
pub(crate) use state::ChainupOpay;
