//! The admin API for what no call of CCPayment does.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::deposits::CcpaymentDeposit;
use super::invoices::CcpaymentInvoice;
use super::state::Ccpayment;
use crate::shared::admin_request::{AdminRequest, Path, decimal, spelled};
use crate::shared::order_table::Stored as _;

type ProviderState = State<Arc<Ccpayment>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    token_id: String,
}

pub(super) async fn choose(
    State(ccpayment): ProviderState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|choice: Choice| {
        let order = ccpayment.choose(&id, &choice.token_id);
        order.map(|order| order.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositFields {
    user_id: String,
    token_id: String,
    #[serde(deserialize_with = "decimal")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    seen_only: Option<bool>,
}

pub(super) async fn deposit(State(ccpayment): ProviderState, request: AdminRequest) -> Response {
    request.answer(|fields: DepositFields| {
        let amount = fields.amount.unwrap_or_default();
        let mut deposit = CcpaymentDeposit::new(fields.user_id, fields.token_id, amount);
        if fields.seen_only.unwrap_or_default() {
            deposit = deposit.seen_only();
        }
        ccpayment.deposit(&deposit).map(|order| order.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvoiceFields {
    email: String,
    token_id: String,
    #[serde(deserialize_with = "decimal")]
    amount: Option<String>,
}

pub(super) async fn invoice(State(ccpayment): ProviderState, request: AdminRequest) -> Response {
    request.answer(|fields: InvoiceFields| {
        let amount = fields.amount.unwrap_or_default();
        let invoice = CcpaymentInvoice::new(fields.email, fields.token_id, amount);
        ccpayment.invoice(&invoice).map(|order| order.view())
    })
}
