//! What the tests share: a bare HTTP client, a receiver of webhooks, and a C-Pay merchant.

pub(crate) mod http;
pub(crate) mod shop;
pub(crate) mod visitor;
