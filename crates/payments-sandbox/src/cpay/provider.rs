//! The provider as the server sees it.

use std::sync::Arc;

use askama::Template as _;
use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::deposit::Deposit;
use super::get_wallet_address::addresses_of;
use super::panels::{Front, Overview};
use super::receive::receive;
use super::state::Cpay;
use super::{answer, card_page, cashier, operations, three_ds, webhook};
use crate::shared::action::{Action, ActionError};
use crate::shared::admin_request::{AdminRequest, decimal};
use crate::shared::api_request::ApiRequest;
use crate::shared::decimal::Decimal;
use crate::shared::document::{Changes, Documents, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::http;
use crate::shared::ledger::Balance;
use crate::shared::masking;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;
use crate::shared::provider::{Message, Provider, Reply, Routes, Signatures, Signing};
use crate::shared::setting::Adjust;

#[async_trait]
impl Provider for Cpay {
    fn gateway(&self) -> Gateway {
        Gateway::CPAY
    }

    fn routes(self: Arc<Self>) -> Routes {
        let pages = Router::new()
            .route("/payment", get(cashier::show))
            .route("/payment/pay", post(cashier::pay))
            .route("/payment/expire", post(cashier::expire))
            .route("/card", get(card_page::show))
            .route("/card/pay", post(card_page::pay))
            .route("/card/cancel", post(card_page::cancel))
            .route("/3ds", get(three_ds::show))
            .route("/3ds/confirm", post(three_ds::confirm))
            .route("/3ds/refuse", post(three_ds::refuse));
        let controls = Router::new()
            .route("/users", get(users))
            .route("/deposits", post(deposit));
        Routes {
            pages: pages.with_state(Arc::clone(&self)),
            controls: controls.with_state(self),
        }
    }

    fn api_paths(&self) -> &'static [&'static str] {
        &["/openapi/"]
    }

    async fn receive(&self, request: ApiRequest) -> Response {
        receive(self, request).await
    }

    fn front(&self) -> askama::Result<String> {
        let merchant_id = &self.account.merchant_id;
        Front { merchant_id }.render()
    }

    fn overview(&self) -> askama::Result<String> {
        Overview::new(self).render()
    }

    fn base_path(&self) -> &'static str {
        operations::PREFIX
    }

    fn calls(&self) -> Vec<&'static str> {
        operations::names().collect()
    }

    fn hides(&self, path: &str) -> Box<dyn Fn(&str) -> bool> {
        let shown = operations::find(path).and_then(|operation| operation.shown);
        Box::new(move |field| {
            masking::is_secret(field) || shown.is_some_and(|shown| !shown.contains(&field))
        })
    }

    fn error_codes(&self) -> Vec<(i64, String)> {
        answer::errors().into()
    }

    fn has_error_code(&self, code: i64) -> bool {
        code != answer::OK
    }

    fn settings(&self) -> &dyn Adjust {
        &self.account.settings
    }

    fn orders(&self) -> Vec<(u64, Order)> {
        self.state().orders.views()
    }

    fn changed_orders(&self) -> Vec<(u64, Order)> {
        self.state().orders.take_changed()
    }

    fn order(&self, id: &str) -> Option<Order> {
        self.state().orders.view(id)
    }

    fn act(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        let order = match action {
            Action::Pay(amount) => self.pay(id, amount),
            Action::Process => self.process(id),
            Action::Expire => self.expire(id),
            Action::Complete => self.complete(id),
            Action::Reject => self.reject(id),
            Action::Fail | Action::Refund(_) | Action::Choose { .. } => {
                Err(action.unsupported(self.gateway()))
            }
        };
        order.map(|order| order.view())
    }

    fn settle_due(&self) {
        self.complete_due_payouts();
    }

    fn next_due(&self) -> Option<u64> {
        self.state().orders.next_due()
    }

    fn set_balance(&self, currency: &str, amount: Decimal) -> Result<(), ActionError> {
        Ok(self.state().ledger.set_available(currency, amount)?)
    }

    fn balances(&self) -> Vec<Balance> {
        self.state().ledger.balances().collect()
    }

    fn reset(&self) {
        self.clear();
    }

    fn save(&self, to: &mut Changes<'_>) {
        let mut state = self.state();
        state.save(to);
        self.context.save_deliveries(self.gateway(), to);
    }

    fn load(&self, from: &mut Documents) -> Result<(), Unreadable> {
        self.state().load(from)
    }

    fn signatures(&self) -> Signatures {
        Signatures {
            answers: false,
            stamped_answers: false,
            stamped_webhooks: false,
        }
    }

    fn attempts(&self) -> usize {
        webhook::ATTEMPTS
    }

    fn waits_s(&self) -> &'static [u64] {
        &webhook::WAITS_S
    }

    /// The signature is a field of the body, which stays the same for every attempt.
    async fn sign(&self, body: String, signing: Signing) -> Option<Message> {
        Some(Message {
            headers: Vec::new(),
            content_type: "application/json; charset=utf-8",
            body: webhook::signed(body, signing),
        })
    }

    async fn acknowledge(&self, reply: &Reply) -> Result<(), String> {
        webhook::acknowledge(reply)
    }
}

/// `GET /_sandbox/users`
async fn users(State(cpay): State<Arc<Cpay>>) -> Response {
    let state = cpay.state();
    let users = state.users.iter().map(|(user_id, user)| {
        let addresses = user.has_addresses.then(|| addresses_of(&cpay, user_id));
        json!({ "user_id": user_id, "kyc_ms": user.kyc_ms, "addresses": addresses })
    });
    let users: Vec<_> = users.collect();
    http::answer(StatusCode::OK, &json!({ "users": users }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositFields {
    user_id: String,
    currency: String,
    network: String,
    #[serde(deserialize_with = "decimal")]
    amount: Option<String>,
}

/// `POST /_sandbox/deposits`
async fn deposit(State(cpay): State<Arc<Cpay>>, request: AdminRequest) -> Response {
    request.answer(|fields: DepositFields| {
        let amount = fields.amount.unwrap_or_default();
        let deposit = Deposit::new(fields.user_id, fields.currency, fields.network, amount);
        cpay.deposit(&deposit).map(|order| order.view())
    })
}
