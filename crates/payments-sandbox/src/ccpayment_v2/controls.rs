//! The admin API for what no call of CCPayment v2 does.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::payments::CcpaymentV2Deposit;
use super::state::CcpaymentV2;
use crate::shared::admin_request::{AdminRequest, NoFields, decimal, spelled};
use crate::shared::order_table::Stored as _;

type ProviderState = State<Arc<CcpaymentV2>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    #[serde(default, deserialize_with = "spelled")]
    coin_id: Option<u64>,
    chain: String,
}

pub(super) async fn choose(
    State(provider): ProviderState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|choice: Choice| {
        let coin_id = choice.coin_id.unwrap_or_default();
        let invoice = provider.choose(&id, coin_id, &choice.chain);
        invoice.map(|invoice| invoice.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositFields {
    reference_id: String,
    #[serde(default, deserialize_with = "spelled")]
    coin_id: Option<u64>,
    chain: String,
    #[serde(deserialize_with = "decimal")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "spelled")]
    seen_only: Option<bool>,
}

pub(super) async fn deposit(State(provider): ProviderState, request: AdminRequest) -> Response {
    request.answer(|fields: DepositFields| {
        let coin_id = fields.coin_id.unwrap_or_default();
        let amount = fields.amount.unwrap_or_default();
        let mut new = CcpaymentV2Deposit::new(fields.reference_id, coin_id, fields.chain, amount);
        new.seen_only = fields.seen_only.unwrap_or_default();
        provider.deposit(&new).map(|deposit| deposit.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switches {
    #[serde(default, deserialize_with = "spelled")]
    risky: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    approval: Option<bool>,
}

/// `POST /_sandbox/ccpayment_v2/switches`: what is left out stays.
pub(super) async fn switches(State(provider): ProviderState, request: AdminRequest) -> Response {
    request.answer(|fields: Switches| {
        let mut state = provider.state();
        state.risky = fields.risky.unwrap_or(state.risky);
        state.approval = fields.approval.unwrap_or(state.approval);
        Ok(json!({ "risky": state.risky, "approval": state.approval }))
    })
}

pub(super) async fn probe(State(provider): ProviderState, request: AdminRequest) -> Response {
    request.answer(|_: NoFields| provider.probe())
}
