//! What CCPayment documents about itself, v1.

use std::time::Duration;

use crate::facts::{Fact, Facts, RateLimit, Strategy};

pub(super) static FACTS: Facts = Facts::new(
    Fact::documented(
        Strategy::Query,
        "Order Information Interfaces, bill/info: merchant_order_ids, deposits and withdrawals apart",
    ),
    Fact::assumed(
        Duration::from_secs(15 * 60),
        "the documents say that the API may lag behind the webhooks, and not how long",
    ),
    Fact::assumed(
        false,
        "no document says how bill/info answers to a reference that it does not know",
    ),
)
.with_reference_chars(Fact::assumed(
    64,
    "v1 gives no length; v2 takes 3 to 64 characters",
))
.with_order_lifetime(Fact::documented(
    Duration::from_secs(24 * 60 * 60),
    "Native Checkout Integration, order_valid_period: 86,400 seconds; at most ten days, Satoshi two hours",
))
.with_rate_limit(Fact::documented(
    RateLimit {
        requests: 100,
        per: Duration::from_secs(1),
    },
    "API Specification, common rules: 100 requests a second from one address",
))
.with_webhook_tries(Fact::documented(
    6,
    "webhook pages: up to 6 times; the tutorial's 7 may count the first one apart",
))
.with_notes(&[
    Fact::documented(
        "The provider calls this version deprecated, and accounts opened for v2 cannot call it.",
        "v2 reference; code 225213 by clients of others",
    ),
    Fact::documented(
        "Only a webhook with pay_status success reports received money.",
        "API Deposit Webhook Notification",
    ),
    Fact::documented(
        "One order may receive several payments, each with its own record_id.",
        "API Deposit Webhook Notification",
    ),
    Fact::documented(
        "A payout's fee may be in another coin than the payout.",
        "Create a withdrawal order, example: USDT with a fee in TRX",
    ),
    Fact::documented(
        "A reference must be unique.",
        "Native Checkout Integration; Create a withdrawal order",
    ),
    Fact::assumed(
        "Every refusal of an order or a payout leaves its outcome unknown, even a refusal for insufficient balance.",
        "the table of v1's codes is not public",
    ),
    Fact::assumed(
        "An order that received any money may be called Successful: compare the received amount with the expected one.",
        "Successful is the one status that an example shows",
    ),
    Fact::assumed(
        "Money that arrives after an order has ended is credited to the balance, and to the order if its address is still watched.",
        "the checkout page knows overdue states, the FAQ says that such money is credited to the balance alone",
    ),
]);
