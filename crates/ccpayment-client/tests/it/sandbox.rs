//! The client against the sandbox, with a webhook endpoint on a real socket.

mod assets;
mod call_raw;
mod failures;
mod masking;
mod orders;
mod receiver;
mod shop;
mod statuses;
mod transfers;
mod webhooks;
mod withdrawals;
