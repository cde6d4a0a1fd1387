//! The calls, one file each, and the pay page.

use std::cmp::Reverse;

use payments_core::redact;

mod cancel;
mod create_order;
mod order_detail;
mod pay_page;
mod statement;

pub use cancel::{CancelOrder, CancelReceipt};
pub use create_order::{CreateOrder, CreatedOrder, Goods};
pub use order_detail::{OrderDetail, OrderQuery, PayerAccount};
pub use pay_page::{PayPage, PayPageUrl};
pub use statement::{DailyStatement, Statement, StatementRow};

/// The limit of texts to which the documents give none.
pub(crate) const UNSTATED: usize = 256;

/// The limit of tokens, to which the documents give none either.
pub(crate) const TOKEN: usize = 2_048;

/// The gateway's words without any of these values: the longest first, for one may stand inside another.
fn without_all<'a>(words: String, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut values: Vec<&str> = values.into_iter().collect();
    values.sort_unstable_by_key(|value| Reverse(value.len()));
    values
        .into_iter()
        .fold(words, |words, value| redact::without(&words, value))
}

/// A field that is sent only where there is something in it.
fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
