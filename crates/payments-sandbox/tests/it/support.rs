//! What the tests share: a bare HTTP client, a receiver of webhooks, and a C-Pay merchant.

pub(crate) mod http;
#[path = "../../../../fixtures/leaks.rs"]
pub(crate) mod leaks;
pub(crate) mod shop;
#[path = "../../../../fixtures/skip.rs"]
pub(crate) mod skip;
pub(crate) mod visitor;
