//! Webhooks, payments and payouts that survive a crash.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

pub mod engine;
mod error;
mod retry;
pub mod schema;

pub use error::StoreError;
