//! The client of the API v2 against the sandbox, with a webhook endpoint on a real socket.

mod assets;
mod console;
mod deposits;
mod failures;
mod lists;
mod orders;
mod refusals;
mod shop;
mod swaps;
mod webhooks;
mod withdrawals;
