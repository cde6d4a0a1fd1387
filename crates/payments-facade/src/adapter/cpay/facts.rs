//! What C-Pay documents about itself.

use std::time::Duration;

use crate::facts::{Fact, Facts, Strategy};

pub(super) static FACTS: Facts = Facts::new(
    Fact::documented(
        Strategy::Query,
        "specification, getOrderDetail: merchantTradeNo",
    ),
    Fact::assumed(
        Duration::from_secs(15 * 60),
        "no document says how long an order may take to show up",
    ),
    Fact::assumed(
        false,
        "an unknown order comes as code 1, which the documents call \"fail\" and \"system error\"",
    ),
)
.with_reference_chars(Fact::documented(
    64,
    "specification, merchantTradeNo: String(64)",
))
.with_webhook_tries(Fact::documented(
    10,
    "later document, read me: retried in ten times",
))
.with_notes(&[
    Fact::documented(
        "An order's own callback URL wins over the account's.",
        "specification, chapter 15",
    ),
    Fact::documented(
        "A card order's success may be an order that is closed already.",
        "specification, createOrderByCreditCard, example",
    ),
    Fact::assumed(
        "A payment completes an order whatever its amount.",
        "actualAmount \"may differ\"; no status states it",
    ),
    Fact::assumed(
        "An insufficient balance for a payout is reported as code 1, so the outcome is unknown.",
        "no document names a code for it",
    ),
    Fact::assumed(
        "An exchange is found by its reference like an order.",
        "the specification gives every order a reference and only that query",
    ),
]);
