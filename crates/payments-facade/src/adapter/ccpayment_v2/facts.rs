//! What CCPayment documents about itself, v2.

use std::time::Duration;

use crate::facts::{Fact, Facts, Strategy};

/// How long an order can be paid unless it says otherwise. It is always sent.
pub(super) const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) static FACTS: Facts = Facts::new(
    Fact::documented(
        Strategy::Query,
        "v2 reference: getAppOrderInfo, getInvoiceOrderInfo, getAppWithdrawRecord and getSwapRecord, by orderId",
    ),
    Fact::assumed(
        Duration::from_secs(5 * 60),
        "a request is accepted for two minutes from its timestamp; no document says how soon it is found after that",
    ),
    Fact::assumed(
        false,
        "no document says that an accepted call is found at once, and answers are not signed",
    ),
)
.with_reference_chars(Fact::documented(
    64,
    "the field tables of the provider's SDK: orderId has 3 to 64 characters",
))
.with_order_lifetime(Fact::assumed(
    LIFETIME,
    "two tables disagree (10 days, 24 hours), so this library always sends when the order ends; at most 10 days for native orders",
))
.with_ban_codes(&[Fact::documented(
    "11014",
    "v2 reference, error codes: the IP address is banned",
)])
.with_webhook_tries(Fact::documented(
    7,
    "webhook page: up to 6 retries, after 30 seconds to 31.5 minutes",
))
.with_notes(&[
    Fact::documented(
        "A webhook states no amount and is not final: query its record.",
        "webhook page",
    ),
    Fact::assumed(
        "Answers are not signed: what they prove rests on TLS, so payouts and exchanges are confirmed by a query.",
        "no document describes signatures of answers",
    ),
    Fact::documented(
        "A reference is used once: code 11011 refuses another call with it.",
        "v2 reference, error codes",
    ),
    Fact::assumed(
        "A refusal proves only that this call moved nothing; an earlier call with its reference may have moved money.",
        "the table of codes has names and no explanations",
    ),
    Fact::documented(
        "One order may receive several payments, each with its own recordId.",
        "getAppOrderInfo, getInvoiceOrderInfo: paidList",
    ),
    Fact::documented(
        "A payment that is flagged as risky is not credited, and has to be handled in the console.",
        "webhook page: isFlaggedAsRisky",
    ),
    Fact::documented(
        "The address of an order receives for 7 days after its end; such payments are credited at the rate of their arrival.",
        "createAppOrderDepositAddress",
    ),
    Fact::documented(
        "Payouts to Cwallet and swaps have no webhook.",
        "applyAppWithdrawToCwallet; swap",
    ),
    Fact::documented(
        "A payout's fee may be in another coin than the payout.",
        "getWithdrawFee, getAppWithdrawRecord",
    ),
    Fact::documented(
        "An account has at most 1,000 deposit addresses.",
        "getOrCreateAppDepositAddress; code 15001",
    ),
    Fact::documented(
        "Repeated requests with wrong credentials ban the IP address and the app id, so the client stops after three in a row.",
        "v2 reference, common rules; the figure is assumed",
    ),
]);
