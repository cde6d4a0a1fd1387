//! The page `/_sandbox/ccpayment_v2`: switches, forms for what no call of the API does, balances, coins, test users and
//! addresses.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::addresses::AddressRow;
use super::coins::{NETWORKS, Network};
use super::cwallet::{USERS, User};
use super::deposit::Deposit;
use super::state::CcpaymentV2;
use super::switches::CcpaymentV2Switches;
use crate::shared::html;
use crate::shared::ledger::Balance;

/// Rows of the table of addresses: the newest customers' and those of the sandbox.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "ccpayment_v2/controls.html")]
struct Page {
    /// Name, meaning, and whether it is on.
    switches: [(&'static str, &'static str, bool); 6],
    /// Name, meaning, and number.
    numbers: [(&'static str, &'static str, u32); 2],
    webhook_url: String,
    /// The newest deposits that can be refunded.
    risky: Vec<Deposit>,
    balances: Vec<Balance>,
    networks: &'static [Network],
    users: &'static [User],
    addresses: Vec<AddressRow>,
}

pub(super) async fn show(State(provider): State<Arc<CcpaymentV2>>) -> Response {
    provider.settle_due_orders();
    let addresses = provider.address_rows();
    let skipped = addresses.len().saturating_sub(ROWS);
    let state = provider.state();
    let CcpaymentV2Switches {
        risky,
        approval,
        final_states_only,
        millisecond_timestamps,
        signed_answers,
        exact_acknowledgement,
        requests_per_second,
        ban_after,
    } = state.switches;
    let page = Page {
        switches: [
            ("risky", "Deposits are flagged as risky", risky),
            ("approval", "Withdrawals wait for an approval", approval),
            (
                "final_states_only",
                "Only final states are pushed",
                final_states_only,
            ),
            (
                "millisecond_timestamps",
                "Timestamps of 13 digits are accepted",
                millisecond_timestamps,
            ),
            (
                "signed_answers",
                "Answers are signed as in version 1",
                signed_answers,
            ),
            (
                "exact_acknowledgement",
                "Only Success acknowledges",
                exact_acknowledgement,
            ),
        ],
        numbers: [
            (
                "requests_per_second",
                "Requests a second, 0 for no limit",
                requests_per_second,
            ),
            (
                "ban_after",
                "Wrong credentials before a ban, 0 for never",
                ban_after,
            ),
        ],
        risky: {
            let newest = state.deposits.iter().rev();
            let refundable = newest.filter(|deposit| deposit.is_refundable());
            refundable.take(ROWS).cloned().collect()
        },
        webhook_url: provider.account.settings.webhook_url.clone(),
        balances: state.ledger.balances().collect(),
        networks: &NETWORKS,
        users: &USERS,
        addresses: addresses.into_iter().skip(skipped).collect(),
    };
    html::page(StatusCode::OK, &page)
}
