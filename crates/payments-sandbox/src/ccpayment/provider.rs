//! The provider as the server sees it.

use std::sync::Arc;

use askama::Template as _;
use async_trait::async_trait;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::controls_page::Front;
use super::receive::receive;
use super::state::Ccpayment;
use super::{answer, controls, controls_page, operations, page, webhook};
use crate::shared::action::{Action, ActionError};
use crate::shared::api_request::ApiRequest;
use crate::shared::decimal::Decimal;
use crate::shared::document::{Changes, Documents, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::masking;
use crate::shared::order::{Order, OrderKind};
use crate::shared::order_table::Stored as _;
use crate::shared::provider::{Message, Provider, Reply, Routes, Signatures, Signing};
use crate::shared::setting::Adjust;

#[async_trait]
impl Provider for Ccpayment {
    fn gateway(&self) -> Gateway {
        Gateway::CCPAYMENT
    }

    fn routes(self: Arc<Self>) -> Routes {
        let pages = Router::new()
            .route("/pay", get(page::show))
            .route("/pay/choose", post(page::choose))
            .route("/pay/pay", post(page::pay))
            .route("/pay/expire", post(page::expire));
        let controls = Router::new()
            .route("/ccpayment", get(controls_page::show))
            .route("/ccpayment/choose/{id}", post(controls::choose))
            .route("/ccpayment/deposits", post(controls::deposit))
            .route("/ccpayment/invoices", post(controls::invoice));
        Routes {
            pages: pages.with_state(Arc::clone(&self)),
            controls: controls.with_state(self),
        }
    }

    fn api_paths(&self) -> &'static [&'static str] {
        &["/ccpayment/"]
    }

    async fn receive(&self, request: ApiRequest) -> Response {
        receive(self, request).await
    }

    fn front(&self) -> askama::Result<String> {
        let app_id = self.account.key.app_id();
        Front { app_id }.render()
    }

    fn overview(&self) -> askama::Result<String> {
        Ok("<p class=\"hint\">CCPayment has <a href=\"/_sandbox/ccpayment\">more controls</a>: deposits, invoices, tokens and test users.</p>".to_owned())
    }

    fn has_several_payments(&self) -> bool {
        true
    }

    /// An invoice is closed at the end of its time, and its webhook says `failed`: no late payment follows.
    fn takes_late_payments(&self, kind: OrderKind) -> bool {
        kind == OrderKind::PayIn
    }

    fn has_refunds(&self) -> bool {
        true
    }

    fn base_path(&self) -> &'static str {
        operations::PREFIX
    }

    fn calls(&self) -> Vec<&'static str> {
        operations::names().collect()
    }

    /// The ids of coins are no secrets.
    fn hides(&self, _: &str) -> Box<dyn Fn(&str) -> bool> {
        Box::new(|field| field != "token_id" && masking::is_secret(field))
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
            Action::Refund(amount) => self.refund(id, amount),
            Action::Choose { coin, network } => self.choose_coin(id, coin, network),
            Action::Fail => Err(action.unsupported(self.gateway())),
        };
        order.map(|order| order.view())
    }

    fn settle_due(&self) {
        self.settle_due_orders();
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
            answers: true,
            stamped_answers: true,
            stamped_webhooks: true,
        }
    }

    fn attempts(&self) -> usize {
        self.account.pushes()
    }

    fn waits_s(&self) -> &'static [u64] {
        &webhook::WAITS_S
    }

    async fn sign(&self, body: String, signing: Signing) -> Option<Message> {
        let now_ms = self.context.clock.stamp_ms();
        Some(webhook::sign(&self.account, now_ms, body, signing))
    }

    async fn acknowledge(&self, reply: &Reply) -> Result<(), String> {
        webhook::acknowledge(reply)
    }
}
