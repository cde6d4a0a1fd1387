//! The admin API for what no call of CCPayment v2 does.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::payments::CcpaymentV2Deposit;
use super::state::CcpaymentV2;
use crate::shared::action::ActionError;
use crate::shared::admin_request::{AdminRequest, NoFields, Path, decimal, spelled};
use crate::shared::http;
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
    reference_id: Option<String>,
    address: Option<String>,
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
        let mut new = match (fields.reference_id, fields.address) {
            (Some(reference), None) => {
                CcpaymentV2Deposit::new(reference, coin_id, fields.chain, amount)
            }
            (None, Some(address)) => {
                CcpaymentV2Deposit::to_address(address, coin_id, fields.chain, amount)
            }
            _ => {
                return Err(ActionError::Invalid(
                    "Exactly one of reference_id and address is needed.".to_owned(),
                ));
            }
        };
        new.seen_only = fields.seen_only.unwrap_or_default();
        provider.deposit(&new).map(|deposit| deposit.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AutoWithdrawal {
    #[serde(default, deserialize_with = "spelled")]
    coin_id: Option<u64>,
    chain: String,
    #[serde(deserialize_with = "decimal")]
    amount: Option<String>,
}

pub(super) async fn auto_withdrawal(
    State(provider): ProviderState,
    request: AdminRequest,
) -> Response {
    request.answer(|fields: AutoWithdrawal| {
        let coin_id = fields.coin_id.unwrap_or_default();
        let amount = fields.amount.unwrap_or_default();
        let made = provider.withdraw_automatically(coin_id, &fields.chain, &amount);
        made.map(|transfer| transfer.view())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Push {
    status: Option<String>,
}

/// `POST /_sandbox/ccpayment_v2/webhooks/{id}`
pub(super) async fn push(
    State(provider): ProviderState,
    Path(id): Path<String>,
    request: AdminRequest,
) -> Response {
    request.answer(|push: Push| provider.push_again(&id, push.status.as_deref()))
}

/// `GET /_sandbox/ccpayment_v2/addresses`
pub(super) async fn addresses(State(provider): ProviderState) -> Response {
    let rows = provider.address_rows();
    http::answer(StatusCode::OK, &json!({ "addresses": rows }))
}

pub(super) async fn probe(State(provider): ProviderState, request: AdminRequest) -> Response {
    request.answer(|_: NoFields| provider.probe())
}
