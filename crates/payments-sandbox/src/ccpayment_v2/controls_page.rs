//! The page `/_sandbox/ccpayment_v2`: forms for what no call of the API does, balances, coins, test users and
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
use crate::shared::html;
use crate::shared::ledger::Balance;

/// Rows of the table of addresses: the newest customers' and those of the sandbox.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "ccpayment_v2/controls.html")]
struct Page {
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
    let page = Page {
        risky: {
            let newest = state.deposits.iter().rev();
            let refundable = newest.filter(|deposit| deposit.is_refundable());
            refundable.take(ROWS).cloned().collect()
        },
        webhook_url: provider.account.settings.get().webhook_url.clone(),
        balances: state.ledger.balances().collect(),
        networks: &NETWORKS,
        users: &USERS,
        addresses: addresses.into_iter().skip(skipped).collect(),
    };
    html::dashboard(StatusCode::OK, &page)
}
