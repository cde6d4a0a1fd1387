//! The client against the sandbox, with a webhook endpoint on a real socket.

mod assets;
mod failures;
mod masking;
mod orders;
mod raw_call;
mod shop;
mod statuses;
mod transfers;
mod webhooks;
mod withdrawals;
