//! The ChainUp OPay adapter.

mod calls;
mod recovery;
mod sandbox;
mod statements;
mod support;
mod webhooks;
