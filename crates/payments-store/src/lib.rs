//! Webhooks, payments and payouts that survive a crash.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

mod document;
pub mod engine;
mod error;
mod event;
mod finding;
mod inbox;
mod intent;
mod payments;
mod retry;
pub mod schema;
mod store;
mod worker;

pub use error::StoreError;
pub use event::{DetachedHandler, Handler, StoredEvent};
pub use finding::Finding;
pub use inbox::{Delivery, DeliveryState};
pub use intent::{CloseError, Intent, IntentError, IntentState};
pub use store::{Settings, Store};
