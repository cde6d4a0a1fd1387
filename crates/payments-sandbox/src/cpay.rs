//! C-Pay (cpay.ltd): the OpenAPI v1 under `/openapi/v1/`, the pages of orders and the webhook.
//!
//! Every call is handled in this order: caller's address, path and method, parameters, merchant and signature, the operation,
//! then one answer and one record. A new call is a file with a `run` function and a row in `operations.rs`.

mod account;
mod answer;
mod card;
mod card_page;
mod cashier;
mod coins;
mod create_fiat_payout_order;
mod create_order;
mod create_order_by_credit_card;
mod credentials;
mod deposit;
mod exchange;
mod fields;
mod get_exchange_rate;
mod get_merchant_balance;
mod get_order_detail;
mod get_wallet_address;
mod handle;
mod link;
mod new_order;
mod operations;
mod order;
mod panels;
mod params;
mod pay_ins;
mod payouts;
mod products;
mod provider;
mod pwpp;
mod rates;
mod receive;
mod shapes;
mod state;
mod submit_kyc;
mod three_ds;
mod users;
mod verify;
pub(crate) mod webhook;
mod withdraw;

pub(crate) use account::Settings;
pub use credentials::CpayCredentials;
pub use deposit::Deposit;
pub(crate) use receive::longest_body;
pub(crate) use state::{Cpay, opening};
