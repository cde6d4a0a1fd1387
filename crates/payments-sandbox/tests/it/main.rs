//! The sandbox from outside: over real HTTP, with signatures made here and not by any crate of this workspace.

// The helpers of the tests are tests as well: what fails in them fails the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod access;
mod admin;
mod calls;
mod card_pages;
mod cards;
mod ccpayment_access;
mod ccpayment_calls;
mod ccpayment_money;
mod ccpayment_orders;
mod ccpayment_pages;
mod ccpayment_refunds;
mod ccpayment_resend;
mod ccpayment_robustness;
mod ccpayment_shop;
mod ccpayment_states;
mod ccpayment_webhooks;
mod chainup_billing;
mod chainup_callbacks;
mod chainup_envelope;
mod chainup_faults;
mod chainup_money;
mod chainup_orders;
mod chainup_page;
mod chainup_robustness;
mod chainup_shop;
mod cpay_happy;
mod cpay_refusals;
mod exchange;
mod guard;
mod http;
mod kyc;
mod ledger;
mod lifecycle;
mod pages;
mod payout_refusals;
mod payouts;
mod races;
mod robustness;
mod shop;
mod wallet;
mod webhooks;
